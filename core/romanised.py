"""Chinese names as foreigners write them: in pinyin, without tones and blanks."""

from functools import cache

from pypinyin import lazy_pinyin


@cache
def romanised(name: str) -> str:
    """Return a name in pinyin.

    >>> romanised("人民路")
    'renminlu'
    """
    return "".join(lazy_pinyin(name)).lower()
