"""No loop with a machine at the other end: whoever goes on sending the same is answered once, and then held. Pure.

Some phones answer by themselves, some send back what they receive, and some are no phones at all. What we say
provokes what they say, and each of it costs money. A person who repeats a short order is no machine, so those have
some more room.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import takewhile

from core.likeness import alike, pairs, share
from core.message import Heard

# A text of so many letters isn't typed twice by heart; a shorter one (查话费, 1) may be said so often in a row, and
# so often in all.
LONG, SHORT_IN_A_ROW, SHORT_IN_A_TALK = 8, 3, 12
# The same within this is the same talk; so often at most in a day.
TALK, DAY = timedelta(hours=1), timedelta(days=1)
SAME_IN_A_DAY = 3
# Nobody types more.
MOST = ((20, timedelta(minutes=1)), (60, timedelta(hours=1)))
# So alike are two texts of which only times, numbers and names differ, and so much of what we said stands in an echo.
ALIKE, ECHOED = 0.8, 0.9
# So far back must be known what came from a phone.
KNOWN = max(amount for amount, _ in MOST)


# An order in the form WORD#…#… is typed again where its answer was not what was hoped for.
_ORDER = re.compile(r"\W*[a-z]{2,8}\s*#")


class Reason(StrEnum):
    """Why nobody answers."""

    SAME = "same"
    ECHO = "echo"
    MANY = "many"


# What the desk reads beside the message.
TOLD = {
    Reason.SAME: "对方重复发送同类内容，像是自动回复，系统已暂停自动答复，需要时请您人工处理。",
    Reason.ECHO: "对方发回了我们说过的话，像是自动转发，系统已暂停自动答复，需要时请您人工处理。",
    Reason.MANY: "对方短时间内发送的短信超过人工输入的数量，系统已暂停自动答复，需要时请您人工处理。",
}


def loops(text: str, at: datetime, heard: Sequence[Heard], said: Sequence[str]) -> Reason | None:
    """Return why a message is not answered, None where it is.

    heard  what came from the phone before, the newest first, as many as KNOWN
    said   what we said to it last, within TALK
    """
    for amount, within in MOST:
        if len(heard) >= amount and at - heard[amount - 1].at < within:
            return Reason.MANY
    letters = _letters(text)
    long = sum(map(str.isalpha, letters)) >= LONG and not _ORDER.match(_plain(text))
    talk = [each for each in heard if at - each.at < TALK]
    if not long:
        same = [_plain(each.text) == _plain(text) for each in talk]
        in_a_row = sum(takewhile(bool, same))
        return Reason.SAME if in_a_row >= SHORT_IN_A_ROW or sum(same) >= SHORT_IN_A_TALK else None
    if talk and any(_echoes(text, each) for each in said):
        return Reason.ECHO
    if talk and _same(letters, _letters(talk[0].text)):
        return Reason.SAME
    in_a_day = sum(_same(letters, _letters(each.text)) for each in heard if at - each.at < DAY)
    return Reason.SAME if in_a_day >= SAME_IN_A_DAY else None


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()


def _letters(text: str) -> str:
    """Return what is the same in every copy of a text: its letters, without figures and signs."""
    return " ".join("".join(each if each.isalpha() else " " for each in _plain(text)).split())


def _same(one: str, other: str) -> bool:
    return one == other or (bool(other) and alike(one, other) >= ALIKE)


def _echoes(text: str, said: str) -> bool:
    ours = pairs(re.sub(r"^【[^】]*】", "", said))
    return len(_letters(said)) >= LONG and share(ours, pairs(text)) >= ECHOED
