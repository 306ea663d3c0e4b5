"""Whose short messages are answered: people's phones, and no machine that sends by a number of a service. Pure."""

import re

from core.spelled import MOBILE

# A number of the home country as everybody writes it, and what may stand before it.
_HOME = re.compile(r"(?:(?:\+|00)?86)(?=[1-9])")
_LANDLINE = re.compile(r"0[1-9]\d{8,10}")
_ABROAD = re.compile(r"(?:\+|00)[1-9]\d{6,14}")


def number_of(sender: str) -> str:
    """Return a sender's number as we keep it: one of the home country without its code.

    >>> number_of("+8613800138000"), number_of("008613800138000"), number_of("85291234567")
    ('13800138000', '13800138000', '85291234567')
    """
    plain = re.sub(r"[\s()-]", "", sender)
    return _HOME.sub("", plain, count=1) if _HOME.match(plain) else plain


def is_person(sender: str, international: bool = False) -> bool:
    """Return whether a person may write from here: a mobile, a landline, or a number of another country.

    Short codes, numbers of service providers (106…, 95…, 100…) and names are machines: an answer to one would be
    answered by it, and nobody would read it. `international`: the gateway calls the number one, though without +.

    >>> [is_person(each) for each in ("13800138000", "8613800138000", "057187654321", "+85291234567")]
    [True, True, True, True]
    >>> [is_person(each) for each in ("10010", "106901234567", "86106901234567", "955881234567", "CMCC", "")]
    [False, False, False, False, False, False]
    """
    number = number_of(sender)
    if re.fullmatch(MOBILE, number) or _LANDLINE.fullmatch(number):
        return True
    if number != re.sub(r"[\s()-]", "", sender):  # of the home country, and neither of both
        return False
    return bool(_ABROAD.fullmatch(f"+{number.lstrip('+')}" if international else number))
