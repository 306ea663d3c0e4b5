"""What a message wants by itself: the flow, the question, the facts that it brings. Pure, for every reading of it."""

import re
from collections.abc import Callable, Iterable

from bot.dialogue import english
from bot.dialogue.commands import Nothing, Start
from bot.dialogue.conditions import SAID
from bot.dialogue.flows import Flow, Flows
from bot.dialogue.heard import Heard, is_shaped
from bot.dialogue.slots import UNCLEAR, UNMISTAKABLE, Value, read_slot
from bot.dialogue.state import State
from core.language import PAUSE
from core.message import AskedNext, Found
from core.romanised import romanised

# Bare words that break off, whatever the engine makes of them: they work while it is down.
STOP_WORDS = frozenset(
    {"取消", "退出", "算了", "不办了", "不办理", "不要了", "不用了", "不弄了", "算了吧", "不了", "先不办", "停止"}
)
# The same said twice, or with a sigh before and a particle after it: 唉 取消取消吧.
_STOPS = re.compile(
    r"(?:好吧|行吧|还是|那就|直接|给我|帮我|[唉哎嗯哦噢那好行先就我都也这个])*"
    rf"(?:{'|'.join(sorted(STOP_WORDS, key=len, reverse=True))})+[吧了啊啦呀哈哦呗先]*"
)
RESUME_WORDS = frozenset({"继续", "继续办理", "接着办", "接着来"})
FEW = 3
RATHER = 0.5
_SURELY_LOOKED_UP = 0.9
# What is told rather than asked is of an article that is so likely, where nothing else makes sense of it.
_SURELY_OF_IT = 0.97
# Another article that is so sure is meant, whatever might be asked next of the one that was told.
_SURELY_ANOTHER = 0.99
# What is named without a question or a wish is told of only if it is named plainly.
_SURELY_NAMED = 0.85
MAY_BE_MEANT = 0.3
# A look at one's own figures does no harm: so likely it is wanted.
LOOKED_UP = 0.4
# Letters of a word in pinyin, so that it is none of English by chance.
_PINYIN = 5
_LOOKING = re.compile(r"^(?:我[要想]|帮我|请|麻烦)*(?:查询|查看|查|看)(?:一?下|看)?")
_LETTERS = re.compile("[a-z]")
NAMES_ONE = re.compile(r"\d").search
# An article that is this sure goes before a reading that says otherwise.
SURELY_KNOWN = 0.9
# From this share on a message is the follow-up of an article that is talked of.
_FOLLOWED, _FOLLOWED_TOPIC = 0.6, 0.8
# So much surer is another article, if it is meant and not what is asked next: 会不会现在就开始算.
_RATHER_NEW = 0.1
# A question that names nothing is about what was told: 要带啥, 怎么收费的, 一天多少钱.
_NAMES_NOTHING = re.compile(
    r"(?:怎么样?|咋[办样]?|啥|什么|多少|多久|几|谁|哪[里儿]?|要不?|需要|用|能不?|可不?可?以|吗|呢|的|了|办理?|弄|[花交付扣]|收费?|钱|带|一?[天月年次]"
    r"|时候|[块元个]|开始|生效|拿|去|在|到|好|有|会|得|行|那|这|还|再|就|都|贵|材料|证件|手续|东西|退|人|为|一|般|后|是|不|没|啊|呀|嘛|从|起|算|包|含|意思|着|先|一共|总共)+"
)
# Of what was told a question may say whose it is: 那他自己怎么弄.
_WHOSE = re.compile("[我您你他她]|自己")


def breaks_off(bare: str) -> bool:
    """Return whether a message without punctuation is a word that breaks off, and nothing else.

    >>> breaks_off("取消取消"), breaks_off("算了吧"), breaks_off("取消订单")
    (True, True, False)
    """
    return _STOPS.fullmatch(PAUSE.sub("", bare)) is not None or english.stops(bare)


def goes_on(bare: str) -> bool:
    """Return whether a message is a word that goes on with what is open, and nothing else."""
    return bare in RESUME_WORDS or english.resumes(bare)


def wanted_flow(flows: Flows, heard: Heard) -> Flow | None:
    """Return the flow that the engine's decision starts, or None where it decided nothing."""
    return flows.started_by(heard.intent, heard.text) if heard.intent else None


def begun_by_words_alone(flows: Flows, heard: Heard) -> Start | None:
    """Return the flow that the words of a message start whatever the engine makes of them, or None.

    What is known from the beginning is that of the likeliest of its intents; what a directory knows goes before it.
    """
    begun = None if heard.names else flows.started_by_words(heard.text, heard.signed_in)
    if begun is None:
        return None
    flow, given = begun
    own = {begin.intent for begin in flow.starts}
    likely = next((flow.given_by(intent) for intent, _ in heard.ranking if intent in own), {})
    return Start(flow.flow, {**given, **likely}, heard.text)


def called_by_name(flows: Flows, heard: Heard) -> Flow | None:
    """Return the look-up that a message is called by, and nothing else: 话费, 查我的套餐, liuliang."""
    bare = _LOOKING.sub("", heard.bare.lower())
    pinyin = bare.isascii() and len(bare) >= _PINYIN
    return _called(flows, heard, lambda name: name == bare or (pinyin and romanised(name) == bare))


def _spelt_by_name(flows: Flows, heard: Heard) -> Flow | None:
    """Return the look-up that a message may be called by, written half in pinyin: 查hua费."""
    bare = _LOOKING.sub("", heard.bare.lower())
    spelt = romanised(bare) if len(bare) >= FEW and _LETTERS.search(bare) else ""
    return _called(flows, heard, lambda name: romanised(name) == spelt)


def _called(flows: Flows, heard: Heard, fits: Callable[[str], bool]) -> Flow | None:
    named = (each for each in flows.by_name.values() if any(map(fits, each.called)))
    return next((each for each in named if heard.signed_in or each.needs == "anybody"), None)


def nearest_flow(flows: Flows, heard: Heard) -> Flow | None:
    """Return the flow that the likeliest intent starts, decided or not."""
    return flows.started_by(heard.ranking[0][0], heard.text) if heard.ranking else None


def wants_another(flows: Flows, flow: Flow, heard: Heard) -> bool:
    """Return whether a message rather wants something else than was read back: 云盘会员停掉吧 is no yes to a pack."""
    if not heard.ranking or heard.ranking[0][1] < RATHER:
        return False
    other = nearest_flow(flows, heard)
    return other is not None and not other.talk and other.flow != flow.flow


def names_of(articles: Iterable[Found]) -> tuple[str, ...]:
    """Return the names of articles, the likeliest first."""
    return tuple(each.name for each in articles)


def names_nothing(heard: Heard) -> bool:
    """Return whether a question names nothing: 要带啥, how long does it take."""
    return _NAMES_NOTHING.fullmatch(_WHOSE.sub("", heard.bare)) is not None or english.names_nothing(heard.bare)


def rather_asks(heard: Heard) -> bool:
    """Return whether a message is a question, or rather one than a request: 去日本手机能用不 orders nothing."""
    other = max(heard.share(act) for act in ("request", "no", "doubt", "complaint"))
    return heard.is_question or (is_shaped(heard.text) and heard.share("question") > other)


def asks_what_is_known(wanted: Flow | None, heard: Heard) -> bool:
    """Return whether a message asks for an article: a question starts nothing, and what is wanted by a request is done.

    A subscriber who is angry, or asks why something fails, reports it; a visitor can't, and is told what is known. What
    is asked of the own account is looked up.
    """
    if not heard.known or _NAMES_NOTHING.fullmatch(heard.bare):
        return False
    if _is_rather_known(wanted, heard):
        return True
    if wanted is None and heard.known[0].share >= _SURELY_OF_IT and not heard.upset:
        return True  # 我们这停水了: nothing else makes sense of it
    if not rather_asks(heard):  # a noun alone, or a wish for what is not ours
        noun = heard.act in ("request", "question_other", "") and heard.known[0].share >= _SURELY_NAMED
        return (wanted is None or wanted.vague) and noun and not heard.upset
    if wanted is None or wanted.vague:
        return True
    aspect = heard.asks_about.removeprefix("question_")
    why = aspect == "why" or heard.share("complaint") >= heard.share("question")
    if wanted.report and ((heard.signed_in and (heard.upset > 1 or why)) or not heard.is_question):
        return False
    can_look = heard.signed_in or wanted.needs == "anybody"
    if can_look and not wanted.asks and (aspect in wanted.again or begun_by_its_words(wanted, heard)):
        return False
    # A visitor's own figures are not at hand: unless it is surely them, what is known is told.
    at_hand = heard.signed_in or heard.confidence >= _SURELY_LOOKED_UP
    return wanted.asks or not (heard.known[0].looked_up and at_hand)


def asks_next(state: State, heard: Heard) -> AskedNext | None:
    """Return the follow-up that a message is, of an article that is talked of; or None.

    It takes more to be one of what was only asked for than of what was told last. What asks for another article is
    none, if that is surer.
    """
    told = str(state.memory.get("article") or "")
    # What was only asked for is not asked on by words that name nothing: 要多久 is of what was done last.
    topics = {told} if names_nothing(heard) else {told, *map(str, state.memory.get("topics") or ())}
    each = next((each for each in heard.asked_next if each.article in topics), None)
    if each is None or each.share < (_FOLLOWED if each.article == told else _FOLLOWED_TOPIC):
        return None
    other = next((found for found in heard.known if found.name != each.article), None)
    if other and other.share >= _SURELY_ANOTHER and not names_nothing(heard):  # 欠几天停机, after late fees
        return None
    return None if other and other.share > each.share + _RATHER_NEW else each


def _is_rather_known(wanted: Flow | None, heard: Heard) -> bool:
    """Return whether an article answers more surely than a flow is wanted that is not of its matter: 能上门办不.

    A visitor, whom the flow could only send to the sign-in, is told what is known wherever nothing is plainly ordered.
    """
    first = heard.known[0]
    if wanted is None or wanted.talk or first.looked_up or heard.share("request") >= RATHER or heard.upset:
        return False
    if not heard.signed_in and wanted.needs != "anybody" and (wanted.asks or first.share >= SURELY_KNOWN):
        return True
    if wanted.report and heard.signed_in:
        return False
    other = heard.intent not in first.about and first.offer != wanted.flow
    return other and first.share >= SURELY_KNOWN and is_shaped(heard.text)


def begun_by_its_words(wanted: Flow, heard: Heard) -> bool:
    """Return whether the words of a message name what a flow looks up, and not its intent alone: 我的合约到几号."""
    likely = {heard.intent, *(intent for intent, _ in heard.ranking[:FEW])}
    begins = (begin for begin in wanted.starts if begin.said and begin.intent in likely)
    return any(SAID[begin.said](heard.text) for begin in begins)


def facts_for(flow: Flow, heard: Heard, state: State | None = None, *, wanted: bool = False) -> dict[str, Value]:
    """Return the facts that the message brings for a flow; what needs choices is read when they are there.

    wanted  the flow is what the message wants: then a number and nothing else is the amount that it needs
    """
    found: dict[str, Value] = dict(flow.given_by(heard.intent))
    shown = str(state.memory.get("month") or "") if state else ""
    for name, slot in flow.slots.items():
        if slot.type in UNMISTAKABLE or slot.type == "since":
            alone = wanted and slot.type == "amount" and heard.bare.isdecimal()
            value = read_slot(slot.type, heard, asked=alone, shown=shown)
            if value is UNCLEAR:
                found[name] = "unclear"
            elif value is not None:
                found[name] = value
    return found


def nothing_understood(flows: Flows, heard: Heard) -> Nothing:
    """Return that nothing was understood, with what may have been meant."""
    likely = _likely(flows, heard)
    if (spelt := _spelt_by_name(flows, heard)) is not None:
        return Nothing(tuple(dict.fromkeys((spelt.flow, *likely)))[:FEW], near=True)
    nearest = nearest_flow(flows, heard)
    near = nearest is not None and nearest.flow in likely and heard.ranking[0][1] >= MAY_BE_MEANT
    return Nothing(likely, near, (*heard.known, *heard.near) if rather_asks(heard) else ())


def _likely(flows: Flows, heard: Heard) -> tuple[str, ...]:
    likely = []
    for intent, _ in heard.ranking:
        flow = flows.started_by(intent, heard.text)
        if flow is not None and not flow.talk and flow.flow not in likely:
            likely.append(flow.flow)
    return tuple(likely[:FEW])
