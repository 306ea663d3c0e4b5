"""Consent is an explicit yes to what was read back: nothing that asks, doubts, complains, corrects or sets a condition.

Two readers must agree, and either is enough to withhold: what the engine has learned from sentences of people at a
read-back, and the shape of the sentence. A missed yes costs a question more; a wrong one changes somebody's account.
"""

import re

from bot.dialogue import english
from bot.dialogue.heard import Heard, is_shaped
from core.language import PAUSE, language_of
from core.wording import ENGLISH

# The least share of `yes` in what the engine has learned of sentences at a read-back.
YES = 0.95
# What a sentence with a yes in it must not have in it: a question, a refusal, a condition, another wish. Few and plain:
# what is less plain is the engine's to learn.
_QUESTION = re.compile(
    r"[?？]|吗|么$|(?<![嗯好中对行是得成])呢$|多少|几[个天块号点时]|怎[么样]|咋|为啥|为何|啥(?=时|意|样|$)|什么(?=时|意|样|$)"
    r"|哪[个里儿天家](?!都)|多久|是不是|能不能|可不可|行不行|好不好|要不要|有没有|会不会|对不对|可靠不|贵不贵"
    r"|(?:对|是|没错)吧$|(?<=[\u4e00-\u9fff])[没不]$"
)
_REFUSAL = re.compile(
    r"当我|取消"
    r"|算了|拒绝|放弃|打住|到此为止|免了|心领|罢了|再说|考虑|想想|商量|犹豫|等等|等会|等一下|慢着|稍等|别(?=办|开|换|停|退|撤|动|急着)|先别"
    r"|不(?=办|换|开|买|订|同意|行|可以|愿|确认|想)(?!办不|行也)"
)
_CONDITION = re.compile(
    r"如果|要是|假如|除非|只要|(?:同意|答应|退钱|到账|发工资|问过|确定)了?(?:再|才)|但(?!愿)|不过|可是|只是|前提"
)
_ANOTHER = re.compile(r"换成(?=.*不)|改成|改到|换到|错了|弄错|搞错|另外|顺便|再加|再办|还要")
# The same in English, where too few of its words stand to know it: ok wait. What is surely English must be a whole yes.
_AGAINST_IN_ENGLISH = re.compile(
    r"\b(?:wait|hold on|maybe|perhaps|let me|whatever|no|not|never|later|but|if|unless|think|thanks?|hmm+|instead|other"
    r"|also)\b",
    re.IGNORECASE,
)
_QUESTION_IN_ENGLISH = re.compile(r"\b(?:why|how|what|which|when)\b", re.IGNORECASE)


def consents(heard: Heard, said: str = "") -> bool:
    """Return whether a message is an explicit yes to what was read back; `said` is it in general words (retelling.py).

    >>> from datetime import datetime
    >>> yes = lambda text: consents(Heard(text, datetime(2026, 11, 26), consent=0.99))
    >>> yes("确认"), yes("没问题，办吧"), yes("可以随时恢复吗"), yes("行，但先查下余额"), yes("yes, but not today")
    (True, True, False, False, False)
    """
    if english.agrees(heard.text):
        return True
    # The shape of a Chinese sentence says nothing of an English one.
    return heard.consent >= YES and language_of(heard.text) != ENGLISH and shaped_like_a_yes(said or heard.text)


def shaped_like_a_yes(text: str) -> bool:
    """Return whether nothing in a sentence, nor in any clause of it, speaks against its being a plain yes.

    >>> shaped_like_a_yes("就129那个吧 办"), shaped_like_a_yes("那就129块对吧 送视频会员不")
    (True, False)
    """
    return not any(sign.search(clause) for sign in (*_ASKING, *_AGAINST) for clause in (text, *PAUSE.split(text)))


def only_asks(text: str) -> bool:
    """Return whether what stands beside the button's word asks something, and is no doubt and no other wish.

    >>> [only_asks(text) for text in ("那要收费吗", "is there any charge", "能不能改成周六", "wait, how much")]
    [True, True, False, False]
    """
    return is_shaped(text) and not any(sign.search(text) for sign in _AGAINST)


_ASKING = (_QUESTION, _QUESTION_IN_ENGLISH)
_AGAINST = (_REFUSAL, _CONDITION, _ANOTHER, _AGAINST_IN_ENGLISH)
