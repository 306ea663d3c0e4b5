"""Numbers as people write them: 120, １,２００, 一百二, 两千零二十, 1.5万, 2w, 廿, 俩, 幺二零.

Right or not at all: what two people could read as two numbers (三四十, 三五百) is none. `FIGURE` finds the whole run of
characters that stands for a number, so that a part of a longer one is never taken for it.
"""

import re
import unicodedata
from decimal import Decimal

_DIGITS = {
    **{character: value for value, character in enumerate("零一二三四五六七八九")},
    **{character: value for value, character in enumerate("壹贰叁肆伍陆柒捌玖", start=1)},
    "〇": 0, "幺": 1, "两": 2, "俩": 2, "仨": 3,
}  # fmt: skip
_PLACES = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_GREAT = {"亿": 10**8, "万": 10**4}
_LATIN = {"w": 10**4, "k": 1000}
_TENS = {"廿": "二十", "卅": "三十"}
# Said with a measure word or none, but never inside a longer number, nor as its last digit: 一百两 is no 120.
_COUNTING = "两俩仨"
# Two digits side by side that mean "about so many": 三四(天), 三五(百).
_ABOUT = re.compile(r"一二|二三|两三|三四|四五|五六|六七|七八|八九|三五|一两")

DIGIT = f"[{''.join(_DIGITS)}]"
_SPOKEN = f"[{''.join(_DIGITS)}{''.join(_PLACES)}{''.join(_GREAT)}{''.join(_TENS)}几]"
_ARABIC = r"(?:\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)*)"
_LETTER = r"[wWkK](?![A-Za-z])"
# A run that stands for a number, readable or not. 点 belongs to it only between digits: 三点 is a time.
FIGURE = (
    rf"(?:{_ARABIC}(?:(?:[{''.join(_PLACES)}{''.join(_GREAT)}]|{_LETTER})+(?:零?\d+|{DIGIT}+)?)*"
    rf"|{_SPOKEN}+(?:点{DIGIT}+[{''.join(_GREAT)}]?)?)"
)
_MIXED = re.compile(rf"({_ARABIC})([{''.join(_PLACES)}{''.join(_GREAT)}wWkK])(.*)")
_NONZERO = f"[{''.join(character for character in _DIGITS if _DIGITS[character])}]"
_PLACED = rf"([零〇]?)({_NONZERO}?)([{''.join(_PLACES)}])"
_LAST = rf"([零〇]?)({_NONZERO})"
_STEP = re.compile(rf"{_PLACED}|{_LAST}$")
_SECTION = re.compile(rf"(?:{_PLACED})*(?:{_LAST})?")


class Unclear(ValueError):
    """Something was named, and it can't be read with certainty: one asks back."""


def plain(text: str) -> str:
    """Return `text` in half width, character for character, so that places in it stay what they are.

    A full-width comma parts a sentence and never thousands, so it is left.

    >>> plain("￥１２０．５０，１００")
    '¥120.50，100'
    """
    return "".join(character if character == "，" else _half(character) for character in text)


def _half(character: str) -> str:
    half = unicodedata.normalize("NFKC", character)
    return half if len(half) == 1 else character


def value(words: str) -> Decimal | None:
    """Return the number that all of `words` say, or None where they say none with certainty.

    >>> [int(value(words)) for words in ("一百二", "1,200", "2w", "1.5万", "两千零二十", "廿五", "幺二零", "1万5")]
    [120, 1200, 20000, 15000, 2020, 25, 120, 15000]
    >>> value("十二点五"), value("三四十"), value("三十一百")
    (Decimal('12.5'), None, None)
    """
    words = plain(words.strip())
    if re.fullmatch(_ARABIC, words):
        return _arabic(words)
    if mixed := _MIXED.fullmatch(words):
        return _mixed(*mixed.groups())
    head, point, decimals = words.partition("点")
    if point:
        return _with_point(head, decimals)
    read = digits(words)
    whole_number = int(read) if read is not None and len(read) > 1 else _spoken(words)
    return None if whole_number is None else Decimal(whole_number)


def whole(words: str) -> int | None:
    """Return the whole number that `words` say, or None.

    >>> whole("十五"), whole("1.5")
    (15, None)
    """
    found = value(words)
    return int(found) if found is not None and found == found.to_integral_value() else None


def digits(words: str) -> str | None:
    """Return digits said one by one as digits, or None where `words` are not that.

    >>> digits("幺二零"), digits("二零二五"), digits("三四"), digits("一百二")
    ('120', '2025', None, None)
    """
    words = plain(words)
    if words.isascii() and words.isdigit():
        return words
    if not words or (len(words) == 2 and _ABOUT.fullmatch(words)):
        return None
    if any(character not in _DIGITS or character in "俩仨" for character in words):
        return None
    return "".join(str(_DIGITS[character]) for character in words)


def _arabic(words: str) -> Decimal | None:
    return Decimal(words.replace(",", "")) if words.count(".") < 2 else None


def _mixed(figure: str, place: str, rest: str) -> Decimal | None:
    """Read 3千, 1.5万, 1万5, 3万5千: what follows is smaller, and the last place may go unsaid."""
    size = {**_PLACES, **_GREAT, **_LATIN}[place.lower()]
    head = _arabic(figure)
    if head is None or not rest:
        return None if head is None else (head * size).normalize() + 0
    if "." in figure:
        return None
    if len(rest) == 1 and rest not in _COUNTING and (last := _digit(rest)):
        return head * size + last * size // 10
    rest_value = value(rest[1:]) if rest[0] == "零" else value(rest) if re.search(r"\D", rest) else None
    if rest_value is None or rest_value >= size or rest_value < 1:
        return None
    return head * size + rest_value


def _with_point(head: str, decimals: str) -> Decimal | None:
    great = _GREAT.get(decimals[-1:], 1)
    part = digits(decimals if great == 1 else decimals[:-1]) if len(decimals) > 1 else _as_text(_digit(decimals))
    before = _spoken(head)
    return None if before is None or part is None else Decimal(f"{before}.{part}") * great


def _digit(word: str) -> int | None:
    return int(word) if word.isascii() and word.isdigit() else _DIGITS.get(word)


def _as_text(number: int | None) -> str | None:
    return None if number is None else str(number)


def _spoken(words: str, short: bool = True) -> int | None:
    """Return a number said with its places: 三百零五, 两万五千, and at its end in `short` 一百二 for 120."""
    for character, said in _TENS.items():
        words = words.replace(character, said)
    for great, size in _GREAT.items():
        head, found, rest = words.partition(great)
        if not found:
            continue
        high = _spoken(head, short=False)
        low = _after(rest, size, short)
        return None if not high or low is None or low >= size else high * size + low
    return _below_ten_thousand(words, short)


def _after(rest: str, size: int, short: bool) -> int | None:
    """Return what follows 万 or 亿: nothing, one digit of the next place, or a number that says its gap with 零."""
    if not rest:
        return 0
    if len(rest) == 1:
        return None if not short or rest in _COUNTING or not _DIGITS.get(rest) else _DIGITS[rest] * size // 10
    gap, number = rest[0] == "零", rest.lstrip("零")
    low = _spoken(number, short) if len(rest) - len(number) < 2 else None
    # 一万两千 needs no 零 and 一万零二十 needs one; both otherwise could be a slip.
    return None if not low or gap == (low >= size // 10) else low


def _below_ten_thousand(words: str, short: bool) -> int | None:
    if len(words) == 1 and words in _DIGITS:
        return _DIGITS[words]
    if not words or not _SECTION.fullmatch(words):
        return None
    total, above = 0, 0
    for gap, digit, name, last_gap, last in _STEP.findall(words):
        gap = gap or last_gap
        place = _PLACES.get(name, 1)
        if last and above > 10 and not gap:
            if not short:
                return None
            place = above // 10  # 一百二 is 120
        # 十五 and 一百十五 need no 一 before 十; 百五 is no number.
        if last in tuple(_COUNTING) or (not digit and not last and (place != 10 or gap)):
            return None
        # 零 stands where a place is left out, and nowhere else.
        if (gap and not above) or (above and (place >= above or bool(gap) == (place * 10 == above))):
            return None
        total, above = total + _DIGITS.get(digit or last, 1) * place, place
    return total
