"""From a message to commands: what was heard, in the light of what is open. Pure; tests/dialogue has its golden table.

Where a message is misread, ask which mechanism should have read it: the acts and intents of the engine (a sentence in
data/), a slot's reader (slots.py), or a flow's data. Not a further condition here.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.dialogue import english
from bot.dialogue.commands import (
    Answer,
    AskAbout,
    Chat,
    Command,
    Consent,
    Correct,
    Doubt,
    FirstAid,
    Grumble,
    HandOver,
    Loss,
    Nothing,
    OtherPerson,
    Prove,
    Refuse,
    Remark,
    Repeat,
    Resume,
    SendAgain,
    Start,
    Unclear,
    in_order,
)
from bot.dialogue.conditions import SAID
from bot.dialogue.consent import consents, shaped_like_a_yes
from bot.dialogue.flows import Beginning, Flow, Flows, Step
from bot.dialogue.heard import CORRECTION, DOUBT, NO, OTHER_PERSON, SURE, SURELY_ANGRY, Heard, is_shaped, plain
from bot.dialogue.retelling import retold, takes_back
from bot.dialogue.slots import UNCLEAR, UNMISTAKABLE, Value, read_slot
from bot.dialogue.state import Frame, State
from core.choosing import by_place, the_one
from core.dialogue import ARTICLE, Choice
from core.handover import ASKED_CONFIDENCE, Reason
from core.identifiers import identifiers
from core.language import PAUSE, has_chinese
from core.message import Found
from core.topics import defrauded, risky, threatens
from core.wording import ENGLISH
from core.wording import named as named_in

# What is said to a read-back by a button, or by its number.
YES_OR_NO = (
    Choice("yes", "确认办理", ("确认",)),
    Choice("no", "不办理", ("取消",)),
)
# Bare words that break off, whatever the engine makes of them: they work while it is down.
STOP_WORDS = frozenset(
    {"取消", "退出", "算了", "不办了", "不办理", "不要了", "不用了", "不弄了", "算了吧", "不了", "先不办", "停止"}
)
# The same said twice, or with a sigh before and a particle after it: 唉 取消取消吧.
_STOPS = re.compile(
    r"(?:好吧|行吧|还是|那就|直接|给我|帮我|[唉哎嗯哦噢那好行先就我都也这个])*"
    rf"(?:{'|'.join(sorted(STOP_WORDS, key=len, reverse=True))})+[吧了啊啦呀哈哦呗先]*"
)
_BUTTON = frozenset({"确认", YES_OR_NO[0].title})
RESUME_WORDS = frozenset({"继续", "继续办理", "接着办", "接着来"})
_CODE = re.compile(r"(?<!\d)\d{3}[ -]?\d{3}(?!\d)")
_AGAIN = re.compile(r"重新发|再发|重发|没收到|收不到|没有收到|没有?验证码|码.{0,4}(?:过期|失效|没)|^(?:过期|失效)了?$")
_STRAY_CODE = re.compile(r"\d{6}")
_LIKE_AN_ID = re.compile(r"\d{14,17}[\dXx]|\d{15,}")
# Complaints, opinions and thanks tell of other people and their numbers without wanting anything done for them.
_TELLS_OF_OTHERS = ("complaint_", "suggestion", "praise", "abuse", "chitchat", "greet", "thanks", "goodbye", "out_of")
_OUR_HOME = ("我家", "俺家", "我们家", "家里")
_FEW = 3
# Characters of a message of which a clause decides; a story has many clauses.
_DECIDES = 45
# Characters: a question so short tells nothing.
_A_QUESTION = 12
# Characters: a proof with hardly a word beside it.
_PROOF_ALONE = 24
_FREE: frozenset[str] = frozenset({"text", "since", "place", "house", "company"})
# What is spoken of by its name, so that one that can't be read is no chance.
_NAMED_FOR_SURE: frozenset[str] = frozenset({"company", "tax_number"})
# While words of any kind are asked for, only a very sure request is none of them.
_VERY_SURE = 0.85
# At a question of ours a no must be plainer than at a read-back: 试过了不行 is none.
SURE_NO = 0.65
# Whoever tells what happened speaks of phones too: 工作人员一直玩手机.
_LOST_IN_A_STORY = 0.95
# What is asked so is asked of what was named, and not of what is read back.
_OF_THE_QUERY = ("question_what", "question_other")
# Who likely wants something of a flow that reads back before it does anything is led into it.
_LIKELY = 0.5
_RATHER = 0.5
_SURELY_LOOKED_UP = 0.9
# What is named without a question or a wish is told of only if it is named plainly.
_SURELY_NAMED = 0.85
_LOOKED_UP = 0.4
_MAY_BE_MEANT = 0.3
# Anger is believed of who complains or wants something, and not of a plain question or answer.
_MAY_BE_ANGRY = ("complaint", "request", "doubt", "no", "later", "")
_BEGAN = re.compile(r"开始|[从自].{1,8}起|[坏断卡]的")
_NO_PERSON = re.compile(
    r"(?:不用|不要|不想|不必|别)(?:再|给我|帮我)?(?:转|找|接)?人工|人工.{0,4}(?:不用|不要|算了)"
    r"|\b(?:personal(?:ly)?|in person)\b"
)
_OWN = re.compile(r"自己|本人|本机|我的|这个号|我这")
_THE_ONE = re.compile(
    r"(?:就|是|对).{0,3}(?:这|那|它|登记)|没错|老地方|登记的|^(?:嗯|对|是|好|行|可以|ok)+[的吧呀啊]?$", re.IGNORECASE
)
_REPAIRS = re.compile(r"修|师傅|故障|宽带|断网|上门|\b(?:repair|fault|engineer|broadband|visit)")
_COMPLAINTS = re.compile(r"投诉|建议|反映|举报|\b(?:complaint|suggestion)")
_THAT_ONE = re.compile(r"这个|那个|刚才|上面|该|这|那|它|\b(?:it|this|that)\b")
# What was named last is meant by 它 and 这个, where nothing else is named.
_IT = re.compile(r"它|[这那](?:个|项)|\b(?:it|that one|this one)\b")
_NAMES_ONE = re.compile(r"\d").search
# A question that names nothing is about what was told: 要带啥, 怎么收费的, 一天多少钱.
_NAMES_NOTHING = re.compile(
    r"(?:怎么样?|咋[办样]?|啥|什么|多少|多久|几|谁|哪[里儿]?|要不?|需要|用|能不?|可不?可?以|吗|呢|的|了|办理?|弄|[花交付扣]|收费?|钱|带|一?[天月年次]"
    r"|时候|[块元个]|开始|生效|拿|去|在|到|好|有|会|得|行|那|这|还|再|就|都|贵|材料|证件|手续|东西|退|人|为|一|般|后|是|不|没|啊|呀|嘛)+"
)


@dataclass(frozen=True)
class Circumstances:
    """What the turn knows of who is writing.

    worsening  the last messages were all dissatisfied
    senior     of an age that is offered a person at the first message, and gets one at the first miss (M10, R6)
    """

    worsening: bool = False
    senior: bool = False


def commands(state: State, flows: Flows, heard: Heard, about: Circumstances = Circumstances()) -> list[Command]:
    """Return what a message asks of the dialogue, what goes first first; never an empty list."""
    frame = state.top
    found = list(_first(state, flows, heard, about))
    if not any(isinstance(each, HandOver | Loss | OtherPerson | FirstAid) for each in found):
        if frame is not None and frame.open and frame.flow in flows:
            found += _at_step(state, flows, flows[frame.flow], frame, heard)
        else:
            found += _outside(state, flows, heard)
    return in_order(found)


def needs_no_reading(state: State, flows: Flows, text: str) -> bool:
    """Return whether a message is a command without any reading: a code, a choice, a word that stops or goes on.

    These work while the engine is down (M11).
    """
    frame = state.top
    heard = Heard(" ".join(unicodedata.normalize("NFKC", text).split()), datetime.min)
    if frame is None or not frame.open or frame.flow not in flows:
        return bool(state.offered) and by_place(heard.text, state.offered) is not None
    step = flows[frame.flow].steps[frame.at]
    if breaks_off(heard.bare) or _goes_on(heard.bare) or heard.bare == "确认" or english.wants_a_person(heard.bare):
        return True
    if step.read_back and (english.agrees(heard.text) or english.refuses(heard.text)):
        return True
    if step.prove and any(_proof(step, heard)):
        return len(heard.bare) <= _PROOF_ALONE
    choices = YES_OR_NO if step.read_back else step.choices or frame.offers.get(step.ask, ())
    return by_place(heard.text, choices) is not None


def _open(state: State, flows: Flows) -> tuple[Flow, Frame] | None:
    """Return the flow that waits for the customer, or None."""
    frame = state.top
    return (flows[frame.flow], frame) if frame is not None and frame.open and frame.flow in flows else None


def breaks_off(bare: str) -> bool:
    """Return whether a message without punctuation is a word that breaks off, and nothing else.

    >>> breaks_off("取消取消"), breaks_off("算了吧"), breaks_off("取消订单")
    (True, True, False)
    """
    return _STOPS.fullmatch(PAUSE.sub("", bare)) is not None or english.stops(bare)


def _goes_on(bare: str) -> bool:
    """Return whether a message is a word that goes on with what is open, and nothing else."""
    return bare in RESUME_WORDS or english.resumes(bare)


def _breaks_off_at_the_end(bare: str) -> bool:
    """Return whether the last clause of a message breaks off: 不行，要单位抬头，先取消吧."""
    return breaks_off(PAUSE.split(bare)[-1])


def decided_first(state: State, flows: Flows, text: str) -> tuple[str, str] | None:
    """Return the clause of a short message that decides what is open, and the rest of it; None where none does.

    取消 我要公司抬头的 is a no, and then a message of its own; so are 我说用积分换，不是花钱买 and, with the button's
    own word, 确认，然后把彩铃退了.
    """
    if (opened := _open(state, flows)) is None:
        return None
    flow, frame = opened
    whole = plain(text).strip()
    clauses = [each for each in PAUSE.split(whole) if each]
    if not 1 < len(clauses) <= _FEW + 1 or len(whole) > _DECIDES:
        return None
    if flow.steps[frame.at].read_back and clauses[0] in _BUTTON and shaped_like_a_yes(whole):
        decides = 0
    else:
        no = (n for n, each in enumerate(clauses) if breaks_off(each) or takes_back(retold(each, flow, frame)))
        decides = next(no, -1)
        if _BUTTON & set(clauses[decides + 1 :]):  # 算了，先开吧，确认
            return None
    rest = "，".join(clauses[:decides] + clauses[decides + 1 :])
    return None if decides < 0 or len(rest) < _FEW else (clauses[decides], rest)


def in_general_words(state: State, flows: Flows, text: str) -> str | None:
    """Return a message at a read-back in general words, by which its consent is read; None at any other step."""
    if (opened := _open(state, flows)) is None:
        return None
    flow, frame = opened
    return retold(plain(text), flow, frame) if flow.steps[frame.at].read_back else None


def _first(state: State, flows: Flows, heard: Heard, about: Circumstances) -> Iterator[Command]:
    """Yield what comes before everything: harm, fraud, a death, a loss, a person, another person's number."""
    flow = state.top.flow if state.top else ""
    if heard.urges("harm") or risky(heard.text):
        yield HandOver(Reason.RISK)
    if (heard.urges("fraud") or defrauded(heard.text)) and flow != "stop_lost":
        yield FirstAid("fraud")
    if heard.whose.get("bereaved", 0.0) >= OTHER_PERSON:
        yield FirstAid("bereaved")
    telling = flow in flows and flows[flow].tells
    lost = heard.urgent.get("loss", 0.0) >= _LOST_IN_A_STORY if telling else heard.urges("loss")
    if lost and flow != "stop_lost":
        # Somebody else's lost phone is stopped by its owner; the own one is never stopped in its place.
        if not heard.signed_in:
            yield FirstAid("loss_visitor")
            return
        yield OtherPerson() if heard.whose.get("other", 0.0) >= _RATHER else Loss(heard.text)
    if threatens(heard.text):
        yield HandOver(Reason.THREAT, _complaint(heard))
    elif heard.upset >= 2 and heard.anger >= SURELY_ANGRY and heard.act in _MAY_BE_ANGRY:
        yield HandOver(Reason.ANGRY, _complaint(heard))
    elif wants_a_person(heard):
        yield HandOver(Reason.ASKED, _complaint(heard))
    elif about.worsening and heard.act not in ("answer", "yes", "no", "talk", "correction"):
        yield HandOver(Reason.WORSENING, _complaint(heard))
    if _about_another(state, flows, heard) and not _only_the_rule_is_asked(heard):
        wanted = _nearest(flows, heard)
        yield OtherPerson(wanted.flow if wanted and not wanted.talk and not wanted.asks else "")


def wants_a_person(heard: Heard) -> bool:
    """Return whether a person is asked for, in whatever words (M10)."""
    wanted = heard.urges("person") or (heard.intent == "handoff" and heard.confidence >= ASKED_CONFIDENCE)
    return (wanted and _NO_PERSON.search(heard.text) is None) or english.wants_a_person(heard.text)


def _complaint(heard: Heard) -> str:
    return heard.intent if heard.intent.startswith("complaint_") else ""


def _asks_for_a_number(flow: Flow, step: Step) -> bool:
    return bool(step.ask) and flow.slots[step.ask].type in ("phone", "text")


def _about_another(state: State, flows: Flows, heard: Heard) -> bool:
    if heard.intent.startswith(_TELLS_OF_OTHERS) or not heard.signed_in:
        return False
    frame = state.top
    if frame is not None and frame.open and frame.flow in flows:
        step = flows[frame.flow].steps[frame.at]
        # Whoever tells what happened tells of others; whoever is asked for a number gives one.
        if (flows[frame.flow].tells or _asks_for_a_number(flows[frame.flow], step)) and not _wants_another(
            flows, flows[frame.flow], heard
        ):
            return False
    if heard.names_another_number:
        return True
    wanted = _nearest(flows, heard)
    if wanted is not None and wanted.others:
        return False
    return heard.is_about_another and not heard.bare.startswith(_OUR_HOME)


def _only_the_rule_is_asked(heard: Heard) -> bool:
    """Return whether a question about somebody else is one that anybody may be answered: 我妈的号能过户给我吗."""
    return bool(heard.known) and _rather_asks(heard) and not heard.names_another_number


def _at_step(state: State, flows: Flows, flow: Flow, frame: Frame, heard: Heard) -> Iterator[Command]:
    step = flow.steps[frame.at]
    if step.prove:
        yield from _proof(step, heard)
    if step.read_back:
        place = by_place(heard.text, YES_OR_NO)
        if place is not None or heard.bare in ("确认", "取消"):
            yield Consent() if heard.bare == "确认" or (place and place.code == "yes") else Refuse()
            return
        if english.agrees(heard.text) or english.refuses(heard.text):
            yield Consent() if english.agrees(heard.text) else Refuse()
            return
    if step.options and (place := by_place(heard.text, step.choices)) is not None:
        yield Answer({step.ask: place.code})
        return
    if _breaks_off_at_the_end(heard.bare) or (flow.stops and SAID[flow.stops](heard.text) and not heard.is_question):
        yield Refuse()
        return
    if _goes_on(heard.bare):
        yield Resume()
        return
    said = retold(heard.text, flow, frame)
    if (flow.tells or step.ask) and takes_back(said):  # before words are looked for in it that would be an answer
        yield Refuse()
        return
    interruption = _interrupts(flows, flow, frame, step, heard)
    told = _values(state, flow, frame, step, heard, sure=interruption is not None)
    yield from told
    if any(isinstance(each, Answer | Correct | Unclear) for each in told):
        return
    yield from _said_at(flows, flow, frame, heard, said, interruption)


def _said_at(
    flows: Flows, flow: Flow, frame: Frame, heard: Heard, said: str, interruption: Start | None
) -> Iterator[Command]:
    """Yield what a message says at a step that names no value: yes, no, a question, another request, talk.

    said  the message in general words
    """
    step = flow.steps[frame.at]
    named = said != heard.text  # it speaks of the matter at hand, and of no other
    if step.read_back and _agrees(flows, flow, heard, said):
        yield Consent()
    elif takes_back(said) or heard.share("no") >= (NO if step.read_back else SURE_NO):
        yield Refuse()
    elif heard.share("later") >= NO:
        yield Refuse(later=True)
    elif step.prove == "code" and (_AGAIN.search(heard.text) or english.wants_the_code_again(heard.text)):
        yield SendAgain()
    elif interruption is not None:
        yield interruption
    elif (remarked := _remarked(flow, heard)) is not None:
        yield remarked
    elif heard.is_question:
        wanted = _nearest(flows, heard) if not named and heard.ranking and heard.ranking[0][1] >= _RATHER else None
        other = wanted is not None and not wanted.talk and wanted.flow != flow.flow
        own = _NAMES_NOTHING.fullmatch(heard.bare) or (_is_about(flow, heard) and _answers(flow, frame, heard))
        articles = () if own else _names(heard.known)
        yield AskAbout(heard.aspect, wanted.flow if wanted and other else "", articles)
    elif heard.share("doubt") >= DOUBT and (step.read_back or step.prove):
        yield Doubt()
    elif heard.upset or heard.share("complaint") >= DOUBT:
        yield Grumble()
    elif heard.intent in ("affirm", "deny"):  # 嗯 to a question that it does not answer
        yield Resume()
    elif (chat := _wanted(flows, heard)) is not None and chat.talk:
        yield Chat(chat.flow)
    elif (same := _wanted(flows, heard)) is not None and same.flow == flow.flow:
        yield Resume()
    else:
        yield _nothing(flows, heard)


def _agrees(flows: Flows, flow: Flow, heard: Heard, said: str) -> bool:
    """Return whether a message agrees to what was read back; `said` is it in general words."""
    if not consents(heard, said) or takes_back(said):
        return False
    if said != heard.text:  # it speaks of the matter at hand, and of no other
        return True
    return heard.share("complaint") < NO and not _wants_another(flows, flow, heard)


def _remarked(flow: Flow, heard: Heard) -> Remark | None:
    """Return the remark that a flow has a word for, or None."""
    return next((Remark(response) for said, response in flow.hears.items() if SAID[said](heard.text)), None)


def _wanted(flows: Flows, heard: Heard) -> Flow | None:
    """Return the flow that the engine's decision starts, or None where it decided nothing."""
    return flows.started_by(heard.intent, heard.text) if heard.intent else None


def _nearest(flows: Flows, heard: Heard) -> Flow | None:
    """Return the flow that the likeliest intent starts, decided or not."""
    return flows.started_by(heard.ranking[0][0], heard.text) if heard.ranking else None


def _wants_another(flows: Flows, flow: Flow, heard: Heard) -> bool:
    """Return whether a message rather wants something else than was read back: 云盘会员停掉吧 is no yes to a pack."""
    if not heard.ranking or heard.ranking[0][1] < _RATHER:
        return False
    other = _nearest(flows, heard)
    return other is not None and not other.talk and other.flow != flow.flow


def _proof(step: Step, heard: Heard) -> Iterator[Command]:
    text = heard.text
    if step.prove == "code" and _CODE.search(text):
        yield Prove("code")
    elif step.prove in ("id_number", "password_or_id_number"):
        if any(each.kind == "id" for each in identifiers(text)) or _LIKE_AN_ID.search(text):
            yield Prove("id_number")
        elif step.prove == "password_or_id_number" and _CODE.search(text):
            yield Prove("password")


def _interrupts(flows: Flows, flow: Flow, frame: Frame, step: Step, heard: Heard) -> Start | None:
    """Return the request that a message makes beside the open flow, or None where it makes none."""
    wanted = _wanted(flows, heard)
    if wanted is None or wanted.talk or wanted.flow == flow.flow:
        return None
    kind = flow.slots[step.ask].type if step.ask else ""
    least = _VERY_SURE if kind in _FREE else SURE
    if heard.confidence < least:
        return None
    # What is known is told in between, and so is another thing's figure.
    if _asks_what_is_known(wanted, heard) or (heard.is_question and wanted.things and _NAMES_ONE(heard.text)):
        return None
    # What is asked about the matter at hand is answered from it; a figure of one's own is looked up.
    if heard.is_question and (wanted.asks or (_answers(flow, frame, heard) and heard.act not in _OF_THE_QUERY)):
        return None
    # A noun alone (宽带) is no request in the middle of another.
    if (wanted.asks or kind == "text") and heard.share("request") < NO:
        return None
    return Start(wanted.flow, _facts(wanted, heard), heard.text)


def _names(articles: Iterable[Found]) -> tuple[str, ...]:
    return tuple(each.name for each in articles)


def _is_about(flow: Flow, heard: Heard) -> bool:
    """Return whether the likeliest article is about what a flow does: the flow's own terms are nearer than it."""
    intents = {begin.intent for begin in flow.starts}
    return bool(heard.known) and (heard.known[0].offer == flow.flow or bool(heard.known[0].about & intents))


def _answers(flow: Flow, frame: Frame, heard: Heard) -> bool:
    aspect = heard.asks_about.removeprefix("question_")
    return aspect in flow.facts or bool(frame.proposal and aspect in frame.proposal.facts)


def _values(state: State, flow: Flow, frame: Frame, step: Step, heard: Heard, sure: bool) -> list[Command]:
    """Return the values that a message names: for the step, and for what is known already or asked for later."""
    answers: dict[str, Value] = {}
    corrected: dict[str, Value] = {}
    unclear: list[Command] = []
    shown = str(state.memory.get("month") or "")
    for name, slot in flow.slots.items():
        asked = step.ask == name
        if asked and slot.type in _FREE and (sure or _is_no_answer(heard, slot.type)):
            continue
        known = frame.slots.get(name)
        if not asked and slot.type == "choice" and (options := _options(flow, name)):
            if (
                exact := next((each.code for each in options if heard.bare in (each.title, *each.words)), None)
            ) and known:
                corrected |= {name: exact} if exact != known else {}
            elif known and heard.share("correction") >= CORRECTION:
                other = read_slot("choice", heard, asked=False, choices=options, known=known)
                corrected |= {name: other} if other not in (None, known) else {}
            continue
        if not asked and slot.type == "since" and (_BEGAN.search(heard.text) if known else step.ask):
            if (since := read_slot("since", heard, asked=False)) not in (None, known):
                (corrected if known else answers)[name] = since
            continue
        if not asked and slot.type not in UNMISTAKABLE and name not in frame.offers:
            if slot.story and step.read_back and not sure and _adds_to_the_story(heard):
                corrected[name] = f"{known}；{heard.text}" if known else heard.text
            continue
        if heard.is_question and (not asked or (slot.type == "choice" and not _puts_it_as_a_wish(heard))):
            continue
        if not asked and slot.type in UNMISTAKABLE and step.ask and flow.slots[step.ask].type in _FREE and sure:
            continue
        choices = step.choices if asked and step.options else frame.offers.get(name, ())
        on_file = asked and slot.type == "address" and len(choices) == 1
        if on_file and any(map(_THE_ONE.search, PAUSE.split(heard.bare))):
            found: Value = choices[0].code
        else:
            found = read_slot(slot.type, heard, asked=asked, choices=choices, shown=shown, known=known)
        if found is UNCLEAR:
            if asked:
                unclear.append(Unclear(name, slot.unclear))
            elif slot.type in _NAMED_FOR_SURE and frame.proposal:  # a wrong one in the place of what was read back
                corrected[name] = "unclear"
        elif found is None or found == known:
            continue
        elif known is None or asked:
            answers[name] = found
        else:
            corrected[name] = found
    if frame.proposal and answers and step.read_back:  # what was read back did not have it
        corrected = {**answers, **corrected}
    if corrected and (frame.proposal or heard.share("correction") >= CORRECTION or not answers):
        return [Correct({**answers, **corrected})]
    if step.ask and step.ask in answers:
        return [Answer(answers)]
    if answers and not sure:
        return [Answer(answers)]
    return unclear


def _puts_it_as_a_wish(heard: Heard) -> bool:
    """Return whether a choice is rather made than asked about: 换59的行不行, not 59的有多少流量."""
    return heard.aspect == "other" or heard.share("request") + heard.share("answer") >= _LOOKED_UP


def _options(flow: Flow, slot: str) -> tuple[Choice, ...]:
    """Return the choices that are written in the flow for a slot."""
    return next((step.choices for step in flow.steps if step.ask == slot and step.options), ())


def _is_no_answer(heard: Heard, kind: str) -> bool:
    """Return whether a message is no account of anything, where any words would be taken for one."""
    if heard.share("no") >= NO or heard.share("later") >= NO:
        return True
    # Whoever tells what happened asks too, at length: 为什么多扣我20块. 能退不 asks, and tells nothing.
    return heard.is_question and (kind != "text" or (len(heard.bare) <= _A_QUESTION and heard.aspect != "why"))


def _adds_to_the_story(heard: Heard) -> bool:
    if consents(heard) or heard.is_question or heard.share("no") >= NO or heard.share("later") >= NO:
        return False
    return heard.act != "talk" and len(heard.bare) > _FEW


def _outside(state: State, flows: Flows, heard: Heard) -> Iterator[Command]:
    if state.offered and (place := _offered(state, flows, heard)) is not None:
        yield place
        return
    if breaks_off(heard.bare) or english.refuses(heard.bare):
        yield Chat("deny")
        return
    if (titled := _titled(flows, heard)) is not None:
        yield titled
        return
    if (worded := flows.started_by_words(heard.text, heard.signed_in)) is not None:
        yield Start(worded[0].flow, worded[1], heard.text)
        return
    if "stray_code" in flows and _STRAY_CODE.fullmatch(heard.bare):
        yield Chat("stray_code")
        return
    if heard.is_the_own_number and "own_number" in flows:
        yield Start("own_number")
        return
    if SAID["repeat"](heard.bare) and state.said:
        yield Repeat()
        return
    wanted = _wanted(flows, heard) if heard.intent else _probable(flows, heard)
    if wanted is None and heard.is_question and heard.signed_in:
        wanted = _named_by_its_words(flows, heard)
    if wanted and wanted.figure and not SAID["a_figure"](heard.text):  # 还剩多少, of what was talked of
        wanted = _figure_talked_of(state, flows) or wanted
    if wanted and wanted.asks and state.last and state.last.flow == wanted.flow and heard.share("no") >= NO:
        yield Chat("deny")  # 先不销了, after it was offered or broken off
        return
    if (named := _by_name(state, flows, heard, wanted)) is not None:
        yield named
    elif state.memory.get("article") and _rather_asks(heard) and _names_nothing(heard):
        yield AskAbout(heard.aspect, further=True)
    elif (follow := _follows(state, flows, heard, wanted)) is not None:
        yield replace(follow, slots={**_known_by_offer(state, flows[follow.flow], heard), **follow.slots})
    elif _asks_what_is_known(wanted, heard) and not _is_of_the_last(state, flows, wanted):
        yield AskAbout(heard.aspect, wanted.flow if wanted and not wanted.talk else "", _names(heard.known))
    elif heard.is_question and wanted is None and not (state.last or state.sign_in or heard.names_a_thing):
        yield _nothing(flows, heard)
    elif _rather_asks(heard) and (_is_only_asked(wanted, heard) or _is_about_the_last(state, wanted)):
        yield AskAbout(heard.aspect, wanted.flow if wanted else "")
    elif wanted is not None and wanted.talk:
        yield Chat(wanted.flow)
    elif wanted is not None and _is_the_fault_just_reported(state, wanted, heard):
        yield AskAbout(heard.aspect, wanted.flow)
    elif wanted is not None:
        that = _THAT_ONE.search(heard.text) is not None
        kept = _kept(state, wanted, heard.text) if that else {}
        thing = str(state.memory.get("thing") or "") if _means_the_last_thing(heard) else ""
        known = {**_known_by_offer(state, wanted, heard), **kept, **_facts(wanted, heard)}
        yield Start(wanted.flow, known, f"{thing} {heard.text}".strip())
    elif (begun := _begun_with(flows, heard)) is not None:
        yield begun
    else:
        yield _nothing(flows, heard)


def _by_name(state: State, flows: Flows, heard: Heard, wanted: Flow | None) -> Start | None:
    """Return the flow that is begun by what a directory knows and the message names, unless something surer is wanted.

    After it was told, a question that names nothing is about the same thing: 那怎么退订.
    """
    named = heard.names or _told_by_name(state, flows, heard)
    for flow, begin in flows.started_by_names(named, heard.text):
        if wanted is flow and heard.intent not in begin.over:
            return None  # it is begun by what is wanted, in its own way
        if not _is_surer(begin, heard, wanted):
            return Start(flow.flow, {**flow.given, **begin.given, begin.names: named[begin.names]}, heard.text)
    return None


def _told_by_name(state: State, flows: Flows, heard: Heard) -> Mapping[str, str]:
    """Return by its kind the named thing that was told last, where a question that is decided may be about it."""
    last = flows.by_name.get(state.last.flow) if state.last else None
    aspect = heard.asks_about.removeprefix("question_")
    if last is None or not heard.intent or not heard.is_question or heard.names_a_thing or aspect not in last.again:
        return {}
    kinds = {begin.names for begin in last.starts if begin.names}
    return {kind: str(state.memory[kind]) for kind in kinds if state.memory.get(kind)}


def _is_surer(begin: Beginning, heard: Heard, wanted: Flow | None) -> bool:
    """Return whether what is wanted goes before what a named thing begins: an order, a complaint, a wish to look up."""
    if not heard.intent:
        return heard.urgent.get("person", 0.0) >= _RATHER
    if wanted is None:
        return False
    if wanted.talk and heard.act != "talk":  # a greeting before it
        return False
    if heard.intent not in begin.over:
        return True
    if wanted.report:
        return not heard.is_question and heard.share("complaint") >= NO
    return not wanted.asks and not wanted.talk and heard.act == "request"


def _names_nothing(heard: Heard) -> bool:
    """Return whether a question names nothing: 要带啥, how long does it take."""
    return _NAMES_NOTHING.fullmatch(heard.bare) is not None or english.names_nothing(heard.bare)


def _figure_talked_of(state: State, flows: Flows) -> Flow | None:
    """Return the look-up of a figure that was talked of last, or that of what was just ordered."""
    last = flows.by_name.get(state.last.flow) if state.last else None
    if last is None:
        return None
    return last if last.figure else next((each for each in flows.by_name.values() if last.flow in each.figure_of), None)


def _titled(flows: Flows, heard: Heard) -> Start | None:
    """Return the flow whose whole title a message begins with, as on a button: 登记投诉 充值没到账."""
    head = PAUSE.split(heard.bare)[0]
    named = (each for each in flows.by_name.values() if not each.talk and each.starts)
    flow = next((each for each in named if head.lower() in (each.title, named_in(each.title, ENGLISH).lower())), None)
    return (
        None if flow is None else Start(flow.flow, {**flow.given_by(heard.intent), **_facts(flow, heard)}, heard.text)
    )


def _rather_asks(heard: Heard) -> bool:
    """Return whether a message is a question, or rather one than a request: 去日本手机能用不 orders nothing."""
    return heard.is_question or (is_shaped(heard.text) and heard.share("question") > heard.share("request"))


def _asks_what_is_known(wanted: Flow | None, heard: Heard) -> bool:
    """Return whether a message asks for an article: a question starts nothing, and what is wanted by a request is done.

    A subscriber who is angry, or asks why something fails, reports it; a visitor can't, and is told what is known. What
    is asked of the own account is looked up.
    """
    if not heard.known or _NAMES_NOTHING.fullmatch(heard.bare):
        return False
    if not _rather_asks(heard):  # a noun alone, or a wish for what is not ours
        noun = heard.act in ("request", "question_other", "") and heard.known[0].share >= _SURELY_NAMED
        return (wanted is None or wanted.vague) and noun and not heard.upset
    if wanted is None or wanted.vague:
        return True
    aspect = heard.asks_about.removeprefix("question_")
    why = aspect == "why" or heard.share("complaint") >= heard.share("question")
    if wanted.report and ((heard.signed_in and (heard.upset > 1 or why)) or not heard.is_question):
        return False
    can_look = heard.signed_in or wanted.needs == "anybody"
    if can_look and not wanted.asks and (aspect in wanted.again or _begun_by_its_words(wanted, heard)):
        return False
    # A visitor's own figures are not at hand: unless it is surely them, what is known is told.
    at_hand = heard.signed_in or heard.confidence >= _SURELY_LOOKED_UP
    return wanted.asks or not (heard.known[0].looked_up and at_hand)


def _begun_by_its_words(wanted: Flow, heard: Heard) -> bool:
    """Return whether the words of a message name what a flow looks up, and not its intent alone: 我的合约到几号."""
    likely = {heard.intent, *(intent for intent, _ in heard.ranking[:_FEW])}
    begins = (begin for begin in wanted.starts if begin.said and begin.intent in likely)
    return any(SAID[begin.said](heard.text) for begin in begins)


def _named_by_its_words(flows: Flows, heard: Heard) -> Flow | None:
    """Return the look-up that a question names, whichever of the likely intents it is: 我的流量包到什么时候."""
    likely = (flows.started_by(intent, heard.text) for intent, _ in heard.ranking[:_FEW])
    return next((each for each in likely if each and not each.asks and _begun_by_its_words(each, heard)), None)


def _is_of_the_last(state: State, flows: Flows, wanted: Flow | None) -> bool:
    """Return whether a look-up is of what was just talked of: 师傅明天几点来, after a repair was shown."""
    if wanted is None or wanted.asks or state.last is None or state.last.flow not in flows:
        return False
    return bool(state.memory.get("ticket")) and wanted.flow in flows[state.last.flow].after


def _is_about_the_last(state: State, wanted: Flow | None) -> bool:
    """Return whether a question is about the report or complaint that was just made, and no other one."""
    return wanted is not None and wanted.report and state.last is not None and state.last.flow == wanted.flow


def _means_the_last_thing(heard: Heard) -> bool:
    """Return whether 它 or 这个 stands in a message that names no thing itself."""
    named = heard.names_a_thing or SAID["others"](heard.text) or _NAMES_ONE(heard.text) is not None
    return _IT.search(heard.text) is not None and not named


def _is_the_fault_just_reported(state: State, wanted: Flow, heard: Heard) -> bool:
    """Return whether a fault that is spoken of is the one that has just been reported: 那我今晚看不了电视了."""
    same = state.last is not None and state.last.flow == wanted.flow and wanted.report and not wanted.tells
    return same and bool(state.memory.get("ticket")) and not SAID["another"](heard.text)


def _is_only_asked(wanted: Flow | None, heard: Heard) -> bool:
    """Return whether a question only wants to know: it starts nothing, but a look at one's own figures and a report."""
    if wanted is None:
        return True
    aspect = heard.asks_about.removeprefix("question_")
    if wanted.report:
        calm = wanted.tells and not heard.upset  # who is calm and asks does not complain
        return aspect != "why" and (calm or aspect in wanted.facts)
    if wanted.things and (heard.names_a_thing or SAID["others"](heard.text) or _NAMES_ONE(heard.text)):
        return True
    names_one = heard.names_a_thing or _NAMES_ONE(heard.text)
    if heard.signed_in and not (names_one or has_chinese(heard.text)) and heard.aspect == "other" and not wanted.asks:
        return False  # of English the engine knows the aspect less surely; a look at one's own figures does no harm
    return not wanted.talk and (wanted.asks or aspect in wanted.facts)


def _probable(flows: Flows, heard: Heard) -> Flow | None:
    """Return the flow that is likely wanted though the engine would not act on it: it reads back before it does."""
    if not heard.ranking:
        return None
    intent, share = heard.ranking[0]
    flow = flows.started_by(intent, heard.text)
    if flow is None or flow.talk:
        return None
    if not any(step.read_back or step.prove for step in flow.steps) and flow.asks and not heard.is_question:
        # It only leads to where something may be done: 那充100.
        names = any(slot.type in UNMISTAKABLE and name in _facts(flow, heard) for name, slot in flow.slots.items())
        return flow if share >= (_MAY_BE_MEANT if names else _LOOKED_UP) else None
    if not flow.asks:  # a look at one's own figures does no harm: 流量 alone is a wish for it
        said_something_else = heard.act in ("yes", "no", "talk", "later") or heard.is_question
        return flow if share >= _LOOKED_UP and not said_something_else else None
    return flow if share >= _LIKELY and heard.share("request") >= NO else None


def _begun_with(flows: Flows, heard: Heard) -> Start | None:
    """Return the flow that a value alone begins: of a ticket's number what is said beside it, else its progress."""
    plain = None
    for flow in flows.by_name.values():
        facts = {name: value for name, value in _facts(flow, heard).items() if name in flow.slots}
        if not any(flow.slots[name].type == "ticket" for name in facts):
            continue
        if any(begin.said and SAID[begin.said](heard.text) for begin in flow.starts):
            return Start(flow.flow, {**flow.given, **facts}, heard.text)
        if flow.begins_with == "ticket":
            plain = Start(flow.flow, {**flow.given, **facts}, heard.text)
    return plain


def _offered(state: State, flows: Flows, heard: Heard) -> Command | None:
    """Return what one of the choices under the last answer starts, where the message chooses one."""
    chosen = by_place(heard.text, state.offered)
    words = heard.text
    if chosen is None and consents(heard) and len(state.offered) == 1 and state.offered[0].code != "handoff":
        chosen = state.offered[0]
        words = f"{chosen.title} {heard.text}"  # 办理10GB流量包: what is chosen names what is wanted
    if chosen is None:
        chosen = _called_by_name(heard, state.offered) if heard.intent else the_one(heard.text, state.offered)
    if chosen is None:
        return None
    if chosen.code == "handoff":
        return HandOver(Reason.ASKED)
    if chosen.code.startswith(ARTICLE):
        return AskAbout("other", "", (chosen.code.removeprefix(ARTICLE),))
    if chosen.code not in flows:
        return None
    flow, missed = flows[chosen.code], str(state.memory.get("missed") or "")
    if missed:  # what was offered after it says what the message meant that was not understood
        return Start(chosen.code, _facts(flow, replace(heard, text=missed), state), missed)
    # 国际及港澳台漫游, after a question about Japan: the question names what is wanted
    if chosen.name in (flow.title, named_in(flow.title, ENGLISH)):
        words = str(state.memory.get("asked") or "")
    return Start(chosen.code, {**flow.given, **chosen.known}, words)


def _called_by_name(heard: Heard, offered: tuple[Choice, ...]) -> Choice | None:
    """Return the offered choice whose whole name stands in a message that wants something: 老客户送流量我要."""
    if heard.is_question or heard.share("no") >= NO:
        return None
    found = [each for each in offered if each.code != "handoff" and each.name in heard.text]
    return found[0] if len(found) == 1 else None


def _known_by_offer(state: State, wanted: Flow, heard: Heard) -> Mapping[str, Value]:
    """Return what was offered for a flow that is now wanted: 那充值吧, after 充值42.08元 was offered."""
    offers = [each for each in state.offered if each.code == wanted.flow]
    chosen = the_one(heard.text, offers)
    if chosen is None and len(offers) == 1 and not (heard.names_a_thing or _NAMES_ONE(heard.text)):
        chosen = offers[0]
    return chosen.known if chosen else {}


def _follows(state: State, flows: Flows, heard: Heard, wanted: Flow | None) -> Start | None:
    """Return the flow that takes up what was just shown, done or opened, or None where nothing refers to it."""
    if state.last is None or state.last.flow not in flows:
        return None
    last = flows[state.last.flow]
    own = wanted is not None and heard.confidence >= SURE and not wanted.talk
    if own and wanted and heard.names_a_thing and wanted.flow not in last.after:
        return None  # 把视频彩铃取消掉, after a complaint: it is no ticket that is called off
    for name in last.after:
        flow = flows[name]
        related = heard.intent in {begin.intent for begin in flow.starts} or (wanted and wanted.flow in last.after)
        if flow.follows and SAID[flow.follows](heard.text) and (related or not own):
            return Start(name, {**_kept(state, flow, heard.text), **_facts(flow, heard, state)}, heard.text)
    if not own and not last.asks and _OWN.search(heard.text) and not heard.is_question:
        return Start(last.flow, dict(last.given), heard.text)
    if own and wanted and wanted.flow != last.flow:
        return None
    if heard.is_question and heard.asks_about.removeprefix("question_") in last.again:
        again = {**_kept(state, last, heard.text), **_facts(last, heard, state), "again": "yes"}
        return Start(last.flow, again, heard.text)
    # A query is asked again with another month; after an order or a ticket the same words are about what it has become.
    for name in (*last.after, last.flow) if last.asks else (last.flow, *last.after):
        flow = flows[name]
        facts = _facts(flow, heard, state)
        key = next((slot for slot, spec in flow.slots.items() if spec.type in UNMISTAKABLE), None)
        if key is None or key not in facts:
            continue
        # A sum is told in many a remark; it orders something only where something is wanted.
        remark = flow.slots[key].type == "amount" and heard.act not in ("request", "answer", "correction", "yes")
        if not remark and not (heard.is_question and flow.asks):
            return Start(name, {**_kept(state, flow, heard.text), **facts}, heard.text)
    corrects = heard.share("correction") >= CORRECTION or heard.act in ("answer", "request")
    if corrects and last.asks and not own and any(spec.type == "choice" for spec in last.slots.values()):
        return Start(last.flow, dict(last.given), heard.text) if _names_a_choice(state, heard) else None
    return None


def _names_a_choice(state: State, heard: Heard) -> bool:
    """Return whether a message names one of what was last offered for choice."""
    return the_one(heard.text, tuple(Choice(**each) for each in state.memory.get("choices", ()))) is not None


def _kept(state: State, flow: Flow, text: str) -> Mapping[str, Value]:
    """Return what the memory knows for a flow that follows: the order or ticket that was talked of."""
    ticket = str(state.memory.get("ticket") or "")
    names = [name for name, spec in flow.slots.items() if spec.type == "ticket" and name == "ticket"]
    return {name: ticket for name in names if ticket and not _of_another_kind(text, ticket)}


def _of_another_kind(text: str, ticket: str) -> bool:
    """Return whether a text speaks of complaints where the ticket is a repair, or the other way round."""
    repairs, complaints = _REPAIRS.search(text) is not None, _COMPLAINTS.search(text) is not None
    return complaints and not repairs if ticket.startswith("WX") else repairs and not complaints


def _facts(flow: Flow, heard: Heard, state: State | None = None) -> dict[str, Value]:
    """Return the facts that the message brings for a flow; what needs choices is read when they are there."""
    found: dict[str, Value] = dict(flow.given_by(heard.intent))
    shown = str(state.memory.get("month") or "") if state else ""
    for name, slot in flow.slots.items():
        if slot.type in UNMISTAKABLE or slot.type == "since":
            value = read_slot(slot.type, heard, asked=False, shown=shown)
            if value is UNCLEAR:
                found[name] = "unclear"
            elif value is not None:
                found[name] = value
    return found


def _nothing(flows: Flows, heard: Heard) -> Nothing:
    likely = _likely(flows, heard)
    nearest = _nearest(flows, heard)
    near = nearest is not None and nearest.flow in likely and heard.ranking[0][1] >= _MAY_BE_MEANT
    return Nothing(likely, near, (*heard.known, *heard.near) if _rather_asks(heard) else ())


def _likely(flows: Flows, heard: Heard) -> tuple[str, ...]:
    likely = []
    for intent, _ in heard.ranking:
        flow = flows.started_by(intent, heard.text)
        if flow is not None and not flow.talk and flow.flow not in likely:
            likely.append(flow.flow)
    return tuple(likely[:_FEW])
