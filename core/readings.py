"""What a row of digits may be, by its length, its first digits, its check digit and how its groups are cut.

The sealed engine (Python 3.10) reads with it as well: the standard library alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from core.digits import is_weak

PLUS = frozenset("+＋")
_PHONE = re.compile(r"(0086|86|0)?(1[3-9]\d{9})")
_LANDLINE = re.compile(r"(0086|86)?(0?)((?:10|2\d)[1-9]\d{7}|[3-9]\d{2}[1-9]\d{6,7})")
_BIRTHDAY = re.compile(r"\d{6}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
# The sum of the digits of twice a digit.
_DOUBLED = str.maketrans("0123456789", "0246813579")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)

# Rank, kind, value, valid, and whether it must stand alone.
Reading = tuple[int, str, str, bool, bool]


def may_be(digits: str) -> bool:
    """Return whether so many digits with such a beginning are worth a closer look.

    >>> may_be("13800138000"), may_be("20261125009")
    (True, False)
    """
    if len(digits) < 17 and (digits[0] in "08" or (len(digits) == 11 and digits[0] == "1" and digits[1] > "2")):
        return True
    return len(digits) == 18 or (len(digits) > 15 and digits.isdigit() and _luhn(digits))


@dataclass(frozen=True)
class Row:
    """Digits, how many stand together, what stands between, and the character before."""

    digits: str
    sizes: tuple[int, ...]
    gaps: tuple[str, ...]
    before: str

    def readings(self) -> Iterator[Reading]:
        """Yield what the digits may be."""
        if self.digits.isdigit():
            if len(self.digits) < 17 and self.digits[0] in "018":
                yield from self._phones()
                yield from self._landlines()
            if 16 <= len(self.digits) <= 19:
                yield from self._cards()
        if len(self.digits) == 18 and self.digits[0] != "0" and self.digits[:-1].isdigit():
            yield from self._id_numbers()

    def _phones(self) -> Iterator[Reading]:
        found = _PHONE.fullmatch(self.digits)
        if found is None or self._is_internet_address():
            return
        prefix, number = found.groups(default="")
        if prefix == "0" and self.sizes[0] == 1:  # a 0 that stands by itself dials nothing
            return
        sizes = _without(self.sizes, len(prefix))
        singles = set(sizes) == {1}
        if is_weak("".join(self.gaps)) and not singles and sizes not in ((11,), (3, 4, 4), (3, 8), (7, 4)):
            return
        tidy = sizes[0] >= 3
        yield _rank(sizes, tidy), "phone", number, True, not tidy

    def _landlines(self) -> Iterator[Reading]:
        found = _LANDLINE.fullmatch(self.digits)
        if found is None or is_weak("".join(self.gaps)) or _is_letter(self.before):
            return
        prefix, zero, number = found.groups(default="")
        if not prefix and not zero:
            return
        if prefix == "86" and self.before not in PLUS and self.gaps[:1] != (")",):
            return
        # +86 (0)10: the 0 may stand by itself only where it may be left out.
        sizes = _without(self.sizes, len(prefix + zero) if prefix else 0)
        tidy = sizes[0] >= (2 if prefix else 3)
        if tidy or set(sizes) == {1} or not any(self.gaps):
            yield _rank(sizes, tidy), "landline", "0" + number, True, not tidy

    def _cards(self) -> Iterator[Reading]:
        if _is_letter(self.before) or not _luhn(self.digits):
            return
        first, last = self.sizes[0], self.sizes[-1]
        even = first >= 4 and last <= first and set(self.sizes[:-1]) == {first}
        # In groups only what no day and no mobile number begins with: 2026-11-25 138 0013 8000.
        in_groups = self.digits[0] > "2"
        if len(self.sizes) == 1 or (in_groups and (even or first == 6)):
            yield 0, "card", self.digits, True, False
        elif in_groups and (not is_weak("".join(self.gaps)) or set(self.sizes) == {1}):
            yield 2, "card", self.digits, True, True

    def _id_numbers(self) -> Iterator[Reading]:
        dated = _BIRTHDAY.match(self.digits) is not None
        valid = dated and _check_digit(self.digits) == self.digits[-1]
        whole = self.sizes == (18,) or (self.sizes == (17, 1) and (self.digits[-1] == "X" or self.gaps == ("",)))
        if dated and (valid or whole or self.sizes[0] == 6):
            yield 0, "id", self.digits, valid, False
        elif whole and not _is_letter(self.before):
            yield 2, "id", self.digits, False, False
        elif dated:
            yield 2, "id", self.digits, False, True

    def _is_internet_address(self) -> bool:
        """Return whether this is one of a router's: 192.168.31.100."""
        if set(self.gaps) != {"."} or len(self.sizes) != 4 or max(self.sizes) > 3:
            return False
        at, parts = 0, []
        for size in self.sizes:
            parts.append(self.digits[at : at + size])
            at += size
        return all(int(part) < 256 and str(int(part)) == part for part in parts)


def _rank(sizes: tuple[int, ...], tidy: bool) -> int:
    return 1 if len(sizes) == 1 else 3 if tidy else 4


def _is_letter(character: str) -> bool:
    return character.isascii() and character.isalpha()


def _without(sizes: tuple[int, ...], prefix: int) -> tuple[int, ...]:
    """Return the sizes of the groups after so many digits."""
    left = list(sizes)
    while prefix >= left[0]:
        prefix -= left.pop(0)
    left[0] -= prefix
    return tuple(left)


def _luhn(digits: str) -> bool:
    return sum(map(int, digits[-1::-2] + digits[-2::-2].translate(_DOUBLED))) % 10 == 0


def _check_digit(id_number: str) -> str:
    total = sum(int(digit) * weight for digit, weight in zip(id_number, _WEIGHTS, strict=False))
    return "10X98765432"[total % 11]
