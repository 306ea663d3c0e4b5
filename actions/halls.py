"""Where a service hall is and when it is open: known to anybody."""

import re
from contextlib import suppress
from datetime import date

from actions.base import FlowAction
from backends.halls.port import Hall, Halls, named
from core.chinese_time import UnclearDay, read_days
from core.dates import day_in_words
from core.dialogue import Call, Choice, Outcome, say
from core.english_time import in_chinese
from core.wording import named as named_in
from core.wording import words

_TOLD, _FEW = 3, 8
_DAYS = re.compile(r"(周[一二三四五六日])至(周[一二三四五六日])")
# A place is named; 附近 and 哪个区 name none.
_PLACE = re.compile(r"[一-鿿]{2,6}(?:区|县|市|镇|乡|村|路|街|大道|小区|广场)")
_VAGUE = re.compile(r"[哪那这][个条儿里边]?|附近|周边|旁边|最近|[我你您]们?|有没有|营业厅")
_BOOKING = re.compile(r"预约|取号|排号|叫号|\b(?:book|booking|appointment|reserve)\b", re.IGNORECASE)


class CheckHalls(FlowAction):
    """Tells the halls of the place that was named, or asks for the place."""

    def __init__(self, halls: Halls) -> None:
        """Ask `halls`."""
        self._halls = halls

    def name(self) -> str:
        """Its name in the domain."""
        return "action_halls"

    async def act(self, call: Call) -> Outcome:
        """Tell them, three where there are many; of a place without a hall, say so and name the areas that have one.

        What is asked further ("周日开门吗") is about the halls that were told last. Who names no place though asked for
        it, or asks for a day, is told them all, if they are few.
        """
        halls = await self._halls.all()
        day = _day(call)
        shown = set(call.memory.get("halls", ()))
        found = named(halls, call.text) or named(halls, str(call.slots.get("words", "")))
        if not found and call.slots.get("again") == "yes":
            found = tuple(hall for hall in halls if hall.name in shown)
        asked_before = call.memory.get("halls") == []
        if not found and len(halls) <= _FEW and (asked_before or (day and _PLACE.search(call.text) is None)):
            found = halls
        says = []
        if day and found:
            there = tuple(hall for hall in found if hall.opens(day))
            on = day_in_words(day, call.language, year=False)
            says.append(say("utter_halls_open" if there else "utter_halls_closed", day=on))
            found = there or found
        found = found if len(found) <= _FEW else found[:_TOLD]
        if found:
            told = "\n".join(
                words(
                    "part_hall", call.language, name=hall.name, address=hall.address, hours=_hours(hall, call.language)
                )
                for hall in found
            )
            says.append(say("utter_halls", told=told))
        else:
            areas = sorted({hall.area for hall in halls})
            choices = tuple(Choice("halls", area, (area,)) for area in areas[:8])
            elsewhere = _PLACE.search(_VAGUE.sub(" ", call.text)) is not None
            where = say("utter_halls_none", areas=words("part_and", call.language).join(areas), choices=choices)
            says.append(where if elsewhere else say("utter_halls_where", choices=choices))
        if _BOOKING.search(call.text):
            says.append(say("utter_hall_no_booking"))
        return Outcome(tuple(says), remember={"halls": [hall.name for hall in found]})


def _day(call: Call) -> date | None:
    """Return the day that is asked about, or None where none can be read."""
    with suppress(UnclearDay):
        return next(iter(read_days(in_chinese(call.text), call.at.date(), ahead=True)), None)
    return None


def _hours(hall: Hall, language: str) -> str:
    """Return when a hall is open; its days are written in Chinese."""
    return _DAYS.sub(
        lambda days: words("part_days", language, first=named_in(days[1], language), last=named_in(days[2], language)),
        hall.hours,
    )
