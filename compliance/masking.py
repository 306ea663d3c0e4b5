"""Hiding what identifies a person (N3: names, ID numbers, phone numbers, addresses)."""

import re

PHONE = re.compile(r"(?<!\d)1[3-9]\d(?:[ -]?\d){8}(?!\d)")
ID_NUMBER = re.compile(r"(?<!\d)[1-9]\d{16}[\dXx](?!\d)")
_SPOKEN = str.maketrans("零〇一幺二两三四五六七八九", "0011223456789")


def phones(text: str) -> set[str]:
    """Return the mobile numbers in `text`, digits only, spoken digits included.

    >>> phones("帮我查一三八零零一三八零零一")
    {'13800138001'}
    """
    spoken = text.translate(_SPOKEN)
    return {re.sub(r"\D", "", found[0]) for form in (text, spoken) for found in PHONE.finditer(form)}


def mask_phone(phone: str) -> str:
    """Return the phone number with its middle hidden: 138****8000."""
    return phone[:3] + "****" + phone[-4:]


def mask(text: str, keep: str | None = None) -> str:
    """Return `text` with ID numbers and mobile numbers hidden, spoken ones too; the number `keep` stays.

    >>> mask("一三九零零零零一一一一"), mask("13800138000", keep="13800138000")
    ('139****1111', '13800138000')
    """
    hidden = ID_NUMBER.sub(lambda found: found[0][:3] + "*" * 11 + found[0][-4:], text)
    # The translation is character by character, so a place in one is the same place in the other.
    for found in reversed(list(PHONE.finditer(hidden.translate(_SPOKEN)))):
        phone = re.sub(r"\D", "", found[0])
        if phone != keep:
            hidden = hidden[: found.start()] + mask_phone(phone) + hidden[found.end() :]
    return hidden


def mask_name(name: str) -> str:
    """Return the family name and stars: 王**."""
    return name[:1] + "*" * max(len(name) - 1, 1)
