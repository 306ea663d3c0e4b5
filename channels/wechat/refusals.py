"""What an errcode of the platform's says about a message: pure rules, from its list of global return codes."""

from enum import StrEnum

# How often one may call is counted by the minute and by the day.
_A_MINUTE, _LONG = 60.0, 300.0


class Means(StrEnum):
    """What a refusal means for the message that was refused; nothing of it has gone out."""

    LATER = "later"  # the platform or the account can't just now: the same call may succeed
    NOT_NOW = "not now"  # this follower can't be sent messages until the next step of theirs, if ever
    NOBODY = "nobody"  # the account has no such follower
    TOO_LONG = "too long"  # in smaller pieces it goes
    NEVER = "never"  # the message itself is refused


_MEANT = {
    Means.LATER: (
        -1,  # busy
        40001, 40014, 41001, 42001,  # the token, renewed already: the next attempt brings another
        40013, 40125, 40243, 41002, 41004,  # AppID, AppSecret: until the operator mends them
        40164, 61004, 89501, 89503, 89506, 89507,  # this server's address is not on the account's list
        45009, 45011,  # called too often: today, this minute
    ),
    Means.NOT_NOW: (
        43004, 50005,  # follows no longer
        43019,  # on the account's black list
        45015,  # wrote more than 48 hours ago, or has unfollowed
        45047,  # has been sent as many as are allowed
        48002,  # wants no messages
        48001, 48004, 48008, 50002, 65400,  # the account may not send any: only answers within a call go
        50001,  # the user's own account is limited
    ),
    Means.NOBODY: (40003, 41009, 46004),
    Means.TOO_LONG: (45002,),
}  # fmt: skip
_MEANING = {code: means for means, codes in _MEANT.items() for code in codes}
_AFTER = {45011: _A_MINUTE, 45009: _LONG}


def meaning(code: int) -> Means:
    """Return what an errcode means; one that we do not know is for ever.

    >>> meaning(45015), meaning(47001)
    (<Means.NOT_NOW: 'not now'>, <Means.NEVER: 'never'>)
    """
    return _MEANING.get(code, Means.NEVER)


def after(code: int) -> float | None:
    """Return how many seconds to wait before the next attempt, or None where the platform wants none in particular."""
    return _AFTER.get(code)
