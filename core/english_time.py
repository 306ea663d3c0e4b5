"""English words for days, months, halves of a day and sums, put in the Chinese ones: one grammar reads both.

"Friday afternoon" becomes 周五下午 and "top up fifty yuan" 充值50元, for core/chinese_time.py and core/amounts.py. What
has a Chinese character in it, and whatever is not named here, stays as it is.
"""

import re
from collections.abc import Callable, Mapping

from core.language import has_chinese

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?:january|february|march|april|june|july|august|september|october|november|december"
    r"|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?"
    r"|(?<=in )may|(?<=for )may|(?<=of )may|(?<=from )may|(?<=to )may|(?<=and )may|may(?= 20\d\d|(?:'s)? bill|$))"
)
_WEEKDAYS = {"mon": "一", "tue": "二", "wed": "三", "thu": "四", "fri": "五", "sat": "六", "sun": "日"}
_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_NUMBER_WORD = rf"(?:{'|'.join(reversed(_ONES))}|{'|'.join(_TENS)}|hundred|thousand)"
_IN_WORDS = re.compile(
    rf"\b(?:an? (?=hundred|thousand))?{_NUMBER_WORD}(?:(?:[ -]| and ){_NUMBER_WORD})*\b", re.IGNORECASE
)
_WHOLE = {
    "the day before yesterday": "前天", "day before yesterday": "前天", "yesterday": "昨天", "today": "今天",
    "the day after tomorrow": "后天", "day after tomorrow": "后天", "tomorrow": "明天", "tonight": "今天晚上",
    "last night": "昨天晚上", "this morning": "今天上午", "this afternoon": "今天下午", "this evening": "今天晚上",
    "the month before last": "上上个月", "month before last": "上上个月", "the month before that": "再上个月",
    "the month before": "再上个月", "the previous month": "再上个月", "the one before": "再上个月",
    "last month": "上个月", "this month": "本月", "current month": "本月", "next month": "下个月",
    "last year": "去年", "this year": "今年", "last week": "上周", "a week ago": "7天前", "morning": "上午",
    "forenoon": "上午", "noon": "中午", "afternoon": "下午", "evening": "晚上", "night": "晚上", "weekend": "周末",
}  # fmt: skip
_RULES: Mapping[str, str] = {
    "dated": rf"(?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<of>{_MONTH})(?:,? (?P<year>20\d\d))?",
    "month_day": rf"(?P<month>{_MONTH}) (?P<on>\d{{1,2}})(?!\d)(?:st|nd|rd|th)?(?:,? (?P<in>20\d\d))?",
    "month_year": rf"(?P<named>{_MONTH})(?: of)? (?P<when>20\d\d|last year|this year)",
    "bare_month": rf"(?:last )?(?P<bare>{_MONTH})(?:'s)?",
    "several": r"(?:the )?(?:last|past|previous) (?P<count>\d{1,2}) months",
    "ago": r"(?P<number>\d{1,2}) (?P<unit>month|week|day|hour)s? ago",
    "later": r"in (?P<days>\d{1,2}) days",
    "weekday": rf"(?:(?P<which>this|next|last) |on )?(?P<weekday>{_WEEKDAY})s?",
    "hour": r"(?:at )?(?P<hour>\d{1,2})(?::(?P<minute>\d\d))? ?(?P<half>[ap])\.?m\b\.?",
    "nth": r"the (?P<nth>\d{1,2})(?:st|nd|rd|th)(?! (?:one|floor|plan|pack|option))",
    "whole": "|".join(sorted(_WHOLE, key=len, reverse=True)),
}
_SAID = re.compile("|".join(rf"\b(?P<{name}_>{rule})(?!\w)" for name, rule in _RULES.items()), re.IGNORECASE)
_SUMS = (
    (re.compile(r"[, ]+(?:please|pls|thanks|thank you|(?:for|to|on) my (?:number|phone|account))\b"), ""),
    (re.compile(r"\b(?:about|around|roughly|at least|at most|up to|nearly|almost) (?=(?:cny|rmb|¥)? ?\d)"), "大约"),
    (re.compile(r"\b(?:cny|rmb) ?(?=\d)"), "¥"),
    (re.compile(r"(?<=\d) ?(?:yuan|rmb|cny|kuai|renminbi)\b"), "元"),
    (re.compile(r"(?<=\d) ?(?:us )?dollars?\b"), "美元"),
    (re.compile(r"(?<=\d)(?:元)? or so\b"), "元左右"),
    (re.compile(r"(?<=\d)(?:元)? (?:to|and|or) (?=\d+元)"), "到"),
    (
        re.compile(
            r"\b(?:top(?:ping)?[ -]?up|recharge|deposit|pay|charged?|paid|add|load)"
            r"(?: (?:my|the|phone|mobile|account|number|balance|card|with|by|for|of|me|it|in|extra|an|another))*"
            r" (?=¥?\d|大约)"
        ),
        "充值",
    ),
)  # fmt: skip
_COMPARES = re.compile(
    r"\b(?:compared?|comparison|differ(?:s|ence|ent)?|(?:more|higher|less|lower) than)\b", re.IGNORECASE
)


def in_chinese(text: str) -> str:
    """Return an English message with its words for time and sums put in Chinese; one with Chinese in it stays.

    >>> in_chinese("Tomorrow morning please"), in_chinese("my bill for October 2026"), in_chinese("on 3 December")
    ('明天上午', 'my bill for 2026年10月', 'on 12月3日')
    >>> in_chinese("top up fifty yuan"), in_chinese("CNY 59.50"), in_chinese("the last three months")
    ('充值50元', '¥59.50', '最近3个月')
    """
    if has_chinese(text):
        return text
    said = _IN_WORDS.sub(_figure, text.lower().replace("’", "'"))
    said = _SAID.sub(_put, said)
    for pattern, chinese in _SUMS:
        said = pattern.sub(chinese, said)
    said = re.sub(r"(?<=月) (?:to|until|through|till) (?=\d)", "到", said)
    said = re.sub(r"(?<=月) and (?=\d)", "和", said)
    return re.sub(r"(?<=[\u4e00-\u9fff])(?: (?:in the|at) |,? )(?=[\u4e00-\u9fff])", "", said)


def time_of(text: str) -> str:
    """Return the part of an English message that names a time, from its first word for one to its last, or "".

    >>> time_of("It has been down since yesterday evening, please hurry"), time_of("no idea")
    ('yesterday evening', '')
    """
    said = _IN_WORDS.sub(_figure, text)
    found = [] if has_chinese(text) else list(_SAID.finditer(said))
    return said[found[0].start() : found[-1].end()] if found else ""


def compares(text: str) -> bool:
    """Return whether an English message asks how one bill differs from another."""
    return _COMPARES.search(text) is not None


def _put(match: re.Match[str]) -> str:
    rule = next(name for name in _RULES if match[f"{name}_"] is not None)
    return _PUT[rule](match)


def _month(name: str) -> str:
    return f"{_MONTHS.index(name[:3]) + 1}月"


def _year(written: str | None) -> str:
    return "" if written is None else _WHOLE.get(written) or f"{written}年"


def _weekday(match: re.Match[str]) -> str:
    week = {"next": "下", "last": "上", "this": "这"}.get(match["which"] or "", "")
    return f"{week}周{_WEEKDAYS[match['weekday'][:3]]}"


def _hour(match: re.Match[str]) -> str:
    minutes = f"{match['minute']}分" if match["minute"] and match["minute"] != "00" else ""
    return f"{'上午' if match['half'] == 'a' else '下午'}{int(match['hour'])}点{minutes}"


def _ago(match: re.Match[str]) -> str:
    units = {"month": "个月", "week": "周", "day": "天", "hour": "小时"}
    return f"{match['number']}{units[match['unit']]}前"


_PUT: Mapping[str, Callable[[re.Match[str]], str]] = {
    "dated": lambda found: f"{_year(found['year'])}{_month(found['of'])}{found['day']}日",
    "month_day": lambda found: f"{_year(found['in'])}{_month(found['month'])}{found['on']}日",
    "month_year": lambda found: f"{_year(found['when'])}{_month(found['named'])}",
    "bare_month": lambda found: _month(found["bare"]),
    "several": lambda found: f"最近{found['count']}个月",
    "ago": _ago,
    "later": lambda found: f"{found['days']}天后",
    "weekday": _weekday,
    "hour": _hour,
    "nth": lambda found: f"{found['nth']}号",
    "whole": lambda found: _WHOLE[found[0]],
}


def _figure(match: re.Match[str]) -> str:
    """Return a number in words as digits; one that is no number of English stays (five six)."""
    total = part = 0
    last = ""
    for word in re.findall(_NUMBER_WORD, match[0].lower()):
        if word == "hundred":
            part = max(part, 1) * 100
        elif word == "thousand":
            total, part = total + max(part, 1) * 1000, 0
        elif word in _TENS:
            part += 20 + 10 * _TENS.index(word)
        elif last in ("", "hundred", "thousand") or (last in _TENS and 0 < _ONES.index(word) < 10):
            part += _ONES.index(word)
        else:
            return match[0]
        last = word
    return match[0] if last == "one" and not total and part == 1 else str(total + part)
