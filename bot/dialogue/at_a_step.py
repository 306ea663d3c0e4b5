"""What is said at a step of an open flow: its answer, yes or no, a question, another request, talk."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.dialogue import english
from bot.dialogue.commands import (
    Answer,
    AskAbout,
    Chat,
    Command,
    Consent,
    Correct,
    Doubt,
    Grumble,
    Prove,
    Refuse,
    Remark,
    Resume,
    SendAgain,
    Start,
    Unclear,
)
from bot.dialogue.conditions import SAID
from bot.dialogue.consent import SURELY_YES, consents
from bot.dialogue.first_things import STOPS_LOST
from bot.dialogue.flows import Flow, Flows, Slot, Step
from bot.dialogue.heard import CORRECTION, DOUBT, NO, SURE, Heard, is_shaped
from bot.dialogue.retelling import of_the_matter, retold, takes_back
from bot.dialogue.slots import UNCLEAR, UNMISTAKABLE, Value, asked_for_unclear, names_it_wrong, read_slot
from bot.dialogue.state import Frame, State
from bot.dialogue.wishes import (
    FEW,
    LOOKED_UP,
    NAMES_ONE,
    RATHER,
    SURELY_KNOWN,
    asks_next,
    asks_what_is_known,
    begun_by_words_alone,
    breaks_off,
    called_by_name,
    facts_for,
    goes_on,
    names_nothing,
    names_of,
    nearest_flow,
    nothing_understood,
    wanted_flow,
    wants_another,
)
from core.choosing import by_place, the_one
from core.choosing import named as named_of
from core.dialogue import Choice
from core.identifiers import identifiers
from core.language import PAUSE

# What is said to a read-back by a button, or by its number.
YES_OR_NO = (
    Choice("yes", "确认办理", ("确认",)),
    Choice("no", "不办理", ("取消",)),
)
# The deed of a flow that cancels what is on: there 不要了 orders.
_CANCELS = "退订"
# A number, or a name with one in it, that is put right.
_PART = r"\d+[\u4e00-\u9fff]?"
_NOT_THIS = re.compile(
    rf"(?:不是|错了?)[，, ]*(?P<wrong>{_PART})(?<![是，,])[，, ]*(?:而?是|应该是|改成)[，, ]*"
    rf"(?P<right>{_PART})(?=$|[，。, 吧的])"
)
_CODE = re.compile(r"(?<!\d)\d{3}[ -]?\d{3}(?!\d)")
_AGAIN = re.compile(r"重新发|再发|重发|没收到|收不到|没有收到|没有?验证码|码.{0,4}(?:过期|失效|没)|^(?:过期|失效)了?$")
_LIKE_AN_ID = re.compile(r"\d{14,17}[\dXx]|\d{15,}")
# Characters: a question so short tells nothing.
_A_QUESTION = 12
_FREE: frozenset[str] = frozenset({"text", "since", "place", "house", "company"})
# What is spoken of by its name, so that one that can't be read is no chance.
_NAMED_FOR_SURE: frozenset[str] = frozenset({"company", "tax_number"})
# While words of any kind are asked for, only a very sure request is none of them.
_VERY_SURE = 0.85
# At a question of ours a no must be plainer than at a read-back: 试过了不行 is none.
SURE_NO = 0.65
# A follow-up so sure is no other request.
_SURELY_NEXT = 0.8
# What is asked so is asked of what was named, and not of what is read back.
_OF_THE_QUERY = ("question_what", "question_other")
_BEGAN = re.compile(r"开始|[从自].{1,8}起|[坏断卡]的")
_THE_ONE = re.compile(
    r"(?:就|是|对).{0,3}(?:这|那|它|登记)|没错|老地方|登记的|^(?:嗯|对|是|好|行|可以|ok)+[的吧呀啊]?$", re.IGNORECASE
)


def _breaks_off_at_the_end(bare: str) -> bool:
    """Return whether the last clause of a message breaks off: 不行，要单位抬头，先取消吧."""
    return breaks_off(PAUSE.split(bare)[-1])


def heard_at_step(state: State, flows: Flows, flow: Flow, frame: Frame, heard: Heard) -> Iterator[Command]:
    """Yield what a message says at the step that is open; what comes before everything is not looked for."""
    step = flow.steps[frame.at]
    if step.prove:
        yield from proofs(step, heard)
    if step.read_back:
        place = by_place(heard.text, YES_OR_NO)
        if place is not None or heard.bare in ("确认", "取消"):
            yield Consent() if heard.bare == "确认" or (place and place.code == "yes") else Refuse()
            return
        if english.agrees(heard.text) or english.refuses(heard.text):
            yield Consent() if english.agrees(heard.text) else Refuse()
            return
    if step.read_back and any(any(proofs(each, heard)) for each in flow.steps if each.prove != "code"):
        yield Resume()  # the proof of who agrees is no yes yet
        return
    if step.options and (place := by_place(heard.text, step.choices)) is not None:
        yield Answer({step.ask: place.code})
        return
    if (found := seen(flow, frame, step, heard)) is not None:
        yield found
        return
    if _breaks_off_at_the_end(heard.bare) or (flow.stops and SAID[flow.stops](heard.text) and not heard.is_question):
        yield Refuse()
        return
    if goes_on(heard.bare) or SAID["language"](heard.bare):
        yield Resume()
        return
    if (instead := _instead_with_the_ticket(flows, flow, frame, heard)) is not None:
        yield instead
        return
    said = retold(heard.text, flow, frame)
    if (flow.tells or step.ask) and takes_back(said):  # before words are looked for in it that would be an answer
        yield Refuse()
        return
    interruption = _interrupts(flows, flow, frame, step, heard)
    told = _values(state, flow, frame, step, heard, sure=interruption is not None)
    anew = _asked_anew(flow, frame, step, heard)
    if anew and not any(isinstance(each, Answer | Correct) and _brings(flow, each, anew) for each in told):
        yield Correct(dict.fromkeys(anew))
        return
    yield from told
    if any(isinstance(each, Answer | Correct | Unclear) for each in told):
        return
    yield from _said_at(state, flows, flow, heard, said, interruption)


def seen(flow: Flow, frame: Frame, step: Step, heard: Heard) -> Answer | None:
    """Return what a customer has found who was asked to look at something: 不亮 and 没有 are no refusals there."""
    if not step.ask or flow.slots[step.ask].type != "look":
        return None
    choices = frame.offers.get(step.ask, ())
    place = by_place(heard.text, choices)
    if place is not None:
        return Answer({step.ask: place.code})
    told = heard.text.rstrip("呢 。.!！~")  # 开着呢 tells, and asks nothing
    found = None if is_shaped(told) else read_slot("look", heard, asked=True, choices=choices)
    return None if found is None else Answer({step.ask: found})


def _instead_with_the_ticket(flows: Flows, flow: Flow, frame: Frame, heard: Heard) -> Start | None:
    """Return what is rather to be done with the ticket of the open flow, in the words that would begin it afterwards.

    取消报修吧，已经好了, while its visit is being moved.
    """
    ticket = frame.slots.get("ticket")
    if not ticket or heard.is_question:
        return None
    for name in flow.after:
        other = flows[name]
        if name != flow.flow and "ticket" in other.slots and other.follows and SAID[other.follows](heard.text):
            return Start(name, {**other.given, "ticket": ticket}, heard.text)
    return None


def _said_at(
    state: State, flows: Flows, flow: Flow, heard: Heard, said: str, interruption: Start | None
) -> Iterator[Command]:
    """Yield what a message says at a step that names no value: yes, no, a question, another request, talk.

    said  the message in general words
    """
    frame = state.top
    assert frame is not None
    step = flow.steps[frame.at]
    named = said != heard.text  # it speaks of the matter at hand, and of no other
    remarked = _remarked(flow, heard)
    called = called_by_name(flows, heard)
    if called is not None and called is not flow and not _says_again(flow, frame, heard):
        yield Start(called.flow, dict(called.given), heard.text)
    elif step.read_back and (also := _another_too(flow, frame, heard)) is not None:
        yield also
    elif step.read_back and not of_the_matter(heard.text, frame):  # 香港的不要了: what was read back is not refused
        yield Resume()
    elif step.read_back and _agrees(flows, flow, frame, heard):
        yield Consent()
    elif remarked is not None and step.prove:  # why there is no proof: 我记不住密码
        yield remarked
    elif takes_back(said) or heard.share("no") >= (NO if step.read_back else SURE_NO):
        yield Refuse()
    elif heard.share("later") >= NO:
        yield Refuse(later=True)
    elif step.prove == "code" and (_AGAIN.search(heard.text) or english.wants_the_code_again(heard.text)):
        yield SendAgain()
    elif (
        heard.is_question
        and not _answers(flow, frame, heard)
        and (asked := asks_next(state, heard)) is not None
        and (interruption is None or asked.share >= _SURELY_NEXT)
    ):
        yield AskAbout(heard.aspect, next=asked)
    elif interruption is not None and not (remarked and step.read_back):
        yield interruption
    elif remarked is not None:
        yield remarked
    elif heard.is_question:
        wanted = nearest_flow(flows, heard) if not named and heard.ranking and heard.ranking[0][1] >= RATHER else None
        other = wanted is not None and not wanted.talk and wanted.flow != flow.flow
        own = _names_the_matter_alone(flow, heard, said) or _is_of_the_terms(flow, frame, heard, named)
        articles = () if own else names_of(heard.known)
        yield AskAbout(_aspect(flow, frame, heard), wanted.flow if wanted and other else "", articles)
    elif heard.urges("loss"):  # it is what is being done
        yield Resume()
    elif heard.share("doubt") >= DOUBT and (step.read_back or step.prove):
        yield Doubt()
    elif heard.upset or heard.share("complaint") >= DOUBT:
        yield Grumble()
    elif heard.intent in ("affirm", "deny"):  # 嗯 to a question that it does not answer
        yield Resume()
    elif (chat := wanted_flow(flows, heard)) is not None and chat.talk:
        yield Chat(chat.flow)
    elif _is_the_same(wanted_flow(flows, heard), flow) or _says_again(flow, frame, heard) or _is_of_it(flow, heard):
        yield Resume()
    else:
        yield nothing_understood(flows, heard)


def _another_too(flow: Flow, frame: Frame, heard: Heard) -> Start | None:
    """Return the same for another of the things that were offered, which is wanted too: 来电显示也不要了."""
    refused = _CANCELS not in flow.deed and SAID["not_wanted"](heard.text)
    if "也" not in heard.text or heard.is_question or refused:
        return None
    for slot, choices in frame.offers.items():
        found = [each for each in named_of(heard.text, choices) if each.code != frame.slots.get(slot)]
        if len(found) == 1:
            return Start(flow.flow, {**flow.given, slot: found[0].code}, heard.text)
    return None


def _names_the_matter_alone(flow: Flow, heard: Heard, said: str) -> bool:
    """Return whether a question names nothing beside the matter of the flow: 129都包啥, 多久恢复, 从啥时候算."""
    left = "".join(part for part in re.split("|".join(map(re.escape, flow.matter)) or "$", said) if part)
    return names_nothing(replace(heard, text=left or said))


def _is_of_the_terms(flow: Flow, frame: Frame, heard: Heard, named: bool) -> bool:
    """Return whether the terms of the flow answer a question better than an article of its matter does.

    What is in a thing that is not named an article tells, if it surely does: 一天多少流量.
    """
    if not _answers(flow, frame, heard) or not (named or _is_about(flow, heard)):
        return False
    contents = heard.aspect == "what" and not named
    return not (contents and heard.known and heard.known[0].share >= SURELY_KNOWN)


def _is_the_same(wanted: Flow | None, flow: Flow) -> bool:
    """Return whether what is wanted is what is being done: to stop a number that is being stopped as a lost one."""
    if wanted is None or wanted is flow:
        return wanted is flow
    return flow.flow in STOPS_LOST and wanted.given.get("kind") == flow.given["kind"]


def _is_of_it(flow: Flow, heard: Heard) -> bool:
    """Return whether a message names what comes later in the flow: the proof, or who comes to the house."""
    proves = any(step.prove not in ("", "code") for step in flow.steps) and SAID["a_proof"](heard.text)
    sends = any(slot.type == "window" for slot in flow.slots.values()) and SAID["somebody_comes"](heard.text)
    return proves or sends


def _says_again(flow: Flow, frame: Frame, heard: Heard) -> bool:
    """Return whether a message names a value again that is known already."""
    if any(_names_the_known(slot, name, frame, heard, _options(flow, name)) for name, slot in flow.slots.items()):
        return True
    known = {name: slot for name, slot in flow.slots.items() if slot.type in UNMISTAKABLE and frame.slots.get(name)}
    return any(read_slot(slot.type, heard, asked=False) == frame.slots[name] for name, slot in known.items())


def _agrees(flows: Flows, flow: Flow, frame: Frame, heard: Heard) -> bool:
    """Return whether a message agrees to what was read back; what it refuses of other things speaks not against it."""
    left = of_the_matter(heard.text, frame)
    said = retold(left, flow, frame)
    if not left or not consents(heard if left == heard.text else replace(heard, text=left), said) or takes_back(said):
        return False
    if heard.share("complaint") >= NO:
        return False
    if said != heard.text:  # it speaks of the matter at hand, and of no other
        return True
    return heard.consent >= SURELY_YES or not wants_another(flows, flow, heard)


def _remarked(flow: Flow, heard: Heard) -> Remark | None:
    """Return the remark that a flow has a word for, or None."""
    return next((Remark(response) for said, response in flow.hears.items() if SAID[said](heard.text)), None)


def proofs(step: Step, heard: Heard) -> Iterator[Command]:
    """Yield the proof that a message brings, where the step wants one: a code, a service password, an ID number."""
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
    worded = None if flow.tells else begun_by_words_alone(flows, heard)
    if worded is not None and worded.flow != flow.flow and flows[worded.flow].tells:  # 师傅没来，我要投诉
        return worded
    wanted = wanted_flow(flows, heard)
    if wanted is None or wanted.talk or _is_the_same(wanted, flow):
        return None
    kind = flow.slots[step.ask].type if step.ask else ""
    least = _VERY_SURE if kind in _FREE else SURE
    if heard.confidence < least:
        return None
    # What is known is told in between, and so is another thing's figure.
    if asks_what_is_known(wanted, heard) or (heard.is_question and wanted.things and NAMES_ONE(heard.text)):
        return None
    # How much is in what is being ordered is no figure of one's own: 一天多少流量.
    if heard.is_question and wanted.figure and step.read_back and not SAID["own_figure"](heard.text):
        return None
    # What is asked about the matter at hand is answered from it; a figure of one's own is looked up.
    if heard.is_question and (wanted.asks or (_answers(flow, frame, heard) and heard.act not in _OF_THE_QUERY)):
        return None
    # A noun alone (宽带) is no request in the middle of another.
    if (wanted.asks or kind == "text") and heard.share("request") < NO:
        return None
    return Start(wanted.flow, facts_for(wanted, heard), heard.text)


def _is_about(flow: Flow, heard: Heard) -> bool:
    """Return whether the likeliest article is about what a flow does: the flow's own terms are nearer than it."""
    intents = {begin.intent for begin in flow.starts}
    return bool(heard.known) and (heard.known[0].offer == flow.flow or bool(heard.known[0].about & intents))


def _aspect(flow: Flow, frame: Frame, heard: Heard) -> str:
    """Return what a question asks about: until when something lasts is not when it begins: 什么时候到期."""
    lasts = "duration" in flow.facts or bool(frame.proposal and "duration" in frame.proposal.facts)
    return (
        "duration" if lasts and heard.aspect in ("when", "other") and SAID["until_when"](heard.text) else heard.aspect
    )


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
            if known and (other := _chosen_anew(options, known, heard)) not in (None, known):
                corrected[name] = other
            continue
        if not asked and slot.type == "since" and (_BEGAN.search(heard.text) if known else step.ask):
            if (since := read_slot("since", heard, asked=False)) not in (None, known):
                (corrected if known else answers)[name] = since
            continue
        named_anew = slot.type == "phone" and known
        if not asked and slot.type not in UNMISTAKABLE and name not in frame.offers and not named_anew:
            if slot.story and step.read_back and not sure and _adds_to_the_story(flow, frame, heard):
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
                unclear.append(Unclear(name, asked_for_unclear(slot, heard.text)))
            elif slot.type in _NAMED_FOR_SURE and frame.proposal:  # a wrong one in the place of what was read back
                corrected[name] = "unclear"
            elif slot.type in _NAMED_FOR_SURE and known is None:  # it was given, and is not asked for as if it were not
                answers[name] = "unclear"
        elif found is None or found == known or (not asked and _is_part_of(found, known)):
            continue
        elif known is None or asked:
            answers[name] = found
        else:
            corrected[name] = found
    if not (answers or corrected) and (other := _other_part(frame, heard.text)):
        corrected = other
    return _commands_for(frame, step, heard, sure=sure, answers=answers, corrected=corrected) or unclear


def _chosen_anew(options: Sequence[Choice], known: Value, heard: Heard) -> Value:
    """Return the option that is named in the place of a known one, or None; the known one may be named again."""
    exact = next((each.code for each in options if heard.bare in (each.title, *each.words)), None)
    if exact or heard.share("correction") < CORRECTION:
        return exact
    return read_slot("choice", heard, asked=False, choices=options, known=known)


def _commands_for(
    frame: Frame, step: Step, heard: Heard, *, sure: bool, answers: dict[str, Value], corrected: dict[str, Value]
) -> list[Command]:
    """Return what is commanded by values that were named, an empty list where it is nothing."""
    if frame.proposal and answers and step.read_back:  # what was read back did not have it
        corrected = {**answers, **corrected}
    if corrected and (frame.proposal or heard.share("correction") >= CORRECTION or not answers):
        return [Correct({**answers, **corrected})]
    if step.ask and step.ask in answers:
        return [Answer(answers)]
    return [Answer(answers)] if answers and not sure else []


def _other_part(frame: Frame, text: str) -> dict[str, Value]:
    """Return what is known with a part of it put right: 不是1204 是1402, of 12幢3单元1204室."""
    if (found := _NOT_THIS.search(text)) is None:
        return {}
    wrong, right = found["wrong"], found["right"]
    fits = [name for name, value in frame.slots.items() if isinstance(value, str) and value.count(wrong) == 1]
    return {name: str(frame.slots[name]).replace(wrong, right) for name in fits} if len(fits) == 1 else {}


def _is_part_of(said: Value, known: Value) -> bool:
    """Return whether an address, or whatever else is known in words, is only named in short: 幸福路的，来修吧."""
    if not isinstance(said, str) or not isinstance(known, str):
        return False
    before, found, _ = known.partition(said)
    return bool(found) and not (before[-1:].isdigit() and said[:1].isdigit())


def _asked_anew(flow: Flow, frame: Frame, step: Step, heard: Heard) -> list[str]:
    """Return what a message says is wrong or to be changed, and names without a value: 地址不对, change the time.

    A house belongs to its address, and is asked anew with it.
    """
    known = {name: slot for name, slot in flow.slots.items() if name in frame.slots and name != step.ask}
    known = {name: slot for name, slot in known.items() if not _names_the_known(slot, name, frame, heard)}
    wrong = [name for name, slot in known.items() if names_it_wrong(slot, heard.text, flow.deed)][:1]
    if not wrong and SAID["another_time"](heard.text):  # 能早点来吗
        wrong = [name for name, slot in known.items() if slot.type == "window"]
    houses = [name for name, slot in known.items() if slot.type == "house" and name not in wrong]
    return wrong + (houses if any(known[name].type == "address" for name in wrong) else [])


def _names_the_known(slot: Slot, name: str, frame: Frame, heard: Heard, options: Sequence[Choice] = ()) -> bool:
    """Return whether a message names the thing that is known, so that it is not wrong: 我说的是日本这个包."""
    choices = frame.offers.get(name, ()) or options
    if slot.type != "choice" or not choices:
        return False
    found = the_one(heard.text, choices)
    return found is not None and found.code == frame.slots.get(name)


def _brings(flow: Flow, told: Answer | Correct, names: Sequence[str]) -> bool:
    """Return whether a message brings one of the values by itself; words that were added to a story bring none."""
    return any(name in told.slots and not flow.slots[name].story for name in names)


def _puts_it_as_a_wish(heard: Heard) -> bool:
    """Return whether a choice is rather made than asked about: 换59的行不行, not 59的有多少流量."""
    return heard.aspect == "other" or heard.share("request") + heard.share("answer") >= LOOKED_UP


def _options(flow: Flow, slot: str) -> tuple[Choice, ...]:
    """Return the choices that are written in the flow for a slot."""
    return next((step.choices for step in flow.steps if step.ask == slot and step.options), ())


def _is_no_answer(heard: Heard, kind: str) -> bool:
    """Return whether a message is no account of anything, where any words would be taken for one."""
    if heard.share("no") >= NO or heard.share("later") >= NO:
        return True
    # Whoever tells what happened asks too, at length: 为什么多扣我20块. 能退不 asks, and tells nothing.
    return heard.is_question and (kind != "text" or (len(heard.bare) <= _A_QUESTION and heard.aspect != "why"))


def _adds_to_the_story(flow: Flow, frame: Frame, heard: Heard) -> bool:
    if (
        consents(heard, retold(heard.text, flow, frame))
        or heard.is_question
        or heard.share("no") >= NO
        or heard.share("later") >= NO
    ):
        return False
    return heard.act != "talk" and len(heard.bare) > FEW
