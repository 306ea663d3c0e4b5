"""What a message says for a slot: a value, or that it was named in words that can't be read with certainty.

One reader for each type of slot. `asked` says that the step is asking for it: then a bare 50 is an amount and any words
are an account of what happened; otherwise only what is unmistakable counts.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from bot.dialogue.conditions import SAID
from bot.dialogue.english import agrees
from bot.dialogue.flows import Slot, SlotType
from bot.dialogue.heard import Heard, is_shaped
from core import chinese_time
from core.address import read_address, read_address_in_english, read_house
from core.amounts import Unclear as UnclearAmount
from core.amounts import amounts
from core.chinese_time import HALVES, Month, read_since, read_span, read_window
from core.choosing import by_place, named, the_longest, wants, without_the_refused
from core.companies import Unnamed, WrongNumber, tax_number, title, wrong_with
from core.dialogue import Choice
from core.english_time import in_chinese, time_of
from core.identifiers import identifiers
from core.language import PAUSE

_TICKET = re.compile(r"(?<![A-Za-z])(?:TS|WX|DD)\d{14}(?!\d)", re.IGNORECASE)
# 4分, 五星, or a number alone; not the 一 of 一下.
_SCORE = re.compile(r"(?<![\d.])([1-5一二三四五])\s*(?:分|颗?星)|^\D{0,3}?([1-5])\D{0,4}$|^([一二三四五])$")
_SCORES = "一二三四五"
# Addresses of a move: what is left behind is not where the line goes.
_MOVED_TO = re.compile(r"^.*(?:移到|移机到|搬到|搬去|迁到|改到|是到|是去)")
_NOT_THERE = re.compile(r"不是[^，,。 是]+[，,。 ]*(?:而?是)?")
_MOVES = re.compile(
    r"[改换挪](?:到|成|为|个)?|不是[^，,。！!]{1,8}[，,。！!\s]*(?:是|要)"
    r"|\b(?:change|move|switch|shift|put)\b(?: (?:it|this|that|him|the \w+|my \w+))?(?: from [^,.]{1,20}?)?"
    r" (?:to|till|until)\b",
    re.IGNORECASE,
)
# A day is wanted instead of another one; of what is told beside it one may be the day that suits not.
_INSTEAD = re.compile(rf"{_MOVES.pattern}|\binstead\b|\brather\b", re.IGNORECASE)
_SUITS_NOT = re.compile(
    r"不行|不方便|没空|没时间|不在|加班|上班|有事"
    r"|\b(?:can't|cant|cannot|can not|busy|not available|not home|not at home|won't)\b",
    re.IGNORECASE,
)
_CORRECTED = 0.4
_LEAST_STORY = 2
# Words that no reader knows are since when only if they sound like an answer: short, and no code.
_LIKE_AN_ANSWER, _LONGEST_SINCE = 0.35, 20
_CODE = re.compile(r"\d{5,}")
# What is asked of a thing and is no polite way to choose it: 一天有没有限量, 换59的多少钱; not 能换59的吗, 59的可以吗.
_ASKED = re.compile(
    r"多少|几(?=[个天块元号点g])|怎|咋|啥|什么|哪|多久|多长|多大|为何|够用?[吗么不没]|有没有|是不是|会不会"
    r"|\b(?:how|what|when|where|why|which|who)\b|^(?:is|are|was|does|do|did|will|has)\b",
    re.IGNORECASE,
)
_AGREEABLE = re.compile(
    r"(?:这样|这个|那个)?(?:可以|行|好|成|中|能办|ok)(?:[吗么嘛不呢吧]|不行|不好)?|可不可以", re.IGNORECASE
)
_DECIDES = re.compile(r"[就吧去]|还是|\bplease\b", re.IGNORECASE)
# So many digits are meant as a telephone number.
_A_NUMBER = re.compile(r"\d(?:[ -]?\d){6,}")
# Roughly since when, in English.
_ROUGHLY = re.compile(
    r"(?:since|for|from|about|around|maybe|perhaps|just|recently|always|a (?:few|couple|while)|an? (?:hour|day|week)"
    r"|not sure|no idea|i (?:don't|do not|can't|cannot) (?:know|remember|recall|say))\b",
    re.IGNORECASE,
)
_LONGEST_SINCE_IN_ENGLISH = 60


class _Unclear:
    """The only value of its kind: something was named, and what it is can't be read with certainty."""

    def __repr__(self) -> str:
        return "UNCLEAR"


UNCLEAR: Final = _Unclear()
Value = Any


def read_slot(
    kind: SlotType, heard: Heard, *, asked: bool, choices: Sequence[Choice] = (), shown: str = "", known: Value = None
) -> Value | None:
    """Return what `heard` says for a slot of a type, UNCLEAR, or None where it says nothing of it.

    choices  what may be chosen; shown  the month that was shown last; known  what the slot holds so far
    """
    return _READERS[kind](heard, asked, choices, shown, known)


def asked_for_unclear(slot: Slot, text: str) -> str:
    """Return the response that asks for what `text` names and can't be read; it says what is wrong where that shows."""
    wrong = wrong_with(text) if slot.type == "tax_number" else ""
    return f"{slot.unclear}_{wrong}" if wrong and slot.unclear else slot.unclear


def _choice(heard: Heard, asked: bool, choices: Sequence[Choice], shown: str, known: Value) -> Value | None:
    if asked and (place := by_place(heard.text, choices)) is not None:
        return place.code
    found = named(_wanted(heard, choices), choices)
    others = [choice for choice in found if choice.code != known]
    if known and len(others) == 1:  # 换59的吧，39太少了: what it is already is no correction
        return others[0].code
    return found[0].code if len(found) == 1 else None


def _wanted(heard: Heard, choices: Sequence[Choice]) -> str:
    """Return what is left of a message without what it names only to refuse it, or to ask about it.

    A name before a question is what is asked about: 日韩那个 一天有没有限量; not 1g那个吧 什么时候生效.
    """
    said = without_the_refused(heard.text, choices)
    clauses = re.split(rf"({PAUSE.pattern})", said)
    left: list[str] = []
    asks = False
    for clause, pause in reversed(list(zip(clauses[::2], [*clauses[1::2], ""], strict=True))):
        decides = wants(clause) or _DECIDES.search(clause) is not None
        mark = "?" if "?" in pause or "？" in pause else ""
        asked = _ASKED.search(clause) is not None or (is_shaped(clause + mark) and not decides)
        if asked and not _AGREEABLE.fullmatch(clause):
            asks = True
        elif not asks or decides:
            left.insert(0, clause)
            asks = False
    if not left and not heard.is_question and _ASKED.search(said) is None:  # 5GB的？, to which one it is
        return said
    return "，".join(left)


def _amount(heard: Heard, asked: bool, choices: Sequence[Choice], shown: str, known: Value) -> Value | None:
    if asked and (place := by_place(heard.text, choices)) is not None and not heard.bare.isdecimal():
        return int(place.code)
    try:
        found = amounts(in_chinese(heard.text), bare=asked)
    except UnclearAmount:
        return UNCLEAR
    sums = {each.fen for each in found}
    return sums.pop() if len(sums) == 1 else UNCLEAR if sums else None


def _span(heard: Heard, asked: bool, choices: Sequence[Choice], shown: str, known: Value) -> Value | None:
    try:
        span = read_span(in_chinese(heard.text), heard.at.date(), shown=Month.read(shown) if shown else None)
    except chinese_time.Unclear:
        return UNCLEAR
    if span is None and _BILL_OF_A_WEEK.search(heard.text):
        return UNCLEAR
    return None if span is None else str(span)


def _single_month(heard: Heard, asked: bool, choices: Sequence[Choice], shown: str, known: Value) -> Value | None:
    span = _span(heard, asked, choices, shown, known)
    if isinstance(span, str) and ".." in span:
        first, last = span.split("..")
        return first if first == last else UNCLEAR
    return span


def _address(heard: Heard, asked: bool, choices: Sequence[Choice], shown: str, known: Value) -> Value | None:
    if asked and choices and (heard.share("yes") >= 0.5 or any(map(_agreed_to(choices), _clauses(heard.text)))):
        return choices[0].code
    found = read_address(_MOVED_TO.sub("", _NOT_THERE.sub("", heard.text)))
    return found or read_address_in_english(heard.text, whole=not asked)


def _clauses(text: str) -> tuple[str, ...]:
    return (text, *PAUSE.split(text))


def _agreed_to(choices: Sequence[Choice]) -> Callable[[str], bool]:
    """Return whether a clause takes what is on file: i did that already. yes this address."""
    return lambda clause: by_place(clause, choices) is not None or agrees(clause)


def _house(heard: Heard, asked: bool, choices: Sequence[Choice], shown: str, known: Value) -> Value | None:
    if not asked:
        return None
    if house := read_house(heard.text):
        return house
    return heard.bare[:40] if re.search(r"\d", heard.bare) and not heard.is_question else None


def _since(heard: Heard, asked: bool, choices: Sequence[Choice], shown: str, known: Value) -> Value | None:
    if (since := read_since(in_chinese(heard.text), heard.at)) and (asked or _names_time(heard)):
        return time_of(heard.text) or since
    said = heard.bare
    if asked and _ROUGHLY.match(said) and not heard.is_question:
        return said[:_LONGEST_SINCE_IN_ENGLISH]
    if asked and heard.share("answer") >= _LIKE_AN_ANSWER and _LEAST_STORY <= len(said) <= _LONGEST_SINCE:
        return None if _CODE.search(said) else said
    return None


def _names_time(heard: Heard) -> bool:
    return chinese_time.read_day(in_chinese(heard.text), heard.at.date(), ahead=False) is not None


def _window(heard: Heard, asked: bool, choices: Sequence[Choice], shown: str, known: Value) -> Value | None:
    if asked and (place := by_place(heard.text, choices)) is not None:
        return place.code
    heard = replace(heard, text=in_chinese(heard.text))
    text = _moved_to(heard, known)
    try:
        window = read_window(text, heard.at, _corrected_day(heard, known))
    except chinese_time.UnclearDay:
        return UNCLEAR if asked else None
    if window is not None and window.part in HALVES and (asked or window.day > heard.at.date()):
        return str(window)
    if not asked:
        return _other_half(heard, known) or _another_day(heard)
    try:
        days = chinese_time.read_days(text, heard.at.date(), ahead=True)
    except chinese_time.UnclearDay:
        return UNCLEAR
    part = chinese_time.read_part(text)
    if days and part is None:
        return f"{days[0].isoformat()} ?"
    if part in ("上午", "下午") and isinstance(known, str) and known.endswith("?"):
        return f"{known.split()[0]} {part}"
    if part in ("上午", "下午") and choices:
        fitting = [choice.code for choice in choices if choice.code.endswith(part)]
        return fitting[0] if len(fitting) == 1 else UNCLEAR
    return UNCLEAR if days or part else None


def _corrected_day(heard: Heard, known: Value) -> date | None:
    """Return the day of the known visit where it is corrected: a bare weekday is one near it."""
    if not isinstance(known, str) or not known[:4].isdigit() or heard.share("correction") < _CORRECTED:
        return None
    return date.fromisoformat(known[:10])


def _other_half(heard: Heard, known: Value) -> Value | None:
    """Return the other half of the known day, where it is put otherwise without a day: 不是上午, 再晚点 下午."""
    part = chinese_time.read_part(heard.text)
    wished = heard.share("correction") >= _CORRECTED or SAID["another_time"](heard.text)
    if not isinstance(known, str) or part not in HALVES or not wished:
        return None
    try:
        days = chinese_time.read_days(heard.text, heard.at.date(), ahead=True)
    except chinese_time.UnclearDay:
        return None
    return None if days else f"{known[:10]} {part}"


def _another_day(heard: Heard) -> Value | None:
    """Return the day that is wanted instead, its half to be asked: can he come on saturday instead, 周四不行改周六."""
    if not _INSTEAD.search(heard.text):
        return None
    tail = _MOVES.split(heard.text)[-1]
    left = "，".join(each for each in PAUSE.split(tail) if not _SUITS_NOT.search(each))
    try:
        days = chinese_time.read_days(left, heard.at.date(), ahead=True)
    except chinese_time.UnclearDay:
        return None
    ahead = len(days) == 1 and days[0] > heard.at.date() and chinese_time.read_part(left) is None
    return f"{days[0].isoformat()} ?" if ahead else None


def _moved_to(heard: Heard, known: Value) -> str:
    """Return what a visit is moved to: 周六我加班，改周五下午, 明天上午有课能改下午不.

    A part alone is of the known day.
    """
    tail = _MOVES.split(heard.text)[-1]
    part = chinese_time.read_part(tail)
    if tail == heard.text or part is None:
        return heard.text
    today = heard.at.date()
    try:
        days = chinese_time.read_days(tail, today, ahead=True) or chinese_time.read_days(heard.text, today, ahead=True)
    except chinese_time.UnclearDay:
        return heard.text
    if days:
        return f"{days[0].month}月{days[0].day}日{part}"
    if isinstance(known, str) and known[:4].isdigit():
        return f"{int(known[5:7])}月{int(known[8:10])}日{part}"
    return tail


def _text(heard: Heard, asked: bool, choices: Sequence[Choice], shown: str, known: Value) -> Value | None:
    return heard.text if asked and len(heard.bare) >= _LEAST_STORY else None


def _score(heard: Heard, asked: bool, choices: Sequence[Choice], shown: str, known: Value) -> Value | None:
    if not asked:
        return None
    found = _SCORE.search(heard.bare)
    if found is None or heard.is_question:
        return None
    score = next(group for group in found.groups() if group)
    return int(score) if score.isdigit() else _SCORES.index(score) + 1


def _ticket(heard: Heard, asked: bool, choices: Sequence[Choice], shown: str, known: Value) -> Value | None:
    if found := _TICKET.search(heard.text):
        return found[0].upper()
    return _choice(heard, asked, choices, shown, known)


def _phone(heard: Heard, asked: bool, choices: Sequence[Choice], shown: str, known: Value) -> Value | None:
    if (asked or known) and (found := phone_in(heard.text)):
        return found
    return UNCLEAR if asked and _A_NUMBER.search(heard.text) and not heard.is_question else None


def phone_in(text: str) -> str | None:
    """Return the one mobile number that stands in a text, in whatever spelling, or None."""
    numbers = {each.value for each in identifiers(text) if each.kind == "phone"}
    return numbers.pop() if len(numbers) == 1 else None


def _company(heard: Heard, asked: bool, choices: Sequence[Choice], shown: str, known: Value) -> Value | None:
    try:
        found = title(heard.text, asked)
    except Unnamed:
        return UNCLEAR
    # 开上个月的, where a title is asked for, names a month and no company.
    a_month = asked and found and _span(replace(heard, text=found), False, (), shown, None) is not None
    return None if a_month else found


def _tax_number(heard: Heard, asked: bool, choices: Sequence[Choice], shown: str, known: Value) -> Value | None:
    try:
        found = tax_number(heard.text)
    except WrongNumber:
        return UNCLEAR
    return UNCLEAR if asked and found is None and _CODE.search(heard.text) else found


def _look(heard: Heard, asked: bool, choices: Sequence[Choice], shown: str, known: Value) -> Value | None:
    return the_longest(heard.text, choices) if asked else None


_Reader = Callable[[Heard, bool, Sequence[Choice], str, Value], Value | None]
_READERS: Mapping[SlotType, _Reader] = {
    "choice": _choice,
    "amount": _amount,
    "span": _span,
    "month": _single_month,
    "address": _address,
    "house": _house,
    "since": _since,
    "window": _window,
    "text": _text,
    "score": _score,
    "place": _text,
    "ticket": _ticket,
    "phone": _phone,
    "company": _company,
    "tax_number": _tax_number,
    "look": _look,
}
# What its customers call a value, by its type; what a choice is called is written in its flow.
_CALLED: Mapping[SlotType, tuple[str, ...]] = {
    "amount": ("金额", "数额", "amount", "sum"),
    "span": ("月份", "哪个月", "month"),
    "month": ("月份", "哪个月", "month"),
    "address": ("地址", "住址", "位置", "address", "location"),
    "house": ("门牌", "房号", "房间号", "楼号", "house number", "room number", "room"),
    "since": ("开始时间", "故障时间", "start time"),
    "window": ("时间", "日期", "日子", "time", "date", "day", "visit", "appointment"),
    "text": ("内容", "描述", "text", "description"),
    "score": ("评分", "分数", "score"),
    "place": ("区域", "地区", "district", "area"),
    "ticket": ("工单", "单号", "单子", "ticket", "ticket number"),
    "phone": ("号码", "手机号", "number", "phone number"),
    "company": ("抬头", "公司名", "公司名称", "title", "company", "company name"),
    "tax_number": ("税号", "tax number", "tax id"),
}
_CHANGE = r"(?:修改|更改|变更|更正|改|换|重[新]?[填写选输])"
_WRONG = r"(?:不对|(?<!是)不是|(?<![没不])错|有误|搞混|不正确)"
_CHANGE_IN_ENGLISH = r"(?:change|edit|correct|update|modify|fix|a different|another|new)"
_WRONG_IN_ENGLISH = r"(?:wrong|incorrect|not right|not correct|mistaken?|not true)"
# So few characters beside the naming say little else, and in a question nothing else.
_BESIDE, _BESIDE_IN_A_QUESTION = 24, 4
_POLITELY = re.compile(
    r"[我你您他她这那个的了吧啊呢嘛吗哦嗯不是对想要能可以请帮给麻烦一下先再有点好像说\s，。,.!！?？]"
    r"|\b(?:i|you|can|could|may|please|pls|no|sorry|oh|the|my|this|that|is|it|it's|need|want|to|a|have|has|got|you've)\b",
    re.IGNORECASE,
)


def names_it_wrong(slot: Slot, text: str, deed: Sequence[str] = ()) -> bool:
    """Return whether a text says that a value is wrong or to be changed, and names the value and little else.

    deed  what the flow itself does, by its words: 换套餐 in a change of plan wants no other plan

    >>> address = Slot(type="address")
    >>> [names_it_wrong(address, text) for text in ("地址不对", "能改一下地址吗", "change address", "地址要收费吗")]
    [True, True, True, False]
    """
    called = "|".join(re.escape(each) for each in sorted((*slot.called, *_CALLED.get(slot.type, ())), key=len)[::-1])
    if not called:
        return False
    changed = "" if any(re.search(_CHANGE, each) for each in deed) else f"{_CHANGE}|"
    first = "" if not changed else rf"|{_CHANGE}(?:一下|下|个|掉)?(?:{called})"
    named = re.search(
        rf"(?:{called})[^，。,.]{{0,4}}?(?:{changed}{_WRONG})(?:一下|下)?{first}|{_WRONG}的?(?:{called})"
        rf"|\b{_CHANGE_IN_ENGLISH} (?:(?:the|my|this|that) )?(?:\w+ )?(?:{called})\b"
        rf"|\b{_WRONG_IN_ENGLISH} (?:{called})\b|\b(?:{called})\b (?:(?:is|was|are|seems) )?{_WRONG_IN_ENGLISH}\b",
        text,
        re.IGNORECASE,
    )
    most = _BESIDE_IN_A_QUESTION if slot.story or is_shaped(text) else _BESIDE
    return named is not None and len(_POLITELY.sub("", text[: named.start()] + text[named.end() :])) <= most


# A week, or a day of one, has no bill: 上上周三的账单.
_BILL_OF_A_WEEK = re.compile(r"(?:周|星期|礼拜).{0,3}(?:的|份)*账单")
# Types that are read wherever they are said, because nothing else looks like them.
UNMISTAKABLE: frozenset[SlotType] = frozenset(
    {"amount", "span", "month", "address", "window", "ticket", "company", "tax_number"}
)
