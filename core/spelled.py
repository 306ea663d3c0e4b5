"""A number or a code that somebody has typed, in whatever spelling, and nothing else beside it."""

import re

from core.digits import in_digits
from core.identifiers import identifiers

# A mobile number as programs write it; \d would be the digits of every script.
MOBILE = r"1[3-9][0-9]{9}"
# 123456, 12 34 56, 123-456, 1.2.3.4.5.6; "26-11-25" is a day, "1234.56" an amount.
CODE = re.compile(r"\d(?:\s{0,2}\d){5}|\d{3}[\s\-·.,，、/]{1,2}\d{3}|\d(?:[\s\-·.,，、/]{1,2}\d){5}")
_AROUND = " \t\n\r　:：,，。.!！?？“”\"'()（）[]【】<>《》「」#*~～-"


def mobile(text: str) -> str | None:
    """Return the mobile number that a text is, or None.

    >>> mobile("+86 138-0013-8000 "), mobile("１３８００１３８０００"), mobile("我的13800138000"), mobile("12345")
    ('13800138000', '13800138000', None, None)
    """
    found = identifiers(text)
    if len(found) != 1 or found[0].kind != "phone":
        return None
    beside = text[: found[0].start] + text[found[0].end :]
    return None if re.search(r"\w", beside) else found[0].value


def one_time_code(text: str) -> str | None:
    """Return the six digits that a text is, or None.

    >>> [one_time_code(text) for text in ("123 456", "【１２３４５６】", "一二三四五六", "26-11-25", "12345")]
    ['123456', '123456', '123456', None, None]
    """
    left = in_digits(text).strip(_AROUND)
    return re.sub(r"\D", "", left) if CODE.fullmatch(left) else None
