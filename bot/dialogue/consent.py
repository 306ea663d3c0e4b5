"""Consent is an explicit yes to what was read back: nothing that asks, doubts, complains, corrects or sets a condition.

Two readers must agree, and either is enough to withhold: what the engine has learned from sentences of people at a
read-back, and the shape of the sentence. A missed yes costs a question more; a wrong one changes somebody's account.
"""

import re

from bot.dialogue import english
from bot.dialogue.heard import Heard, is_shaped
from core.language import PAUSE, language_of
from core.wording import ENGLISH

# The least share of `yes` in what the engine has learned of sentences at a read-back; and the least of what is no yes
# by its act, or another request by its intent (申请，赶紧的). Chosen on sentences kept apart.
YES, SURELY_YES = 0.75, 0.95
# The least share of `yes` in its act, where the other reading is likely and not sure.
_YES_BY_ITS_ACT = 0.2
# What a sentence with a yes in it must not have in it: a question, a refusal, a condition, another wish. Few and plain:
# what is less plain is the engine's to learn.
_QUESTION = re.compile(
    r"[?？]|吗|么$|多少|几[个天块号点时]|怎[么样]|咋|为啥|为何|啥(?=时|意|样|$)|什么(?=时|意|样|$)"
    r"|哪[个里儿天家](?!都)|多久|是不是|能不能|可不可|行不行|好不好|要不要|有没有|会不会|对不对|可靠不|贵不贵"
    r"|(?:对|是|没错)吧$|(?<=[\u4e00-\u9fff])[没不]$"
    r"|([\u4e00-\u9fff])不\1(?!起)|可[有要办]可[无不]"
)
# It asks, 那59的呢, or assures, 等着用呢: the act tells which.
_PARTICLE = re.compile(r"(?<![嗯好中对行是得成])呢$")
_HARDLY_ASKS = 0.2
_REFUSAL = re.compile(
    r"当我(?!没[下订买办点换])|取消"
    r"|算了|拒绝|放弃|打住|到此为止|免了|心领|罢了|再说|想想|犹豫"
    r"|(?<!不)(?<!不用)考虑(?!好了|清楚|过了|过啦)|商量(?!好了|过了|定了)"
    r"|等等|等会|等一下|慢着|稍等|别(?=办|开|换|停|退|撤|动|急着)|先别"
    r"|不(?=办|换|开|买|订|同意|行|可以|愿|确认|想(?:要|再|继续)?(?:[办换开买订弄搞了]|$))"
    r"(?!办不|行也|[办换]也是|[办换]白不)"
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
# And in pinyin, of which the engine has read little; bu ka is 补卡.
_REFUSAL_IN_PINYIN = re.compile(
    r"\b(?:qu ?xiao|suan ?le|deng|bie|xian"
    r"|bu ?(?:yao|yong|ban|huan|kai|mai|xing|ding|tui|ting|che|dui|shi|queren|tongyi))(?![a-z])",
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
    if heard.consent < YES or language_of(heard.text) == ENGLISH:
        return False
    if heard.consent < SURELY_YES and heard.share("yes") < _YES_BY_ITS_ACT:
        return False
    return shaped_like_a_yes(said or heard.text, asks=heard.share("question") >= _HARDLY_ASKS)


def shaped_like_a_yes(text: str, asks: bool = True) -> bool:
    """Return whether nothing in a sentence, nor in any clause of it, speaks against its being a plain yes.

    asks  it may well ask something, by what else is known of it

    >>> shaped_like_a_yes("就129那个吧 办"), shaped_like_a_yes("那就129块对吧 送视频会员不")
    (True, False)
    >>> [shaped_like_a_yes(text) for text in ("bu ka ba", "bu yao", "quxiao", "可有可无吧", "办不办啊")]
    [True, False, False, False, False]
    """
    signs = (*_ASKING, *_AGAINST, *((_PARTICLE,) if asks else ()))
    return not any(sign.search(clause) for sign in signs for clause in (text, *PAUSE.split(text)))


def only_asks(text: str) -> bool:
    """Return whether what stands beside the button's word asks something, and is no doubt and no other wish.

    >>> [only_asks(text) for text in ("那要收费吗", "is there any charge", "能不能改成周六", "wait, how much")]
    [True, True, False, False]
    """
    return is_shaped(text) and not any(sign.search(text) for sign in _AGAINST)


_ASKING = (_QUESTION, _QUESTION_IN_ENGLISH)
_AGAINST = (_REFUSAL, _CONDITION, _ANOTHER, _AGAINST_IN_ENGLISH, _REFUSAL_IN_PINYIN)
