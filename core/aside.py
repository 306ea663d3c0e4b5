"""Until when a conversation is put aside: as an agent asks for it, and as the desk says it."""

from datetime import UTC, datetime, time, timedelta

from core.clock import SHANGHAI

_MORNING = time(9)
_LONGEST = timedelta(days=7)


def read_until(asked: str, now: datetime) -> datetime | None:
    """Return the moment that is asked for, or None where there is none, it is over, or it is over a week away.

    >>> evening = datetime(2026, 11, 27, 20, tzinfo=SHANGHAI)
    >>> told = [read_until(each, evening) for each in ("hour", "morning", "2026-11-30T14:30")]
    >>> [f"{each.astimezone(SHANGHAI):%d %H:%M}" if each else "" for each in told]
    ['27 21:00', '28 09:00', '30 14:30']
    >>> [read_until(each, evening) for each in ("2026-11-27T19:00", "2027-11-27T19:00", "soon", "")]
    [None, None, None, None]
    """
    here = now.astimezone(SHANGHAI)
    try:
        match asked:
            case "hour":
                until = now + timedelta(hours=1)
            case "morning":
                until = datetime.combine(here.date() + timedelta(days=1), _MORNING, SHANGHAI)
            case _:
                until = datetime.strptime(asked, "%Y-%m-%dT%H:%M").replace(tzinfo=SHANGHAI)
    except ValueError:
        return None
    return until.astimezone(UTC) if timedelta(0) < until - now <= _LONGEST else None


def until_in_words(until: datetime, now: datetime) -> str:
    """Return until when something is put aside.

    >>> noon = datetime(2026, 11, 27, 12, tzinfo=SHANGHAI)
    >>> [until_in_words(noon + timedelta(hours=each), noon) for each in (1, 21, 48)]
    ['13:00', '明天 09:00', '11-29 12:00']
    """
    here, today = until.astimezone(SHANGHAI), now.astimezone(SHANGHAI).date()
    days = (here.date() - today).days
    return f"{here:%H:%M}" if not days else f"明天 {here:%H:%M}" if days == 1 else f"{here:%m-%d %H:%M}"
