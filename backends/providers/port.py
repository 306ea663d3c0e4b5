"""A service provider, and the directory that finds one by what a customer writes (J4, J8). Known to anybody."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from core.digits import groups

# Within a name or keyword people leave blanks, and strokes where it is a keyword.
_BETWEEN = r"[\s-]*"


@dataclass(frozen=True)
class Service:
    """What a provider sells through us, under its name on the bill.

    fen      a month, in fen; where it is not charged by the month, the most that a month can cost
    monthly  whether it is charged by the month
    charged  how it is charged, by language: a clause without a full stop; Chinese is always among them
    """

    name: str
    fen: int
    monthly: bool
    charged: Mapping[str, str]


@dataclass(frozen=True)
class Provider:
    """A service provider.

    codes    what it is found by: first the number that its messages come from and are sent to, then its keywords
    hotline  its own customer service
    stop     what to text to its number to end all its services
    since    the first day of its contract with us
    """

    codes: tuple[str, ...]
    name: str
    services: tuple[Service, ...]
    hotline: str
    stop: str
    since: date

    @property
    def number(self) -> str:
        """The number that its messages come from and are sent to."""
        return self.codes[0]

    @property
    def names(self) -> tuple[str, ...]:
        """What it is called: its own name, and those of its services."""
        return (self.name, *(each.name for each in self.services))


class Directory:
    """Every service provider that we charge for."""

    def __init__(self, providers: Sequence[Provider]) -> None:
        """Know `providers`; no code, keyword or name is of two of them."""
        self._of_number = {code: each for each in providers for code in each.codes if code.isdecimal()}
        self._longest = max(map(len, self._of_number), default=0)
        self._named = [(_spelled(word), each) for each in providers for word in _words(each)]

    def __getitem__(self, number: str) -> Provider:
        """Return the provider of a number. Raises KeyError where there is none (any more)."""
        return self._of_number[number]

    def find(self, text: str) -> Provider | None:
        """Return the provider whose number, keyword or name stands in `text`, the first one mentioned, or None.

        A number is found in every spelling (core/digits.py) and not as a piece of a longer one.
        """
        found = sorted((*self._by_number(text), *self._by_name(text)), key=lambda each: each[0])
        return found[0][1] if found else None

    def named(self, text: str) -> Mapping[str, str]:
        """Return the number of the provider that `text` names under its kind, nothing where it names none."""
        found = self.find(text)
        return {"provider": found.number} if found else {}

    def _by_number(self, text: str) -> Iterator[tuple[int, Provider]]:
        read = groups(text)
        for first, group in enumerate(read):
            digits = ""
            for each in read[first:]:
                if (digits and each.gap is None) or len(digits) > self._longest:
                    break
                digits += each.digits
                if digits in self._of_number:
                    yield group.start, self._of_number[digits]

    def _by_name(self, text: str) -> Iterator[tuple[int, Provider]]:
        said = _half_width(text)
        for pattern, provider in self._named:
            if (place := pattern.search(said)) is not None:
                yield place.start(), provider


def _words(provider: Provider) -> tuple[str, ...]:
    """Return the words that name a provider; what stops it is one of them, where it was sent to us by mistake."""
    return (*(code for code in provider.codes if not code.isdecimal()), provider.stop, *provider.names)


def _spelled(word: str) -> re.Pattern[str]:
    """Return what finds a word, letters in either case and with blanks in it, and not as a piece of a longer word."""
    said = _BETWEEN.join(re.escape(character) for character in _half_width(word))
    letters = r"[A-Za-z0-9]"
    before, after = (f"(?<!{letters})", f"(?!{letters})") if word.isascii() else ("", "")
    return re.compile(f"{before}{said}{after}", re.IGNORECASE)


def _half_width(text: str) -> str:
    """Return a text with each character in half width: places in it stay where they are."""
    narrow = ((each, unicodedata.normalize("NFKC", each)) for each in text)
    return "".join(half if len(half) == 1 else each for each, half in narrow)
