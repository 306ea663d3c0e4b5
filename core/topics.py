"""Topics at which the bot stops and a person takes over (G1): what is said, whatever else was understood."""

import re

# Who wants to carry it to somebody else: the regulator, consumers' associations, the press, a court.
_TO_WHOM = (
    "工信部|工业和信息化部|通信管理局|管局|12300|12315|12321|12345|消协|消费者协会|工商局|市场监管|市长热线|国资委|纪委"
)
_THREATS = (
    rf"(?:投诉|举报|申诉|反映|告|找|打|去|到|向|给|报).{{0,6}}(?:{_TO_WHOM})",
    rf"(?:{_TO_WHOM}).{{0,6}}(?:投诉|举报|申诉|反映|告)",
    "曝光|上热搜|(?:发|传)(?:到)?(?:网上|微博|抖音|朋友圈|小红书)",
    "(?:找|联系|请|叫|通知).{0,4}(?:记者|媒体|电视台|报社|律师)",
    "律师函|起诉|打官司|法院见|法庭见|诉讼",
    # Who only asks how to leave is served by the bot; who threatens with it is not.
    "(?:再|要是|如果|还)(?:不|没).{0,16}(?:转网|携号|换运营商|换联通|换移动|换电信|销号|注销)",
    r"\b(?:contact|call|tell|ask|go to|see|get|talk to|hire) (?:my |a |an |the )?"
    r"(?:lawyer|attorney|press|journalist|reporter|media|regulator|ministry|miit|12315|12300)\b"
    r"|\b(?:sue you|take you to court|legal action)\b",
)
# What a machine must not deal with: a life, a crime that is under way.
_RISKS = (
    "自杀|轻生|不想活|活不下去|寻死|跳楼",
    "(?:被|遭|遇到).{0,6}(?:勒索|绑架)",
    "炸弹|爆炸物|恐怖袭击|杀人|报复社会",
    r"\b(?:kill (?:myself|him|her|them)|suicide|end my life|don't want to live|bomb|kidnapped|blackmailed)\b",
)
# Who is being defrauded hears at once not to pay; the engine reads more of it than these words (data/acts/urgent.txt).
_FRAUDS = (
    "(?:被|遭|遇到).{0,6}(?:诈骗|骗了|盗刷)|骗子.{0,6}(?:转账|汇款|验证码)"
    # What callers say who pretend to be the police, a court or us.
    "|(?:电话|短信|说).{0,24}(?:涉嫌|涉案|洗钱|安全账户)"
    r"|\b(?:been|was|got|am being) (?:scammed|defrauded)\b|\bscammers?\b.{0,40}\b(?:code|money|transfer)"
)
_THREAT, _RISK, _FRAUD = (re.compile(words, re.IGNORECASE) for words in ("|".join(_THREATS), "|".join(_RISKS), _FRAUDS))


def threatens(text: str) -> bool:
    """Return whether the customer threatens to carry it to the regulator, the press or a lawyer, or to leave.

    >>> threatens("再不解决我就去工信部投诉你们"), threatens("我要找律师"), threatens("再不修好我就转网了")
    (True, True, True)
    >>> threatens("怎么携号转网"), threatens("流媒体会员怎么开"), threatens("报纸上说有优惠")
    (False, False, False)
    >>> threatens("I will contact a lawyer"), risky("I want to kill myself"), defrauded("I've been scammed")
    (True, True, True)
    """
    return _THREAT.search(text) is not None


def risky(text: str) -> bool:
    """Return whether it is about a life, or a crime that is under way.

    >>> risky("我不想活了"), risky("骚扰电话太多了"), risky("这网速慢得我不想用了")
    (True, False, False)
    """
    return _RISK.search(text) is not None


def defrauded(text: str) -> bool:
    """Return whether somebody says to be defrauded.

    >>> defrauded("我刚被诈骗了三万块钱"), defrauded("骚扰电话太多了")
    (True, False)
    >>> defrauded("有个电话说是公安局的，说我名下号码涉案要停机，真的假的")
    True
    """
    return _FRAUD.search(text) is not None
