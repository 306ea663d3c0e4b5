"""What is said while no flow is open: a choice, a request, a question, what takes up the last matter."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from bot.dialogue import english
from bot.dialogue.commands import AskAbout, Chat, Command, HandOver, Repeat, Start
from bot.dialogue.conditions import SAID
from bot.dialogue.consent import consents
from bot.dialogue.flows import Beginning, Flow, Flows, Step
from bot.dialogue.heard import CORRECTION, NO, SURE, Heard, is_shaped
from bot.dialogue.slots import UNMISTAKABLE, Value, read_slot
from bot.dialogue.state import State
from bot.dialogue.wishes import (
    FEW,
    LOOKED_UP,
    MAY_BE_MEANT,
    NAMES_ONE,
    RATHER,
    SURELY_KNOWN,
    asks_next,
    asks_what_is_known,
    begun_by_its_words,
    begun_by_words_alone,
    breaks_off,
    called_by_name,
    facts_for,
    names_nothing,
    names_of,
    nearest_flow,
    nothing_understood,
    rather_asks,
    wanted_flow,
)
from core.amounts import alone
from core.choosing import by_place, the_one
from core.choosing import named as named_of
from core.dialogue import ARTICLE, Choice
from core.figures import named as figures_named
from core.handover import Reason
from core.language import PAUSE, has_chinese
from core.message import AskedNext
from core.romanised import romanised
from core.tickets import kind_named, kind_of
from core.wording import ENGLISH
from core.wording import named as named_in

# Characters: a deed so long says what is wanted by itself.
_A_DEED, _A_DEED_IN_PINYIN = 2, 5
# The deed of a flow that cancels what is on.
_CANCELS = "退订"
# What is asked of a figure: why it is so, or what it is.
_OF_WHAT_IT_IS = ("question_why", "question_what")
_A_PLACE = re.compile(r"[一-鿿]{2,6}(?:区|县|市|镇|路|街|大道)")
_STRAY_CODE = re.compile(r"\d{6}")
# Who likely wants something of a flow that reads back before it does anything is led into it.
_LIKELY = 0.5
_OWN = re.compile(r"自己|本人|本机|我的|这个号|我这")
_THAT_ONE = re.compile(r"这个|那个|刚才|上面|该|这|那|它|\b(?:it|this|that)\b")
# What was named last is meant by 它 and 这个, where nothing else is named.
_IT = re.compile(r"它|[这那](?:个|项)|\b(?:it|that one|this one)\b")

# What is wanted so surely goes before what may be asked next of another matter, unless that is this sure.
_SURELY_WANTED, _SURELY_NEXT = 0.8, 0.95
# A no so sure declines what was offered.
_SURELY_NOT = 0.7


def said_outside(state: State, flows: Flows, heard: Heard) -> Iterator[Command]:
    """Yield what a message says while nothing is open; what comes before everything is not looked for."""
    plain = _said_plainly(state, flows, heard)
    yield plain if plain is not None else _said_likely(state, flows, heard)


def _said_plainly(state: State, flows: Flows, heard: Heard) -> Command | None:
    """Return what a message says by its words and what was offered or shown, whatever the engine makes of it."""
    if state.offered and (place := _offered(state, flows, heard)) is not None:
        return place
    for look in (_of_the_ticket, _cancels_it, _once_more):
        if (found := look(state, flows, heard)) is not None:
            return found
    if breaks_off(heard.bare) or english.refuses(heard.bare) or _takes_no_offer(state, heard):
        return Chat("deny")
    if (titled := _titled(flows, heard)) is not None:
        return titled
    worded = begun_by_words_alone(flows, heard)
    if worded is not None and not _asks_for_something_else(flows, flows[worded.flow], heard):
        return worded
    if "stray_code" in flows and _STRAY_CODE.fullmatch(heard.bare):
        return Chat("stray_code")
    if heard.is_the_own_number and "own_number" in flows:
        return Start("own_number")
    if SAID["repeat"](heard.bare) and state.said:
        return Repeat()
    return _said_again(state, flows) if SAID["language"](heard.bare) else None


def _wanted(state: State, flows: Flows, heard: Heard) -> Flow | None:
    """Return the flow that a message is about, whether it wants it or asks about it."""
    wanted = wanted_flow(flows, heard) if heard.intent else _probable(flows, heard)
    wanted = wanted or _report_with_its_place(flows, heard)
    own = not _is_surely_known(heard) or heard.known[0].looked_up
    if wanted is None and heard.is_question and heard.signed_in and own:
        wanted = _named_by_its_words(flows, heard)
    if wanted and wanted.figure and not SAID["a_figure"](heard.text):  # 还剩多少, of what was talked of
        wanted = _figure_talked_of(state, flows) or wanted
    return wanted


def _said_likely(state: State, flows: Flows, heard: Heard) -> Command:
    """Return what a message says by what the engine reads in it and what was talked of."""
    wanted = _wanted(state, flows, heard)
    if wanted and wanted.asks and state.last and state.last.flow == wanted.flow and heard.share("no") >= NO:
        return Chat("deny")  # 先不销了, after it was offered or broken off
    known = asks_what_is_known(wanted, heard) and not _is_of_the_last(state, flows, wanted)
    told = AskAbout(heard.aspect, wanted.flow if wanted and not wanted.talk else "", names_of(heard.known))
    if (made_of := _asks_what_it_is_made_of(state, flows, heard, wanted)) is not None:
        return made_of
    if (named := _by_name(state, flows, heard, wanted)) is not None:
        return named
    if (asked := _asks_next(state, heard, wanted)) is not None:
        return AskAbout(heard.aspect, next=asked)
    if state.memory.get("article") and rather_asks(heard) and _names_only_what_is_told(state, heard):
        return AskAbout(heard.aspect, further=True)
    if known and _is_surely_known(heard):
        return told
    if (follow := _follows(state, flows, heard, wanted)) is not None:
        return replace(follow, slots={**_known_by_offer(state, flows[follow.flow], heard), **follow.slots})
    if known:
        return told
    if SAID["and_then"](heard.bare):
        asked_already = any(say.response == "utter_affirm" for say in state.said)
        return Chat("deny" if asked_already else "affirm")
    if state.sign_in and SAID["sign_in"](heard.text) and not (wanted and wanted.asks):
        return AskAbout(heard.aspect if heard.aspect == "why" else "how", "sign_in")
    if heard.is_question and wanted is None and not (state.last or state.sign_in or heard.names_a_thing):
        return nothing_understood(flows, heard)
    if rather_asks(heard) and (_is_only_asked(wanted, heard) or _is_about_the_last(state, wanted)):
        return AskAbout(heard.aspect, wanted.flow if wanted else "")
    if wanted is not None and wanted.talk:
        return Chat(wanted.flow)
    if wanted is not None and _is_the_fault_just_reported(state, wanted, heard):
        return AskAbout(heard.aspect, wanted.flow)
    if wanted is not None:
        that = _THAT_ONE.search(heard.text) is not None
        kept = _kept(state, wanted, heard.text) if that else {}
        thing = str(state.memory.get("thing") or "") if _means_the_last_thing(heard) else ""
        slots = {**_known_by_offer(state, wanted, heard), **kept, **facts_for(wanted, heard, wanted=True)}
        return Start(wanted.flow, slots, f"{thing} {heard.text}".strip())
    if (begun := _begun_with(flows, heard)) is not None:
        return begun
    if state.said and _only_remarks(heard):
        return Chat("affirm")
    return nothing_understood(flows, heard)


def _only_remarks(heard: Heard) -> bool:
    """Return whether a message is but a remark on what was said, and wants nothing: 还是原来那个好."""
    agrees = heard.share("yes") + heard.share("no")
    remarks = agrees >= LOOKED_UP and agrees + heard.share("talk") >= _SURELY_NOT
    return remarks and not heard.names_a_thing and not heard.known and not rather_asks(heard)


def _takes_no_offer(state: State, heard: Heard) -> bool:
    """Return whether nothing of what was offered is wanted, by words that want nothing else: 先留着吧."""
    wants_nothing = not heard.intent and not rather_asks(heard) and not heard.names_a_thing
    return bool(state.offered) and wants_nothing and heard.share("no") + heard.share("later") >= _SURELY_NOT


def _last(state: State, flows: Flows) -> Flow | None:
    """Return the flow that was talked of last, or None."""
    return flows.by_name.get(state.last.flow) if state.last else None


def _names_only_what_is_told(state: State, heard: Heard) -> bool:
    """Return whether a question names nothing beside what was told to stand in the way: 那宽带咋办, 要先去哪拆."""
    matter = str(state.memory.get("matter") or "")
    left = re.sub(matter, "", heard.bare) if matter else heard.bare
    return names_nothing(replace(heard, text=left or "怎么办"))


def _asks_next(state: State, heard: Heard, wanted: Flow | None) -> AskedNext | None:
    """Return the follow-up of what is talked of that a message is, or None where it is none or wants something else."""
    if not rather_asks(heard) or (asked := asks_next(state, heard)) is None:
        return None
    if state.memory.get("matter") and _names_only_what_is_told(state, heard):
        return None  # 要先去哪拆, of what stands in the way
    if wanted is None or heard.confidence < _SURELY_WANTED or _means_the_last_thing(heard):
        return asked
    if wanted.asks and (heard.intent in asked.about or asked.offer == wanted.flow):  # 有没有加油包，便宜的来一个
        return None if heard.share("request") >= MAY_BE_MEANT else asked
    return asked if asked.share >= _SURELY_NEXT else None


def _asks_for_something_else(flows: Flows, begun: Flow, heard: Heard) -> bool:
    """Return whether a newcomer's question names what a flow begins with only on the way: 想办卡，有便宜点的套餐吗."""
    wanted = wanted_flow(flows, heard)
    newcomer = begun.needs == "visitor" and heard.is_question
    return newcomer and wanted is not None and wanted is not begun and wanted.things


def _is_surely_known(heard: Heard) -> bool:
    """Return whether a question is so surely that of an article that it takes up nothing of what was talked of."""
    return rather_asks(heard) and bool(heard.known) and heard.known[0].share >= SURELY_KNOWN


def _cancels_it(state: State, flows: Flows, heard: Heard) -> Start | None:
    """Return the cancelling of what was offered to be cancelled, or told last: just cancel it, 把它退了."""
    if not (SAID["cancel_it"](heard.bare) or english.says("cancel_it", PAUSE.split(heard.bare)[-1])):
        return None
    flow = next((each for each in flows.by_name.values() if _CANCELS in each.deed), None)
    told = state.memory.get("article") or state.memory.get("thing")
    offered = [each for each in state.offered if flow and each.code == flow.flow]
    if flow is None or (len(offered) != 1 and not told):
        return None
    thing = (
        offered[0].title
        if len(offered) == 1
        else f"{state.memory.get('thing') or ''} {state.memory.get('asked') or ''}"
    )
    known = offered[0].known if len(offered) == 1 else {}
    return Start(flow.flow, {**flow.given, **known}, f"{thing.strip()} {heard.text}")


def _once_more(state: State, flows: Flows, heard: Heard) -> Start | None:
    """Return the order that was done last, where the same is wanted again: 再来一个, another one."""
    done = state.memory.get("done") or {}
    flow = flows.by_name.get(str(done.get("flow")))
    if flow is None or not SAID["once_more"](heard.bare):
        return None
    return Start(flow.flow, {**flow.given, **done["slots"]}, heard.text)


def _said_again(state: State, flows: Flows) -> Command:
    """Return what says the last answer again, in the language that it is spoken in by now."""
    last = _last(state, flows)
    if article := str(state.memory.get("article") or ""):
        return AskAbout("other", "", (article,))
    if state.last and last and not last.asks and not last.talk:
        return Start(last.flow, state.last.slots)
    return Repeat() if state.said else Chat("greet")


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
    last = _last(state, flows)
    aspect = heard.asks_about.removeprefix("question_")
    if last is None or not heard.intent or not heard.is_question or heard.names_a_thing or aspect not in last.again:
        return {}
    kinds = {begin.names for begin in last.starts if begin.names}
    return {kind: str(state.memory[kind]) for kind in kinds if state.memory.get(kind)}


def _is_surer(begin: Beginning, heard: Heard, wanted: Flow | None) -> bool:
    """Return whether what is wanted goes before what a named thing begins: an order, a complaint, a wish to look up."""
    if not heard.intent:
        return heard.urgent.get("person", 0.0) >= RATHER
    if wanted is None:
        return False
    if wanted.talk and heard.act != "talk":  # a greeting before it
        return False
    if heard.intent not in begin.over:
        return True
    if wanted.report:
        return not heard.is_question and heard.share("complaint") >= NO
    return not wanted.asks and not wanted.talk and heard.act == "request"


def _asks_what_it_is_made_of(state: State, flows: Flows, heard: Heard, wanted: Flow | None) -> Start | None:
    """Return the flow that tells what a figure that was just told is made of, where a message asks that.

    A figure is asked about by its sum (39? what for, 那6块的是什么), or, while its answer is the last one, by why it is
    so (咋欠这么多). Who orders something for the sum, or calls it wrong, does not ask.
    """
    last = _last(state, flows)
    sums = state.memory.get("figures") or ()
    if last is None or not last.made_of or not sums or SAID["accused"](heard.text) or SAID["never_ordered"](heard.text):
        return None
    made_of, shaped = flows[last.made_of], heard.is_question or is_shaped(heard.text)
    is_asked = heard.is_question and heard.asks_about in _OF_WHAT_IT_IS
    ordered = wanted is not None and (wanted.asks or wanted.report)
    if not (shaped or heard.share("question") > heard.share("request")) or (ordered and not is_asked):
        return None
    figures = figures_named(heard.text, sums)
    if not figures:
        why = heard.asks_about == "question_why" and (wanted is None or made_of.flow in wanted.after)
        known = heard.known or state.memory.get("article")
        if known or not heard.is_question or not (why or SAID["charge"](heard.text)):
            return None
        figures = tuple(sums) if len(sums) == 1 else ()
    told = {"figures": list(figures)} if figures else {}
    return Start(made_of.flow, {**facts_for(made_of, heard), **told}, heard.text)


def _figure_talked_of(state: State, flows: Flows) -> Flow | None:
    """Return the look-up of a figure that was talked of last, or that of what was just ordered."""
    last = _last(state, flows)
    if last is None:
        return None
    return last if last.figure else next((each for each in flows.by_name.values() if last.flow in each.figure_of), None)


def _titled(flows: Flows, heard: Heard) -> Start | None:
    """Return the flow whose whole title a message begins with, as on a button: 登记投诉 充值没到账.

    A message that is nothing but a word by which one flow alone is called, or its deed, begins it too: 话费, 报障.
    """
    head = PAUSE.split(heard.bare)[0]
    named = [each for each in flows.by_name.values() if not each.talk and each.starts]
    flow = next((each for each in named if head.lower() in (each.title, named_in(each.title, ENGLISH).lower())), None)
    if flow is None:
        flow = called_by_name(flows, heard) or _by_its_deed(named, heard.bare)
    if flow is None:
        return None
    return Start(flow.flow, {**flow.given_by(heard.intent), **facts_for(flow, heard)}, heard.text)


def _by_its_deed(flows: Iterable[Flow], bare: str) -> Flow | None:
    pinyin = bare.isascii() and len(bare) >= _A_DEED_IN_PINYIN
    found = [
        each
        for each in flows
        if (len(bare) >= _A_DEED and bare in each.deed) or (pinyin and bare.lower() in map(romanised, each.deed))
    ]
    return found[0] if len(found) == 1 else None


def _of_the_ticket(state: State, flows: Flows, heard: Heard) -> Command | None:
    """Return what is asked or wanted of the ticket that was just talked of: 师傅电话多少, 什么时候上门, 改大后天上午.

    A surer wish for something else goes before it.
    """
    last, wanted = _last(state, flows), wanted_flow(flows, heard)
    other = wanted is not None and not wanted.report and heard.confidence >= SURE
    ticket = state.memory.get("ticket") or read_slot("ticket", heard, asked=False)
    if last is None or not ticket or heard.names_a_thing:
        return None
    for name in (last.flow, *last.after):
        flow = flows[name]
        if "ticket" not in flow.slots or not flow.follows or not SAID[flow.follows](heard.text):
            continue
        if other and wanted and wanted not in (flow, last) and wanted.flow not in last.after:
            continue
        aspect = heard.asks_about.removeprefix("question_")
        if flow is last and heard.is_question and aspect in flow.facts:
            return AskAbout(aspect, flow.flow)
        asks = heard.is_question and not SAID["another_time"](heard.text)  # 能不能早点 is a wish
        if asks != bool(flow.begins_with):  # what is asked is looked up, what is wished is done
            continue
        facts = {name: value for name, value in facts_for(flow, heard, state).items() if name in flow.slots}
        return Start(name, {**flow.given, **_kept(state, flow, heard.text), **facts}, heard.text)
    return None


def _named_by_its_words(flows: Flows, heard: Heard) -> Flow | None:
    """Return the look-up that a question names, whichever of the likely intents it is: 我的流量包到什么时候."""
    likely = (flows.started_by(intent, heard.text) for intent, _ in heard.ranking[:FEW])
    return next((each for each in likely if each and not each.asks and begun_by_its_words(each, heard)), None)


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
    named = heard.names_a_thing or SAID["others"](heard.text) or NAMES_ONE(heard.text) is not None
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
    if not wanted.asks and wanted.needs == "subscriber" and heard.signed_in and begun_by_its_words(wanted, heard):
        return False
    if wanted.things and (heard.names_a_thing or SAID["others"](heard.text) or NAMES_ONE(heard.text)):
        return True
    names_one = heard.names_a_thing or NAMES_ONE(heard.text)
    if wanted.binds_nobody and aspect in ("how", "where"):
        return False  # 在哪充: here
    if wanted.binds_nobody and heard.aspect == "other" and facts_for(wanted, heard).keys() & wanted.slots.keys():
        return False  # 那我先交50行不
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
        polite = sum(each for name, each in heard.ranking if (talk := flows.started_by(name, "")) and talk.talk)
        return flow if flow and polite >= _SURELY_WANTED and heard.act == "talk" else None  # ok good thank you bye
    if flow.binds_nobody and not heard.is_question:
        # It only leads to where something may be done: 那充100.
        names = any(slot.type in UNMISTAKABLE and name in facts_for(flow, heard) for name, slot in flow.slots.items())
        return flow if share >= (MAY_BE_MEANT if names else LOOKED_UP) else None
    if not flow.asks:  # a look at one's own figures does no harm: 流量 alone is a wish for it
        said_something_else = heard.act in ("yes", "no", "talk", "later") or heard.is_question
        return flow if share >= LOOKED_UP and not said_something_else else None
    return flow if share >= _LIKELY and heard.share("request") >= NO else None


def _report_with_its_place(flows: Flows, heard: Heard) -> Flow | None:
    """Return the report that a message may well be, where it names the address too: 12幢1204室宽带断断续续.

    With a half day beside the address it can be hardly anything else: somebody is to come.
    """
    for intent, share in heard.ranking[:FEW]:
        flow = flows.started_by(intent, heard.text)
        if flow is None or not flow.report or heard.is_question:
            continue
        told = {flow.slots[name].type for name in facts_for(flow, heard) if name in flow.slots}
        if "address" in told and (share >= MAY_BE_MEANT or "window" in told):
            return flow
    return None


def _begun_with(flows: Flows, heard: Heard) -> Start | None:
    """Return the flow that a value alone begins: of a ticket's number what is said beside it, else its progress."""
    plain = None
    for flow in flows.by_name.values():
        facts = {name: value for name, value in facts_for(flow, heard).items() if name in flow.slots}
        if not any(flow.slots[name].type == "ticket" for name in facts):
            continue
        if any(begin.said and SAID[begin.said](heard.text) for begin in flow.starts):
            return Start(flow.flow, {**flow.given, **facts}, heard.text)
        if flow.begins_with == "ticket":
            plain = Start(flow.flow, {**flow.given, **facts}, heard.text)
    return plain


def _offered(state: State, flows: Flows, heard: Heard) -> Command | None:
    """Return what one of the choices under the last answer starts, where the message chooses one."""
    chosen = placed = by_place(heard.text, state.offered)
    words = heard.text
    only = state.offered[0] if len(state.offered) == 1 else None
    if chosen is None and only and consents(heard) and only.code != "handoff":
        if (other := _does_else(state, flows, heard)) is not None:
            return Start(other.flow, dict(other.given), heard.text)
        chosen = only
        words = f"{chosen.title} {heard.text}"  # 办理10GB流量包: what is chosen names what is wanted
    if chosen is None:
        chosen = _called_by_name(heard, state.offered) if heard.intent else the_one(heard.text, state.offered)
    if chosen is None:
        chosen = _taken_up(flows, heard, state.offered)
    if chosen is None:
        return _offered_with_a_value(state, flows, heard)
    if chosen.name not in words and not chosen.known:  # what is chosen by its place or a part is known by its name
        words = f"{chosen.title} {words}"
    if chosen.code == "handoff":
        return HandOver(Reason.ASKED)
    if chosen.code.startswith(ARTICLE):
        return AskAbout("other", "", (chosen.code.removeprefix(ARTICLE),))
    if chosen.code not in flows:
        return None
    flow, missed = flows[chosen.code], str(state.memory.get("missed") or "")
    if missed:  # what was offered after it says what the message meant that was not understood
        return Start(chosen.code, facts_for(flow, replace(heard, text=missed), state), missed)
    # 国际及港澳台漫游, after a question about Japan: the question names what is wanted
    if chosen.name in (flow.title, named_in(flow.title, ENGLISH)):
        words = str(state.memory.get("asked") or "")
    told = {} if placed else facts_for(flow, heard, state)
    clear = {name: value for name, value in told.items() if name in flow.slots and value != "unclear"}
    return Start(chosen.code, {**flow.given, **chosen.known, **clear}, words)


def _does_else(state: State, flows: Flows, heard: Heard) -> Flow | None:
    """Return the flow that was talked of, or may follow it, whose deed a yes names: 就换它, where prices are told."""
    last, offered = _last(state, flows), {each.code for each in state.offered}
    talked_of = [last, *(flows[name] for name in last.after)] if last else []
    orders = (each for each in talked_of if each.asks and each.flow not in offered)
    return next((flow for flow in orders if any(word in heard.text for word in flow.deed)), None)


def _taken_up(flows: Flows, heard: Heard, offered: tuple[Choice, ...]) -> Choice | None:
    """Return the only flow that was offered, where a message goes on with it by what it names or wants.

    A sum that was offered to be paid (give me the link for 39.43), a yes with the very wish (ok i pay. how). Who asks,
    or says no, takes nothing up.
    """
    ways = [each for each in offered if each.code in flows]
    if len(ways) != 1:
        return None
    (way,), flow = ways, flows[ways[0].code]
    if not rather_asks(heard) and any(_goes_on_with(step, heard.text) for step in flow.steps):
        return way
    if heard.share("no") >= NO:
        return None
    wanted = wanted_flow(flows, heard)
    if wanted is not None and not wanted.talk and wanted is not flow:
        return None
    if wanted is flow and heard.act == "yes":
        return way
    if wanted is flow and flow.binds_nobody and heard.asks_about in ("question_how", "question_where"):
        return way  # 在哪充, after 充值39.43元 was offered
    wishes = heard.share("request") + heard.share("answer") + heard.share("yes")
    if heard.is_question or is_shaped(heard.text) or heard.share("question") > wishes:
        return None
    sums = [value for value in way.known.values() if isinstance(value, int)]
    return way if figures_named(heard.text, sums) else None


def _goes_on_with(step: Step, text: str) -> bool:
    """Return whether a text says one of the choices of a step that does not end there: 我就要走，别拦我."""
    found = named_of(text, step.choices)
    return len(found) == 1 and found[0].code not in step.ends


def _offered_with_a_value(state: State, flows: Flows, heard: Heard) -> Start | None:
    """Return the only offered flow for which a message brings a value: yes, saturday morning; 那就周五下午吧.

    What is asked, refused, or surely wanted otherwise takes no offer.
    """
    wanted = wanted_flow(flows, heard)
    other = wanted is not None and not wanted.talk and heard.confidence >= SURE
    if rather_asks(heard) or is_shaped(heard.text) or heard.share("no") >= NO:
        return None
    found = []
    for choice in state.offered:
        flow = flows.by_name.get(choice.code)
        if flow is None or (other and wanted is not flow):
            continue
        facts = facts_for(flow, heard, state)
        if any(spec.type in UNMISTAKABLE and facts.get(name) for name, spec in flow.slots.items()):
            known = {**flow.given, **_kept(state, flow, heard.text), **choice.known, **facts}
            found.append(Start(flow.flow, known, heard.text))
    return found[0] if len(found) == 1 else None


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
    if chosen is None and len(offers) == 1 and not (heard.names_a_thing or NAMES_ONE(heard.text)):
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
            return Start(name, {**_kept(state, flow, heard.text), **facts_for(flow, heard, state)}, heard.text)
    if not own and not last.asks and _OWN.search(heard.text) and not heard.is_question:
        return Start(last.flow, dict(last.given), heard.text)
    if own and wanted and wanted.flow != last.flow:
        return None
    if heard.is_question and heard.asks_about.removeprefix("question_") in last.again:
        again = {**_kept(state, last, heard.text), **facts_for(last, heard, state), "again": "yes"}
        return Start(last.flow, again, heard.text)
    # A query is asked again with another month; after an order or a ticket the same words are about what it has become.
    for name in (*last.after, last.flow) if last.asks else (last.flow, *last.after):
        flow = flows[name]
        facts = facts_for(flow, heard, state)
        if flow is last and (slot := _wants_the_sum(flow, heard)):
            return Start(name, {**flow.given, slot: read_slot("amount", heard, asked=True)}, heard.text)
        key = next((slot for slot, spec in flow.slots.items() if spec.type in UNMISTAKABLE and slot in facts), None)
        if key is None:
            continue
        # A sum and a half day are told in many a remark; they order something only where something is wanted.
        told = flow.slots[key].type in ("amount", "window")
        remark = told and heard.act not in ("request", "answer", "correction", "yes")
        if not remark and not (heard.is_question and flow.asks):
            return Start(name, {**_kept(state, flow, heard.text), **facts}, heard.text)
    likely = nearest_flow(flows, heard) is last and heard.ranking[0][1] >= _LIKELY
    if last.asks and likely and heard.act in ("yes", "answer", "request") and NAMES_ONE(heard.text):
        return Start(last.flow, dict(last.given), heard.text)  # ok take the 5gb one, after the packs were told
    if not own and "where" in last.again and not heard.is_question and _A_PLACE.search(heard.text):
        return Start(last.flow, dict(last.given), heard.text)
    corrects = heard.share("correction") >= CORRECTION or heard.act in ("answer", "request")
    if corrects and last.asks and not own and any(spec.type == "choice" for spec in last.slots.values()):
        return Start(last.flow, dict(last.given), heard.text) if _names_a_choice(state, heard) else None
    return None


def _wants_the_sum(flow: Flow, heard: Heard) -> str:
    """Return the slot for which a message is another sum and nothing else: 2w, 那3千呢, after a top-up."""
    slots = (name for name, slot in flow.slots.items() if slot.type == "amount")
    return next(slots, "") if alone(heard.text) else ""


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
    return kind_named(text) not in (None, kind_of(ticket))
