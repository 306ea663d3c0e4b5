"""Sums of money in what people write, right to the fen or asked back.

A sum is a number with a unit (120块5, 一百二十块五毛, ￥120.50, 五毛), or one right after a verb of paying (充10万).
Where the question was how much, a number that stands alone is one as well. What is only about so much (三四十块,
50左右), a range, or has parts of a fen raises `Unclear`: money is never guessed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from core.numerals import DIGIT, FIGURE, plain, value
from core.numerals import Unclear as Unclear

# What a number counts, measures, dates or names is no money, even after 充: 充2个月, 交3天, 存5G, 充两次.
_MEASURE = (
    r"\s*(?:[个只张条次笔回遍份位人户家台部套档款期号日月天年周时点秒分度岁折倍级层楼栋室届门路线种样项名兆那"
    r"%％‰A-Za-z]|小时|星期|礼拜|单元)"
)
_END = r"(?:$|[\s,，。.!！?？、;；~…)）”\"]|[吧呗啊呀哦嘛吗呢了的整]|行|可以|好|就|够|话费|谢|试|怎)"
_ONE = rf"(?:\d(?![\d.])|{DIGIT}(?!{DIGIT}|[十百千万]))"
_FEN = rf"(?:{_ONE}(?:分(?!钟)钱?|(?={_END})))"
_YUAN = re.compile(r"\s*(?:块钱|块|元钱|元(?![旦宵里桥])|圆|rmb(?![a-z])|人民币)", re.IGNORECASE)
# Less than a yuan by itself; 三角 and 五角 may begin other words.
_SMALL = re.compile(rf"\s*(?:(?P<unit>[毛角])(?:钱|(?P<fen>{_FEN})|(?={_END}))|分钱)")
# After 块 and 元: 5毛, 5毛5, 零5分, 05, and the short 120块5 and 14块65, where nothing else is counted.
_TAIL = re.compile(
    rf"\s*零?(?P<jiao>{_ONE}|半)[毛角]钱?零?(?P<fen>{_FEN})?|\s*零?(?P<only_fen>{_ONE})分(?!钟)钱?"
    rf"|(?:(?P<zero>[0零])(?P<last>\d|{DIGIT})|(?P<short>\d{{1,2}}))(?![\d.]|{_MEASURE})(?!{DIGIT})"
    rf"|(?P<spoken>{DIGIT}{{1,2}}|半)(?={_END})"
)
_PAYING = re.compile(
    r"(?:充值?|冲值?|交|缴|存|付|扣|花|欠)(?:了|上|个|点|进|入|他|她|它|我|你|的|话费|费|款|钱|[\s:：是为])*$"
)
# Before a number that is the whole answer to "how much?".
_ALONE = re.compile(r"(?:^|[\s,，。.!！?？、;；:：]|[充冲交缴存付来要就那先再还是个给只])$")
_MINUS = re.compile(r"(?:(?<![\dA-Za-z])[-−–]|负)\s*$")
_MARK = re.compile(r"(?:[¥￥]|rmb|cny|人民币)\s*$", re.IGNORECASE)
_FOREIGN = re.compile(r"\s*(?:[美欧日港韩台泰澳加][元币金]|新台币|英镑)")
_FOREIGN_MARK = re.compile(r"[$€£]\s*$")
_ABOUT_BEFORE = re.compile(
    r"(?:大概|大约|差不多|(?<!预)约|将近|接近|不到|不足|不超过|不少于|不低于|至少|最少|起码|最多|顶多|超过|几乎)"
    r"(?:是|要|得|有|充|交|扣了?|花了?)?\s*[¥￥]?$"
)
_ABOUT_UNIT = re.compile(rf"\s*[多几来把余]\s*(?=(?:{_YUAN.pattern}|[毛角]))", re.IGNORECASE)
_ABOUT_AFTER = re.compile(
    r"\s*(?:多(?![少长久大一扣收出退])|几(?![个号点月天])|左右|上下|出头|以[上下内]|不到|起步|往[上下])"
)
# Two figures that share one unit are a range or a choice: 50到100元, 50、100元.
_LINK = r"(?:\s*(?:[-~～—–、/.。]|到|至|或者?|还是|和|跟)\s*)"
_SHARED = re.compile(rf"(?:^|[^\dA-Za-z.])(?:{DIGIT}|[十百千万]|\d){{1,7}}(?:{_LINK}|,)[¥￥]?$")
_RANGE = re.compile(rf"\s*(?:[-~～—–]|到|至)\s*{FIGURE}(?={_END})")
_THOUSANDS = re.compile(r"(?:^|[^\d])\d{1,3}[\s，]$")  # 1 000, 1，200
# A letter or a point before a number makes it the end of something else; a size of data is complete: 5G59元.
_BROKEN = re.compile(r"[A-Za-z\d.](?<!\d[GMT])(?<!\d[GM]B)$")
_NO_MONEY = re.compile(r"[这那哪在到个起跟同块]$|一块$")  # 这一块, 套餐一块办: place, or together
_FIGURE = re.compile(FIGURE)
_MOST_DIGITS, _CODE_DIGITS = 7, 6  # without a unit: more are a phone number, and so many alone are a code
_MONTHS = 12
_BESIDE_A_SUM = re.compile(r"[那要就先还再充交啊吧呢嘛呗了的元块行好\s，。,.!！?？]*")
_NEAR = 30  # characters before a number that may belong to it


@dataclass(frozen=True)
class Amount:
    """A sum of money in fen, below 0 where a minus stands before it; the words for it are text[start:end]."""

    fen: int
    start: int
    end: int


def amounts(text: str, bare: bool = False) -> tuple[Amount, ...]:
    """Return all sums in `text`, in order. Raises Unclear where one is named that can't be read exactly.

    bare  the question was how much: a number without a unit is a sum as well

    >>> [each.fen for each in amounts("充10万，上次扣了120块5，还有五毛")]
    [10000000, 12050, 50]
    >>> [each.fen for each in amounts("五十吧", bare=True)], amounts("五十吧"), amounts("第二个", bare=True)
    ([5000], (), ())
    """
    return tuple(_sums(plain(text), bare))


def alone(text: str) -> bool:
    """Return whether a text is a sum and nothing else: 2w, 那3千呢.

    >>> alone("2w"), alone("那3千呢"), alone("3个月"), alone("3千够用吗")
    (True, True, False, False)
    """
    try:
        found = amounts(text, bare=True)
    except Unclear:
        return False
    said = plain(text)
    return len(found) == 1 and _BESIDE_A_SUM.fullmatch(said[: found[0].start] + said[found[0].end :]) is not None


def _sums(text: str, bare: bool) -> Iterator[Amount]:
    done = 0
    for figure in _FIGURE.finditer(text):
        if figure.start() >= done and (found := _sum(text, figure, bare)):
            done = found.end
            yield found


def _sum(text: str, figure: re.Match[str], bare: bool) -> Amount | None:
    """Return the sum that `figure` is the number of, or None where it is no money."""
    begin = max(0, figure.start() - _NEAR)
    words, before, after = figure[0], text[begin : figure.start()], text[figure.end() :]
    left, minus, mark = _signs(before)
    about = _ABOUT_UNIT.match(after)
    at = about.end() if about else 0
    unit, small = _YUAN.match(after, at), _SMALL.match(after, at)
    if words == "几":  # 几块钱 asks
        return None
    if _FOREIGN.match(after) or _FOREIGN_MARK.search(left):
        raise Unclear(words)
    start = begin + len(left) if minus or mark else figure.start()
    if unit is None and small is None and not mark:
        return _without_unit(words, left, after, bare, minus, (start, figure.end()))
    rest = after[unit.end() :] if unit else ""
    if unit and words == "一" and unit[0] == "块" and _is_no_money(before, rest):
        return None
    tail = _TAIL.match(rest) if unit else None
    end = figure.end() + (unit.end() if unit else small.end() if small else 0) + (tail.end() if tail else 0)
    if about or _is_vague(left, text[end:]) or _goes_on(text[end:] if unit or small else ""):
        raise Unclear(text[start:end])
    if (
        _SHARED.search(before)
        or (_THOUSANDS.search(before) and re.match(r"\d{3}(?!\d)", words))
        or _BROKEN.search(left)
    ):
        raise Unclear(text[start:end])
    fen = _fen(words, small, tail)
    return Amount(-fen if minus else fen, start, end)


def _signs(before: str) -> tuple[str, bool, bool]:
    """Return what stands before a number's signs, whether one is a minus, and whether one is a mark of money."""
    minus = mark = False
    for _ in range(2):  # -¥5 and ¥-5
        if not minus and (sign := _MINUS.search(before)):
            before, minus = before[: sign.start()], True
        if not mark and (sign := _MARK.search(before)):
            before, mark = before[: sign.start()], True
    return before, minus, mark


def _without_unit(words: str, left: str, after: str, bare: bool, minus: bool, place: tuple[int, int]) -> Amount | None:
    """Return a number that is a sum by where it stands: after a verb of paying, or as the answer to how much."""
    paying, about = _PAYING.search(left) is not None, bare and _ABOUT_BEFORE.search(left) is not None
    most = _MOST_DIGITS if paying else _CODE_DIGITS - 1
    if not (paying or about or (bare and _ALONE.search(left))) or sum(map(str.isdigit, words)) > most:
        return None
    if re.match(rf"[多几来]?{_MEASURE}", after):
        return None
    if (number := value(words)) is None or number > _MONTHS:  # 12-1 is a day
        if about or _is_vague(left, after) or _RANGE.match(after) or _SHARED.search(left):
            raise Unclear(words)
    elif _RANGE.match(after):
        return None
    if not re.match(_END, after) and (not paying or len(words) == 1):
        return None
    if _is_vague(left, after):
        raise Unclear(words)
    fen = _fen(words, None, None)
    return Amount(-fen if minus else fen, *place)


def _is_vague(before: str, after: str) -> bool:
    return bool(_ABOUT_BEFORE.search(before) or _ABOUT_AFTER.match(after))


def _is_no_money(before: str, rest: str) -> bool:
    """Return whether 一块 means together or a matter: 一块办了, 这一块."""
    return bool(_NO_MONEY.search(before)) or not (_TAIL.match(rest) or re.match(rf"{_END}|多|左右", rest))


def _goes_on(rest: str) -> bool:
    """Return whether a number follows 块 that is no count of something else, and no tail that can be read."""
    figure = _FIGURE.match(rest)
    if figure is None or figure[0] == "一" or sum(map(str.isdigit, figure[0])) > _MOST_DIGITS:
        return False
    after = rest[figure.end() :]
    if re.match(r"[毛角]|分(?!钟)", after):
        return True
    return not (re.match(_MEASURE, after) or _YUAN.match(after))


def _fen(words: str, small: re.Match[str] | None, tail: re.Match[str] | None) -> int:
    """Return the sum in fen of a number, what makes it less than a yuan, and what follows its 块."""
    number = value(words)
    if number is None or (tail and number != number.to_integral_value()):  # 12.5块5
        raise Unclear(words)
    if re.fullmatch(r"[\d,]+\.\d{3,}", words):  # 1.005 has parts of a fen, and 1.000 may be a thousand
        raise Unclear(words)
    each = 100 if small is None else 10 if small["unit"] else 1
    exact = number * each + (_tail_fen(tail) if tail else 0)
    if small and small["fen"]:
        exact += _one(small["fen"])
    if exact != exact.to_integral_value():
        raise Unclear(words)
    return int(exact)


def _tail_fen(tail: re.Match[str]) -> Decimal:
    short = tail["short"] or tail["spoken"] or ""
    jiao = tail["jiao"] or short[:1]
    fen = tail["fen"] or tail["only_fen"] or tail["last"] or short[1:]
    return _one(jiao) * 10 + _one(fen)


def _one(word: str) -> Decimal:
    """Return the digit that `word` begins with; half a yuan is five jiao."""
    return Decimal(5) if word[:1] == "半" else value(word[:1]) or Decimal(0) if word else Decimal(0)
