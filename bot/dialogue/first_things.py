"""What comes before everything: harm, fraud, a death, a loss, a person, another person's number (M10, M13)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.dialogue import english
from bot.dialogue.commands import Command, FirstAid, HandOver, Loss, OtherPerson
from bot.dialogue.conditions import SAID
from bot.dialogue.flows import Flow, Flows, Step
from bot.dialogue.heard import OTHER_PERSON, SURELY_ANGRY, Heard
from bot.dialogue.state import State
from bot.dialogue.wishes import RATHER, nearest_flow, rather_asks, wants_another
from core.handover import ASKED_CONFIDENCE, Reason
from core.topics import defrauded, risky, threatens

# What stops a lost phone; there a loss is told of once more, and a fraud is what is feared.
STOPS_LOST = ("stop_lost", "stop_lost_visitor")
# The article of which more may be asked, once the rule, the warning or the way was told.
TOLD_OF: Mapping[str, str] = {"other": "proxy", "bereaved": "owner_died", "fraud": "fraud_after"}
# Complaints, opinions and thanks tell of other people and their numbers without wanting anything done for them.
_TELLS_OF_OTHERS = ("complaint_", "suggestion", "praise", "abuse", "chitchat", "greet", "thanks", "goodbye", "out_of")
_OUR_HOME = ("我家", "俺家", "我们家", "家里")
# Whoever tells what happened speaks of phones too: 工作人员一直玩手机.
_LOST_IN_A_STORY = 0.95
# Anger is believed of who complains or wants something, and not of a plain question or answer.
_MAY_BE_ANGRY = ("complaint", "request", "doubt", "no", "later", "")
# Who answers is not more dissatisfied than before.
_ANSWERS = ("answer", "yes", "no", "talk", "correction")
_NO_PERSON = re.compile(
    r"(?:不用|不要|不想|不必|别)(?:再|给我|帮我)?(?:转|找|接)?人工|人工.{0,4}(?:不用|不要|算了)"
    r"|\b(?:personal(?:ly)?|in person)\b"
)


@dataclass(frozen=True)
class Circumstances:
    """What the turn knows of who is writing.

    worsening  the last messages were all dissatisfied
    senior     of an age that is offered a person at the first message, and gets one at the first miss (M10, R6)
    """

    worsening: bool = False
    senior: bool = False


def what_comes_first(state: State, flows: Flows, heard: Heard, about: Circumstances) -> Iterator[Command]:
    """Yield what comes before everything: harm, fraud, a death, a loss, a person, another person's number."""
    flow = state.top.flow if state.top else ""
    if heard.urges("harm") or risky(heard.text):
        yield HandOver(Reason.RISK)
    if (heard.urges("fraud") or defrauded(heard.text)) and flow not in STOPS_LOST:
        yield FirstAid("fraud")
    if heard.whose.get("bereaved", 0.0) >= OTHER_PERSON:
        yield FirstAid("bereaved")
    telling = flow in flows and flows[flow].tells
    lost = heard.urgent.get("loss", 0.0) >= _LOST_IN_A_STORY if telling else heard.urges("loss")
    if lost and flow not in STOPS_LOST:
        # Somebody else's lost phone is stopped by its owner; the own one is never stopped in its place. A visitor is
        # asked which number it is, and for its owner's proof.
        another = heard.signed_in and heard.whose.get("other", 0.0) >= RATHER
        yield OtherPerson() if another else Loss(heard.text)
    if threatens(heard.text):
        yield HandOver(Reason.THREAT, _complaint(heard))
    elif heard.upset >= 2 and heard.anger >= SURELY_ANGRY and heard.act in _MAY_BE_ANGRY:
        yield HandOver(Reason.ANGRY, _complaint(heard))
    elif wants_a_person(heard) and not _wants_the_engineer(state, flows, heard):
        yield HandOver(Reason.ASKED, _complaint(heard))
    elif about.worsening and not _complains(heard, telling) and heard.act not in _ANSWERS:
        yield HandOver(Reason.WORSENING, _complaint(heard))
    if _about_another(state, flows, heard) and not _only_the_rule_is_asked(heard):
        wanted = nearest_flow(flows, heard)
        yield OtherPerson(wanted.flow if wanted and not wanted.talk and not wanted.asks else "")


def wants_a_person(heard: Heard) -> bool:
    """Return whether a person is asked for, in whatever words (M10)."""
    wanted = heard.urges("person") or (heard.intent == "handoff" and heard.confidence >= ASKED_CONFIDENCE)
    return (wanted and _NO_PERSON.search(heard.text) is None) or english.wants_a_person(heard.text)


def _wants_the_engineer(state: State, flows: Flows, heard: Heard) -> bool:
    """Return whether the person who is wanted is the one whom the open flow sends: 下午来个人看看."""
    flow = flows.by_name.get(state.top.flow) if state.top else None
    sends = flow is not None and any(slot.type == "window" for slot in flow.slots.values())
    return sends and SAID["somebody_comes"](heard.text)


def _complaint(heard: Heard) -> str:
    return heard.intent if heard.intent.startswith("complaint_") else ""


def _complains(heard: Heard, telling: bool) -> bool:
    """Return whether a complaint is being made: nobody is content who makes one, and it is read back to be filed."""
    return telling or SAID["complains"](heard.text)


def _asks_for_a_number(flow: Flow, step: Step) -> bool:
    return bool(step.ask) and flow.slots[step.ask].type in ("phone", "text")


def _about_another(state: State, flows: Flows, heard: Heard) -> bool:
    if heard.intent.startswith(_TELLS_OF_OTHERS) or not heard.signed_in:
        return False
    frame = state.top
    if frame is not None and frame.open and frame.flow in flows:
        step = flows[frame.flow].steps[frame.at]
        # Whoever tells what happened tells of others; whoever is asked for a number gives one.
        if (flows[frame.flow].tells or _asks_for_a_number(flows[frame.flow], step)) and not wants_another(
            flows, flows[frame.flow], heard
        ):
            return False
    if heard.names_another_number:
        return True
    if frame is not None and frame.open and frame.flow in flows and flows[frame.flow].others:
        return False
    wanted = nearest_flow(flows, heard)
    if wanted is not None and wanted.others:
        return False
    return heard.is_about_another and not heard.bare.startswith(_OUR_HOME)


def _only_the_rule_is_asked(heard: Heard) -> bool:
    """Return whether a question about somebody else is one that anybody may be answered: 我妈的号能过户给我吗."""
    return bool(heard.known) and rather_asks(heard) and not heard.names_another_number
