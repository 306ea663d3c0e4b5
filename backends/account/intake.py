"""What a carrier brings in from CSV files: what each column must be, and every wrong line by its number.

Money is written in yuan with at most two decimals, months as YYYY-MM, files in UTF-8 with a first line of names.
"""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from core.spelled import MOBILE

LEVELS = ("standard", "silver", "gold", "diamond")
STATES = ("active", "suspended", "paused")
_YUAN = re.compile(r"(-?)(\d{1,9})(?:\.(\d{1,2}))?", re.ASCII)
_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])", re.ASCII)
_CODE = re.compile(r"[A-Za-z0-9_-]{1,32}")


class Wrong(ValueError):
    """A value that a column can't have; says what it must be, and never repeats the value, which may be private."""


@dataclass(frozen=True)
class Problem:
    """A line that can't be taken, counted as an editor counts."""

    line: int
    why: str


Reader = Callable[[str], Any]
Row = dict[str, Any]


def _matching(pattern: re.Pattern[str], must: str) -> Reader:
    def read(text: str) -> str:
        if not pattern.fullmatch(text):
            raise Wrong(must)
        return text

    return read


def _one_of(*allowed: str) -> Reader:
    return _matching(re.compile("|".join(allowed)), f"must be one of {', '.join(allowed)}")


def _text(most: int) -> Reader:
    def read(text: str) -> str:
        if not 0 < len(text) <= most:
            raise Wrong(f"must have 1 to {most} characters")
        return text

    return read


def _whole(text: str) -> int:
    if not text.isdecimal() or len(text) > 9:
        raise Wrong("must be a whole number of at most 9 digits, not negative")
    return int(text)


def fen(text: str) -> int:
    """Return yuan as fen.

    >>> fen("86.5"), fen("-0.05"), fen("12")
    (8650, -5, 1200)
    """
    match = _YUAN.fullmatch(text)
    if match is None:
        raise Wrong("must be yuan with at most two decimals, e.g. 86.50")
    minus, whole, cents = match.groups()
    amount = int(whole) * 100 + int((cents or "0").ljust(2, "0"))
    return -amount if minus else amount


def _not_negative(text: str) -> int:
    amount = fen(text)
    if amount < 0:
        raise Wrong("must not be negative")
    return amount


def _day_or_none(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Wrong("must be a day, e.g. 1958-03-21, or empty") from None


def _yes_or_no(text: str) -> bool:
    if text not in ("0", "1"):
        raise Wrong("must be 0 or 1")
    return text == "1"


_phone = _matching(re.compile(MOBILE), "must be a mobile number of 11 digits, e.g. 13800138000")
_month = _matching(_MONTH, "must be a month, e.g. 2026-11")
_code = _matching(_CODE, "must be a code of letters, digits, - and _")
# Kind of file → its columns: the name in the file → the name in the table, and how a value is read.
SHEETS: Mapping[str, Mapping[str, tuple[str, Reader]]] = {
    "plans": {
        "code": ("code", _code),
        "name": ("name", _text(64)),
        "monthly_fee_yuan": ("monthly_fee_fen", _not_negative),
        "data_mb": ("data_mb", _whole),
        "voice_minutes": ("voice_minutes", _whole),
        "sms": ("sms", _whole),
        "enterprise": ("enterprise", _yes_or_no),
    },
    "customers": {
        "phone": ("phone", _phone),
        "name": ("name", _text(64)),
        "level": ("level", _one_of(*LEVELS)),
        "state": ("state", _one_of(*STATES)),
        "plan": ("plan_code", _code),
        "balance_yuan": ("balance_fen", fen),
        "born_on": ("born_on", _day_or_none),
    },
    "bills": {
        "phone": ("phone", _phone),
        "month": ("month", _month),
        "position": ("position", _whole),
        "name": ("name", _text(64)),
        "amount_yuan": ("amount_fen", fen),
    },
    "numbers": {"number": ("number", _phone)},
    "halls": {
        "name": ("name", _text(64)),
        "area": ("area", _text(32)),
        "address": ("address", _text(128)),
        "hours": ("hours", _text(64)),
    },
}
# Columns that a file may leave out: what is stored stays as it is.
OPTIONAL = {"customers": {"born_on"}}
# What may be in a file once only.
KEYS: Mapping[str, tuple[str, ...]] = {
    "plans": ("code",),
    "customers": ("phone",),
    "bills": ("phone", "month", "position"),
    "halls": ("name",),
    "numbers": ("number",),
}


def read(kind: str, lines: Iterable[str]) -> Iterator[tuple[int, Row] | Problem]:
    """Give each line's number and values, or what is wrong with it; a header that does not fit ends the reading."""
    columns, seen = SHEETS[kind], set[int]()
    rows = csv.reader(lines)
    header = [name.strip().removeprefix("\ufeff") for name in next(rows, [])]
    optional = OPTIONAL.get(kind, set())
    if len(set(header)) < len(header) or not set(columns) - optional <= set(header) <= set(columns):
        needed, more = [name for name in columns if name not in optional], ",".join(sorted(optional))
        told = f"the first line must name these columns: {','.join(needed)}"
        yield Problem(1, f"{told}; it may name {more}" if more else told)
        return
    for values in rows:
        found = _row(header, values, columns)
        if isinstance(found, str):
            yield Problem(rows.line_num, found)
            continue
        key = hash(tuple(found[name] for name in KEYS[kind]))
        if key in seen:
            yield Problem(rows.line_num, f"{', '.join(KEYS[kind])} stands in an earlier line already")
            continue
        seen.add(key)
        yield rows.line_num, found


def _row(header: list[str], values: list[str], columns: Mapping[str, tuple[str, Reader]]) -> Row | str:
    if len(values) != len(header):
        return f"has {len(values)} values, not {len(header)}"
    row: Row = {}
    for name, value in zip(header, values, strict=True):
        into, reader = columns[name]
        try:
            row[into] = reader(value.strip())
        except Wrong as wrong:
            return f"{name} {wrong}"
    return row
