"""Hiding what identifies a person (N3: names, ID numbers, phone numbers, bank cards, addresses)."""

import re

from core.companies import tax_numbers
from core.identifiers import identifiers

# The plain spellings alone; whoever looks for a number in what a person wrote asks core.identifiers.
PHONE = re.compile(r"(?<!\d)1[3-9]\d(?:[ -]?\d){8}(?!\d)")
ID_NUMBER = re.compile(r"(?<!\d)[1-9]\d{16}[\dXx](?!\d)")
# What is left of one number may set off the next, which only seemed to be a piece of something longer before.
_PASSES = 3


def phones(text: str) -> set[str]:
    """Return the mobile numbers in `text`, digits only, however they are written.

    >>> phones("帮我查一三八零零一三八零零一"), phones("+86 138·0013·8001")
    ({'13800138001'}, {'13800138001'})
    """
    return {each.value for each in identifiers(text) if each.kind == "phone"}


def mask_phone(phone: str) -> str:
    """Return the phone number with its middle hidden: 138****8000."""
    return phone[:3] + "****" + phone[-4:]


def mask(text: str, keep: str | None = None) -> str:
    """Return `text` with ID numbers, bank cards and mobile numbers hidden in every spelling; the number `keep` stays.

    A landline stays: our halls have them, and they are told to everybody.

    >>> mask("一三九零零零零一一一一"), mask("13800138000", keep="13800138000"), mask("号码(+86)139 0000 1111。")
    ('139****1111', '13800138000', '号码139****1111。')
    """
    for _ in range(_PASSES):
        before, companys = text, tax_numbers(text)  # which are public
        for each in reversed(identifiers(text)):
            if any(start <= each.start and each.end <= end for start, end in companys):
                continue
            if each.kind != "landline" and each.value != keep:
                shown = mask_phone(each.value) if each.kind == "phone" else mask_digits(each.value, len(each.value))
                text = text[: each.start] + shown + text[each.end :]
        if text == before:
            break
    return text


def mask_digits(value: str, length: int) -> str:
    """Return the first three and the last four characters of a number, and stars up to `length`.

    >>> mask_digits("11010519491231002X", 18)
    '110***********002X'
    """
    return value[:3] + "*" * (length - 7) + value[-4:]


def mask_name(name: str) -> str:
    """Return the family name and stars: 王**."""
    return name[:1] + "*" * max(len(name) - 1, 1)
