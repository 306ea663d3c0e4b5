"""From a message to commands: what was heard, in the light of what is open. Pure; tests/dialogue has its golden table.

Where a message is misread, ask which mechanism should have read it: the acts and intents of the engine (a sentence in
data/), a slot's reader (slots.py), or a flow's data. Not a further condition here.
"""

import unicodedata
from datetime import datetime

from bot.dialogue import english
from bot.dialogue.at_a_step import YES_OR_NO, heard_at_step, proofs
from bot.dialogue.commands import Command, FirstAid, HandOver, Loss, OtherPerson, in_order
from bot.dialogue.conditions import SAID
from bot.dialogue.consent import only_asks, shaped_like_a_yes
from bot.dialogue.first_things import Circumstances, what_comes_first
from bot.dialogue.flows import Flow, Flows, Step
from bot.dialogue.heard import Heard, is_shaped, plain
from bot.dialogue.outside_flows import said_outside
from bot.dialogue.retelling import of_the_matter, retold, takes_back
from bot.dialogue.slots import phone_in
from bot.dialogue.state import Frame, State
from bot.dialogue.wishes import FEW, breaks_off, goes_on
from core.choosing import by_place
from core.language import PAUSE, has_chinese

_BUTTON = frozenset({"确认", YES_OR_NO[0].title, "confirm"})
# Characters of a message of which a clause decides; a story has many clauses. English takes twice as many.
_DECIDES = 45
# Characters: a proof with hardly a word beside it.
_PROOF_ALONE = 24
_PUNCTUATION = " ，。！、；：,.!;:"


def commands(state: State, flows: Flows, heard: Heard, about: Circumstances = Circumstances()) -> list[Command]:
    """Return what a message asks of the dialogue, what goes first first; never an empty list."""
    frame = state.top
    found = list(what_comes_first(state, flows, heard, about))
    if not any(isinstance(each, HandOver | Loss | OtherPerson | FirstAid) for each in found):
        if frame is not None and frame.open and frame.flow in flows:
            found += heard_at_step(state, flows, flows[frame.flow], frame, heard)
        else:
            found += said_outside(state, flows, heard)
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
    if breaks_off(heard.bare) or goes_on(heard.bare) or heard.bare == "确认" or english.wants_a_person(heard.bare):
        return True
    if step.read_back and (english.agrees(heard.text) or english.refuses(heard.text)):
        return True
    if step.prove and any(proofs(step, heard)):
        return len(heard.bare) <= _PROOF_ALONE
    if _asks_for_a_phone(flows[frame.flow], step) and phone_in(heard.text):
        return len(heard.bare) <= _PROOF_ALONE
    choices = YES_OR_NO if step.read_back else step.choices or frame.offers.get(step.ask, ())
    return by_place(heard.text, choices) is not None


def asks_for_digits(state: State, flows: Flows) -> bool:
    """Return whether what is open waits for a mobile number or a proof: digits that are sent are its answer."""
    if (opened := _open(state, flows)) is None:
        return False
    flow, frame = opened
    step = flow.steps[frame.at]
    return bool(step.prove) or _asks_for_a_phone(flow, step)


def _asks_for_a_phone(flow: Flow, step: Step) -> bool:
    return bool(step.ask) and flow.slots[step.ask].type == "phone"


def _open(state: State, flows: Flows) -> tuple[Flow, Frame] | None:
    """Return the flow that waits for the customer, or None."""
    frame = state.top
    return (flows[frame.flow], frame) if frame is not None and frame.open and frame.flow in flows else None


def decided_first(state: State, flows: Flows, text: str) -> tuple[str, str] | None:
    """Return the clause of a short message that decides what is open, and the rest of it; None where none does.

    取消 我要公司抬头的 is a no, and then a message of its own; so are 我说用积分换，不是花钱买 and, with the button's
    own word, 确认，然后把彩铃退了 and 确认，那要收费吗.
    """
    if (opened := _open(state, flows)) is None:
        return None
    flow, frame = opened
    whole = plain(text).strip()
    clauses = [each.strip() for each in PAUSE.split(whole) if each.strip()]
    if not 1 < len(clauses) <= FEW + 1 or len(whole) > _DECIDES * (1 if has_chinese(whole) else 2):
        return None
    if flow.steps[frame.at].read_back and _confirms(whole, clauses[0]):
        decides = 0
    else:
        no = (n for n, each in enumerate(clauses) if _calls_off(each, flow, frame))
        decides = next(no, -1)
        if _BUTTON & set(clauses[decides + 1 :]):  # 算了，先开吧，确认
            return None
        if decides >= 0 and english.stops(clauses[decides]) and f"{clauses[decides]} {clauses[-1]}" in whole:
            return None  # cancel 云盘会员: what is cancelled, and no word that breaks off
    rest = "，".join(clauses[:decides] + clauses[decides + 1 :])
    return None if decides < 0 or len(rest) < FEW else (clauses[decides], rest)


def _confirms(whole: str, first: str) -> bool:
    """Return whether a message begins with the button's own word, and what is beside it speaks not against it."""
    word, beside = first.lower(), whole.partition(first)[2]
    if word not in _BUTTON or beside.lstrip().startswith(("?", "？")):
        return False
    return shaped_like_a_yes(whole) or only_asks(beside.strip(_PUNCTUATION))


def _calls_off(clause: str, flow: Flow, frame: Frame) -> bool:
    if breaks_off(clause) or takes_back(retold(clause, flow, frame)):
        return True
    # Whoever tells what happened tells of what was called off, too.
    return bool(flow.stops) and not flow.tells and SAID[flow.stops](clause) and not is_shaped(clause)


def in_general_words(state: State, flows: Flows, text: str) -> str | None:
    """Return a message at a read-back in general words, by which its consent is read; None at any other step."""
    if (opened := _open(state, flows)) is None:
        return None
    flow, frame = opened
    return retold(of_the_matter(plain(text), frame), flow, frame) if flow.steps[frame.at].read_back else None
