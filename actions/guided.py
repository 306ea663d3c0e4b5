"""The guided check before an engineer is sent (E1, F8): what is suffered from, the next question, what was answered."""

import re
from collections.abc import Collection, Iterator

from backends.account.port import Accounts
from backends.outages.port import Outages
from backends.repair.port import Repairs
from core.chinese_time import Month
from core.choosing import the_longest
from core.dialogue import A_PERSON, END, Call, Choice, Outcome, Slots, ended, say
from core.guided_check import (
    CANNOT,
    DONE,
    OVER,
    SKIP,
    TICKET_NEEDS,
    UNKNOWN,
    Answered,
    Check,
    Checks,
    Question,
    Stop,
    checks,
    found,
    in_words,
    next_step,
    tried,
)
from core.handover import Reason
from core.wording import CHINESE

from actions.base import BY, FlowAction  # isort: skip
from actions.outages import known_fault  # isort: skip

_RESTARTED = re.compile(
    r"重启|关机|重新开机|拔(?:了|过|掉).{0,3}(?:电|插)|\b(?:restarted|rebooted|unplugged)\b", re.IGNORECASE
)
# What is meant where nothing else is said, by the kind of the fault.
_USUAL = {"broadband": "no_line"}


def answered(slots: Slots) -> tuple[Answered, ...]:
    """Return what was answered in the check so far, by what the flow knows."""
    return tuple(map(Answered.read, slots.get("answers") or ()))


def told_at_first(table: Checks, symptom: str, said: str) -> tuple[Answered, ...]:
    """Return what the first words answer already, so that it is not asked: 光猫重启过了，红灯一直亮."""
    answers = list[Answered]()
    wanted = table.symptoms[symptom]
    if _RESTARTED.search(said):
        still = next(
            code
            for code, state in table.checks[wanted.proof].states.items()
            if code not in wanted.goal and symptom not in state.as_
        )
        answers += [Answered(wanted.last, "do", DONE), Answered(wanted.proof, "look", still)]
    for name in wanted.order:
        check = table.checks[name]
        if any(noun in said for noun in check.spoken_of):
            state = the_longest(said, tuple(_states(check, CHINESE)))
            answers += [Answered(name, "look", state)] if state else []
    return tuple(answers)


def would_rather_report(call: Call) -> bool:
    """Return whether the first words ask for an engineer or a ticket, and not for help: 派个师傅来修宽带."""
    return the_longest(call.said_in_all, (_way(SKIP, call.language),)) is not None


class OfferSymptoms(FlowAction):
    """What a customer may suffer from, by the kind of the fault."""

    def __init__(self, table: Checks) -> None:
        """Offer the symptoms of `table`."""
        self._table = table

    def name(self) -> str:
        """Its name in the domain."""
        return "action_offer_symptoms"

    async def act(self, call: Call) -> Outcome:
        """Offer them; of a home line that is not said to be slow nothing is asked."""
        kind = call.slots["fault_kind"]
        choices = tuple(
            Choice(code, symptom.title[call.language], symptom.words)
            for code, symptom in self._table.symptoms.items()
            if symptom.kind == kind
        )
        named = the_longest(call.said_in_all, choices)
        usual = _USUAL.get(str(kind))
        return Outcome(choices=choices, slots={"symptom": named or usual} if named or usual else {})


class NextCheck(FlowAction):
    """What is asked next; what the systems know goes before any question."""

    ways = (OVER, "which")

    def __init__(self, table: Checks, accounts: Accounts, repairs: Repairs, outages: Outages) -> None:
        """Check by `table`; look into the systems first."""
        self._table, self._accounts, self._repairs, self._outages = table, accounts, repairs, outages

    def name(self) -> str:
        """Its name in the domain."""
        return "action_next_check"

    async def act(self, call: Call) -> Outcome:
        """Say what is known, or ask, or end."""
        answers, symptom = answered(call.slots), str(call.slots["symptom"])
        if self._table.symptoms[symptom].kind != call.slots["fault_kind"]:  # it was corrected meanwhile
            return Outcome((), "which", {"symptom": None, "answers": None, "told_before": None})
        first = call.slots.get("told_before") is None
        if first and (known := await self._known(call, symptom)) is not None:
            return known
        if first:
            answers = told_at_first(self._table, symptom, call.said_in_all)
        step = next_step(self._table, symptom, answers)
        if isinstance(step, Stop):
            return self._ended(call, step, answers)
        check = self._table.checks[step.check]
        asked = {"check": step.check, "asks": step.asked, "question": _question(check, step, call.language)}
        before = [name for name in TICKET_NEEDS if call.slots.get(name) is not None]
        checked = in_words(self._table, answers, CHINESE) or None
        kept = {"answers": [each.written() for each in answers], "told_before": before, "checked": checked}
        return Outcome((say("utter_check_begins"),) if first else (), slots={**asked, **kept, "answer": None})

    def _ended(self, call: Call, stop: Stop, answers: tuple[Answered, ...]) -> Outcome:
        how = {"solved": "solved", "ticket": "ticket"}.get(stop.how, "handed_over")
        told = {"check_done": how, "tried": list(tried(answers)), "found": found(answers)}
        match stop.how:
            case "solved":
                return Outcome((say("utter_check_solved", custom=told),), END)
            case "hall":
                choices = (Choice("replace_sim", ""), Choice("halls", ""), A_PERSON)
                return Outcome((say("utter_check_hall", choices=choices, custom=told),), END)
            case "person":
                return Outcome((say("utter_check_person", custom=told),), hand_over=Reason.BOT_FAILED)
        return Outcome((say("utter_check_ticket", custom=told),), OVER, {"check": OVER, "answer": None})

    async def _known(self, call: Call, symptom: str) -> Outcome | None:
        """Return what the systems say of a symptom, where they explain it."""
        facts = self._table.symptoms[symptom].facts
        place = await self._place(call) if "outage" in facts else ""
        if place and (known := await known_fault(self._repairs, self._outages, call, place)) is not None:
            return known
        if "no_allowance" in facts:
            usage = await self._accounts.usage(call.subscriber, Month.of(call.at.date()), BY)
            if usage.data_mb and usage.data_used_mb >= usage.data_mb:
                return ended("utter_check_no_allowance", choices=(Choice("buy_data_pack", ""), A_PERSON))
        return None

    async def _place(self, call: Call) -> str:
        """Return where the fault is: what was told, else where the own home line is; "" where nobody knows."""
        if told := call.slots.get("address"):
            return str(told)
        if call.slots["fault_kind"] == "mobile":
            return ""
        line = await self._accounts.broadband(call.subscriber, BY)
        return line.address if line else ""


class OfferStates(FlowAction):
    """What may be answered to the question of the check."""

    def __init__(self, table: Checks) -> None:
        """Offer the states of `table`."""
        self._table = table

    def name(self) -> str:
        """Its name in the domain."""
        return "action_offer_states"

    async def act(self, call: Call) -> Outcome:
        """Offer them, and the ways out."""
        check = self._table.checks[str(call.slots["check"])]
        return Outcome(choices=tuple(_choices(check, str(call.slots["asks"]), call.language)))


class HearCheck(FlowAction):
    """Keeps what was answered."""

    ways = ("again", OVER)

    def name(self) -> str:
        """Its name in the domain."""
        return "action_hear_check"

    async def act(self, call: Call) -> Outcome:
        """Keep it, and go on; or leave the check where the customer would rather have an engineer."""
        answers, answer = answered(call.slots), call.slots.get("answer")
        if answer in (None, SKIP):  # what the ticket needs was told in place of an answer
            told = {"check_done": "given_up", "tried": list(tried(answers)), "found": found(answers)}
            said = (say("utter_check_skipped", custom=told),) if answer else ()
            return Outcome(said, OVER, {"check": OVER, "answer": None})
        asked = Answered(str(call.slots["check"]), "do" if call.slots["asks"] == "do" else "look", str(answer))
        return Outcome((), "again", {"answers": [each.written() for each in (*answers, asked)], "answer": None})


def _question(check: Check, step: Question, language: str) -> str:
    asked = (check.look if step.asked == "look" else check.do)[language]
    if not check.how or step.asked == "look" or language != CHINESE:
        return asked
    return f"{asked}\n" + "；".join(f"{device}：{where}" for device, where in check.how.items())


def _choices(check: Check, asks: str, language: str) -> Iterator[Choice]:
    if asks == "do":
        for code in (DONE, CANNOT):
            yield _way(code, language)
    else:
        states = tuple(_states(check, language))
        yield from states
        yield _way(UNKNOWN, language, frozenset(word for each in states for word in each.words))
    yield _way(SKIP, language)


def _states(check: Check, language: str) -> Iterator[Choice]:
    for code, state in check.states.items():
        if not state.hidden:
            yield Choice(code, state.called(language), (*state.words, state.title, state.en.lower()))


def _way(code: str, language: str, taken: Collection[str] = ()) -> Choice:
    """Return a way out of a question; `taken` words are those of a state: Wi-Fi that is 找不到 is not unknown."""
    way = checks().ways[code]
    return Choice(code, way.title[language], tuple(each for each in way.words if each not in taken))
