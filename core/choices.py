"""Choices where a channel has no buttons: numbered in the text, and chosen by the number."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from enum import Enum
from typing import Final

from core.message import Reply
from core.numerals import Unclear as Unclear
from core.numerals import whole
from core.wording import CHINESE, words


class All(Enum):
    """The answer that takes every choice."""

    ALL = "all"


ALL: Final = All.ALL

_NUMBER = r"(?P<{}>\d{{1,2}}|[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])"
_VERB = r"(?:我|就|那就?|还是|要|想要|选择?|回复?|按|点|办理?|来|用|是|数字|#|[Nn][Oo]\.?|[,，:：\s])*"
_THING = r"(?:个|项|条|款|号|种|套餐|方案|选项|时间)*"
_END = r"(?:的|吧|呗|啊|呀|哦|了|就行|就好|好了|可以|谢谢?[您你]?|[\s。.!！,，、;；~])*"
# ①, 1、, (1), 选1吧; 1个 and 1GB的 are amounts of something, so after a bare number stands nothing more.
_BARE = rf"[(（\[【]?{_NUMBER.format('bare')}[)）\]】]?(?:[号项])?"
_ORDINAL = rf"第{_NUMBER.format('ordinal')}{_THING}(?:那[个项条种])?"
_FROM_END = rf"(?:倒数第{_NUMBER.format('from_end')}{_THING}|(?P<last>最后|末尾)的?那?一?{_THING})"
_HEAD = rf"(?P<head>[头首]一?{_THING})"
_OF_TWO = r"(?:(?P<upper>[上前][面边头]|前)|(?P<lower>[下后][面边头]|后))(?:那?一?[个项条种]|者|的)"
_ALL_OF = r"(?:(?P<of>\d|[两俩二三四五六七八九])[个项条种样]?)?(?:全部?都?|都)(?:要|办理?|开通?|选|订|退|来)"
_CHOSEN = re.compile(rf"{_VERB}(?:{_BARE}|{_ORDINAL}|{_FROM_END}|{_HEAD}|{_OF_TWO}|(?P<all>{_ALL_OF})){_END}")
# The first one please, 2nd, option 3, the last.
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_IN_ENGLISH = re.compile(
    r"(?:(?:i'd like|i'll take|i want|give me|let's take|take|please|pls|ok|yes|choose|the|number|no|option|choice) )*"
    rf"(?:(?P<word>{'|'.join(_ORDINALS)})|(?P<nth>\d)(?:st|nd|rd|th)|(?<=number )(?P<number>\d)"
    r"|(?<=option )(?P<option>\d)|(?P<last>last))"
    r"(?: (?:one|option|choice|plan|pack|item|please|pls|thanks|thx|then))*"
)
_SEVERAL = re.compile(
    rf"{_VERB}(?:第?{_NUMBER.format('one')}{_THING}(?:[、,，]|和|跟|或者?|还是))+第?{_NUMBER.format('other')}{_THING}{_END}"
)


_SAYS_NOTHING = ("Cf", "Mn", "Me", "So", "Sk")
_QUOTES = "“”‘’\"'「」『』《》＂＇"


def numbered(reply: Reply, language: str = CHINESE) -> Reply:
    """Return a reply whose choices are lines of its text; what each number stands for is kept with it.

    >>> from core.message import Button
    >>> reply = numbered(Reply("请您选择。", (Button("确认办理", "确认"), Button("不办理", "取消"))))
    >>> reply.text.splitlines(), reply.buttons, reply.custom["choices"]
    (['请您选择。', '1 确认办理', '2 不办理', '请您回复数字。'], (), ['确认', '取消'])
    """
    if not reply.buttons:
        return reply
    lines = [f"{number} {button.title}" for number, button in enumerate(reply.buttons[:9], start=1)]
    text = (
        "\n".join([reply.text, *lines, words("script_reply_with_the_number", language)])
        if len(lines) > 1
        else reply.text
    )
    kept = {**reply.custom, "choices": [button.text for button in reply.buttons[:9]]}
    return replace(reply, text=text, buttons=(), custom=kept)


def merged(replies: Sequence[Reply]) -> tuple[Reply, ...]:
    """Return the replies of a turn as one, with the choices of the last that has any.

    >>> [reply.text for reply in merged([Reply("一"), Reply("二")])]
    ['一\\n二']
    """
    if len(replies) < 2 or any(reply.image for reply in replies):
        return tuple(replies)
    buttons = next((reply.buttons for reply in reversed(replies) if reply.buttons), ())
    custom = {name: part for reply in replies for name, part in reply.custom.items()}
    return (Reply("\n".join(reply.text for reply in replies if reply.text), buttons, custom=custom),)


def which(text: str, count: int) -> int | All | None:
    """Return which of `count` choices `text` means, from 0; ALL for all of them; None where it is no choice.

    Raises Unclear where several are named, or one that fits another count: 上面那个 of three, 两个都要 of three.

    >>> which("①", 3), which("第二个吧", 3), which("最后一个", 3), which("倒数第二个", 3), which("下面那个", 2)
    (0, 1, 2, 1, 1)
    >>> which("都要", 2), which("4", 3), which("1GB的", 3), which("59那个", 3)
    (<All.ALL: 'all'>, None, None, None)
    >>> which("The first one, please", 3), which("option 2", 3), which("last one", 3), which("2nd", 3), which("5th", 3)
    (0, 1, 2, 1, None)
    """
    said = _clean(text)
    if (english := _IN_ENGLISH.fullmatch(re.sub(r"[\s.,!]+", " ", said.lower()).strip())) is not None:
        return _place_in_english(english, count)
    if (found := _CHOSEN.fullmatch(said)) is None:
        if _SEVERAL.fullmatch(said):
            raise Unclear(text)
        return None
    if found["all"]:
        if found["of"] and whole(found["of"]) != count:
            raise Unclear(text)
        return ALL
    if found["upper"] or found["lower"]:
        if count != 2:
            raise Unclear(text)
        return 0 if found["upper"] else 1
    if found["head"]:
        place = 0
    elif found["last"] or found["from_end"]:
        place = count - (whole(found["from_end"]) or 0 if found["from_end"] else 1)
    else:
        place = (whole(found["bare"] or found["ordinal"]) or 0) - 1
    # 倒数第零个 is none, too.
    return place if 0 <= place < count else None


def _place_in_english(found: re.Match[str], count: int) -> int | None:
    if found["last"]:
        return count - 1
    place = (
        _ORDINALS.index(found["word"]) if found["word"] else int(found["nth"] or found["number"] or found["option"]) - 1
    )
    return place if 0 <= place < count else None


def chosen(text: str, choices: Sequence[str]) -> str | None:
    """Return what the customer would have pressed, or None where the text is not one of the choices.

    >>> chosen("2", ["确认", "取消"]), chosen("第一个", ["确认", "取消"]), chosen("3", ["确认", "取消"])
    ('取消', '确认', None)
    """
    try:
        place = which(text, len(choices))
    except Unclear:
        return None
    return choices[place] if isinstance(place, int) else None


def _clean(text: str) -> str:
    """Return `text` in half width, with ringed and keycap digits as digits.

    What can't be seen is left out, and so are smileys and quotation marks: they say nothing of a choice.
    """
    seen = (each for each in text if unicodedata.category(each) not in _SAYS_NOTHING and each not in _QUOTES)
    # NFKC makes digits of ① and ⑴ but not of ❶.
    plain = (
        str(unicodedata.digit(character, character)) if unicodedata.category(character) == "No" else character
        for character in seen
    )
    return unicodedata.normalize("NFKC", "".join(plain)).strip()
