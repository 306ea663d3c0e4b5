"""What customers write, brought into one form before anything looks at it.

Everything here takes time in proportion to the length of the text, which is cut at LONGEST.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from opencc import OpenCC

from bot.engine.homophones import as_meant
from core.identifiers import identifiers

# Characters. What is longer is no message to a customer service any more; its beginning is still read.
LONGEST = 10_000
# What the classifiers look at of a long message: its beginning carries the request, its end the threat.
_HEAD, _TAIL = 600, 200

# Also what cannot be seen, and what makes a keycap of a digit.
_CONTROL = re.compile(
    r"[\u0000-\u0008\u000b-\u001f\u007f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\u20e3\ufe0e\ufe0f\ufeff]"
)
_PUNCTUATION = set("，。！？：；（）【】…")
_SPACE = re.compile(r"\s+")
_FILLER = re.compile(
    r"[呃嗯哦噢唔]+(?=.)|(?<=.)[呃嗯噢唔]+|啊+(?!\w{0,1}$)|那个(?=[,，、 ]|那个|我|就|什么)|这个这个|就是说|的话呢"
    r"|(?:喂|哎|唉|诶|哎呀|唉呀)+(?=.)|_+"
)
_REPEATED = re.compile(r"([^\d]{2,10}?)\1+")
_STUTTER = re.compile(r"([我你他查帮给要想是在有这那])\1+")
_SPOKEN = "零〇幺一二两三四五六七八九"
_SPOKEN_NUMBER = re.compile(rf"(?<![第十百千万点])[{_SPOKEN}]{{5,}}(?![十百千万个块元多])")
_DIGIT = dict(zip(_SPOKEN, "0011223456789"))
_LONG_NUMBER = re.compile(r"\d[\d -]{5,}\d")
_EMOJI = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf\ufe0f]+")
_TO_SIMPLIFIED = OpenCC("t2s")


@lru_cache(maxsize=4096)
def normalise(text: str) -> str:
    """Return `text` in half width, simplified characters and single spaces, without control characters.

    Phone numbers and ID numbers are written in their digits, and so is what was spoken digit by digit.

    >>> normalise("查詢　我的ＸＸ餘額")
    '查询 我的XX余额'
    >>> normalise("幺三八零零幺三八零零零的话费")
    '13800138000的话费'
    >>> normalise("①+86 138-0013-8000 ②１３９·００１３·９０００")
    '1 13800138000 2 13900139000'
    """
    # Chinese punctuation stays as it was written: the words may be read back to the customer.
    text = _plain_numbers(text[:LONGEST])
    plain = "".join(each if each in _PUNCTUATION else unicodedata.normalize("NFKC", each) for each in text)
    plain = _SPACE.sub(" ", _CONTROL.sub("", plain)).strip()
    return _in_digits(str(_TO_SIMPLIFIED.convert(plain)))


@lru_cache(maxsize=4096)
def essence(text: str) -> str:
    """Return what the classifiers read: no fillers, nothing said twice in a row, homophones as they were meant.

    Which phone number it is does not matter to them: a long number reads 号码.

    Speech transcripts are full of these; a text that is nothing but filler is kept as it is. Of a very
    long text the beginning and the end are kept.

    >>> essence("呃我想查话费查话费")
    '我想查话费'
    >>> essence("我我我要那个那个彩玲")
    '我要那个彩铃'
    """
    plain = normalise(text)
    if len(plain) > _HEAD + _TAIL:
        plain = plain[:_HEAD] + plain[-_TAIL:]
    short = _STUTTER.sub(r"\1", _EMOJI.sub("", _FILLER.sub("", _LONG_NUMBER.sub("号码", plain))))
    short = as_meant(_REPEATED.sub(r"\1", short)).strip(" ,，。、")
    return short or plain


def _plain_numbers(text: str) -> str:
    """Return `text` with its numbers in digits alone; this comes first, for in half width ① would join one."""
    for number in reversed(identifiers(text)):
        before, after = text[: number.start], text[number.end :]
        text = before + " " * _joins(before[-1:]) + number.value + " " * _joins(after[:1]) + after
    return text


def _joins(beside: str) -> bool:
    return bool(beside) and (unicodedata.digit(beside, None) is not None or unicodedata.category(beside)[0] == "M")


def _in_digits(text: str) -> str:
    return _SPOKEN_NUMBER.sub(lambda said: "".join(_DIGIT[each] for each in said[0]), text)
