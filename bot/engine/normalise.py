"""What customers write, brought into one form before anything looks at it."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from opencc import OpenCC

_CONTROL = re.compile(r"[\u0000-\u0008\u000b-\u001f\u007f\u200b-\u200f\u2028-\u202e\ufeff]")
_PUNCTUATION = set("，。！？：；（）【】…")
_SPACE = re.compile(r"\s+")
_FILLER = re.compile(r"呃+|嗯+(?=.)|啊+|那个(?=[,，、 ]|那个|我|就)|这个这个|就是说|的话呢|喂+(?=.)")
_REPEATED = re.compile(r"(.{2,10}?)\1+")
_TO_SIMPLIFIED = OpenCC("t2s")


@lru_cache(maxsize=4096)
def normalise(text: str) -> str:
    """Return `text` in half width, simplified characters and single spaces, without control characters.

    >>> normalise("查詢　我的ＸＸ餘額")
    '查询 我的XX余额'
    """
    # Chinese punctuation stays as it was written: the words may be read back to the customer.
    plain = "".join(each if each in _PUNCTUATION else unicodedata.normalize("NFKC", each) for each in text)
    plain = _SPACE.sub(" ", _CONTROL.sub("", plain)).strip()
    return str(_TO_SIMPLIFIED.convert(plain))


@lru_cache(maxsize=4096)
def essence(text: str) -> str:
    """Return the normalised text without fillers and without fragments said twice in a row.

    Speech transcripts are full of both; a text that is nothing but filler is kept as it is.

    >>> essence("呃我想查话费查话费")
    '我想查话费'
    """
    plain = normalise(text)
    short = _REPEATED.sub(r"\1", _FILLER.sub("", plain)).strip(" ,，。、")
    return short or plain
