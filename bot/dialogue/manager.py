"""The dialogue manager: a state and what was heard go in, a state and what to do and say come out.

    move = manager.hear(state, heard)           what the message asks is carried out on the state
    while move.do:                              a system must be asked or changed first
        move = manager.resume(move, outcome)    what came back moves the flow on
    move.state, move.says, move.hand_over       to be committed in one transaction

It knows no clock, no network and no database. A message becomes commands (reading.py), what goes first first
(commands.py); a command moves the flow on top of the stack (state.py) or begins another; the flow's steps are data
(flows.py). A flow's steps are walked from where it stands: a slot that is known is not asked for, an action that is due
is returned as `do`, and what asks the customer ends the walk. A flow that was begun inside another ends first, and then
the other asks again, in fewer words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.dialogue import commands as c
from bot.dialogue.at_a_step import YES_OR_NO, seen
from bot.dialogue.conditions import SAID, WHEN
from bot.dialogue.first_things import TOLD_OF, Circumstances
from bot.dialogue.flows import Flow, Flows, Step
from bot.dialogue.heard import Heard, is_shaped
from bot.dialogue.reading import commands
from bot.dialogue.slots import asked_for_unclear, phone_in
from bot.dialogue.state import Frame, State, Waiting
from core.choosing import named, the_one
from core.dialogue import A_PERSON, ARTICLE, END, Choice, Outcome, Proposal, Say, Slots
from core.figures import told
from core.handover import MISSES_ALLOWED, Reason

# After so many misses at one step a person is offered, and after one more the conversation is handed over.
OFFER_AA_PERSON, HAND_OVER = 2, 3
# A question that was asked so often is not put again: the matter is kept, and the customer says when to go on.
ASKED_ENOUGH = 8
_UNKNOWN = "unclear"
# After the warning so little of fraud in a message that is not understood is enough for a person.
_STILL_FRAUD = 0.2
# Below this share the engine has no idea of a message (查, 1): what most customers want is offered.
_MEANS_SOMETHING = 0.05
_COMMON = ("balance", "bill", "usage")
# Of what comes near so many articles are offered, and so many choices in all.
_OFFERED, _MOST_OFFERED = 2, 3
# So many articles are what is talked of, whoever answers, if they are so likely.
_TOPICS, _LIKELY_TOPIC = 2, 0.3
# So many sentences are said again where somebody has not seen them.
_SAID_AGAIN = 3


# What stands beside a yes and goes before it. A question goes after it: the button's own word is a yes.
_BEFORE_A_YES = (c.Correct, c.Doubt, c.OtherPerson, c.HandOver, c.FirstAid, c.Loss)


@dataclass(frozen=True)
class Do:
    """An action that is due: its name and what it is told."""

    action: str
    slots: Slots
    proposal: Proposal | None = None
    memory: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Decision:
    """One line of the analytics, without a word of the customer's: what happened at which step of which flow."""

    flow: str
    step: str
    what: str


@dataclass(frozen=True)
class Move:
    """Where the dialogue has come to.

    do         an action whose outcome `resume` waits for; None where the turn is at its end
    hand_over  why a person takes over, if so
    sign_in    the message waits until it is known who writes
    asks_more  the message asks or objects, and is no wish to look again
    asked      what was said asks for what the step wants already: it is not put a second time
    """

    state: State
    says: tuple[Say, ...] = ()
    do: Do | None = None
    hand_over: Reason | None = None
    sign_in: bool = False
    decided: tuple[Decision, ...] = ()
    signed_in: bool = True
    words: str = ""
    about: Circumstances = field(default_factory=Circumstances)
    asks_more: bool = False
    asked: bool = False

    def say(self, *says: Say) -> "Move":
        """Return it with more said."""
        return replace(self, says=(*self.says, *says))

    def at(self, state: State) -> "Move":
        """Return it in another state."""
        return replace(self, state=state)

    def note(self, frame: Frame, flow: Flow | None, what: str) -> "Move":
        """Return it with one more decision noted."""
        step = flow.steps[frame.at] if flow and frame.at < len(flow.steps) else None
        return replace(self, decided=(*self.decided, Decision(frame.flow, _label(step), what)))


class Manager:
    """Carries out commands on a state."""

    def __init__(self, flows: Flows) -> None:
        """Know these flows."""
        self._flows = flows

    def hear(
        self, state: State, heard: Sequence[Heard], about: Circumstances = Circumstances(), words: str = ""
    ) -> Move:
        """Return the move that a message makes; `heard` are its parts, mostly one.

        words  the message as a transcript keeps it: flows that it begins take their facts out of it
        """
        asks_more = heard[0].act not in ("request", "answer", "yes", "no", "later", "") and len(heard) == 1
        named = [name for each in heard for name in each.named]
        spoken, state = state.language, state.hearing(words or heard[0].text, named)
        move = Move(state, signed_in=heard[0].signed_in, words=words or heard[0].text, about=about, asks_more=asks_more)
        move = self._welcome(self._up_to_date(move))
        if len(heard) > 1 and (whole := self._seen_whole(move, heard)) is not None:
            return self._walk(self._carry_out(move, whole, heard[0]))
        if len(heard) > 1:
            parted = self._decided if move.state.top and move.state.top.open else self._several
            return self._walk(parted(move, heard, about))
        found = commands(move.state, self._flows, heard[0], about)
        move = self._carry_out(move, found[0], heard[0])
        if state.language != spoken:
            move = self._anew(move)
        return move if move.hand_over and not move.state.top else self._walk(move)

    def _seen_whole(self, move: Move, heard: Sequence[Heard]) -> c.Command | None:
        """Return what was found where something was to be looked at: 插好了 开着呢 is one answer, not two wishes."""
        frame = move.state.top
        if frame is None or not frame.open:
            return None
        flow = self._flows[frame.flow]
        return seen(flow, frame, flow.steps[frame.at], replace(heard[0], text=move.words))

    def _anew(self, move: Move) -> Move:
        """Let what is asked now be offered, or what is read back be put, anew: in the language of the message."""
        frame = move.state.top
        if frame is None or frame.agreed or frame.at >= len(self._flows[frame.flow].steps):
            return move
        step = self._flows[frame.flow].steps[frame.at]
        offers = {slot: choices for slot, choices in frame.offers.items() if slot != step.ask}
        proposal = None if step.read_back else frame.proposal
        return move.at(move.state.with_top(replace(frame, offers=offers, proposal=proposal)))

    def _welcome(self, move: Move) -> Move:
        """Offer a person by one key, at the first message, to who is of an age for it (R6)."""
        first, state = move.state.fresh, replace(move.state, fresh=False)
        if first and move.about.senior:
            offer = Say("utter_senior", choices=(A_PERSON,))
            return move.at(replace(state, offered=(A_PERSON,))).say(offer)
        return move.at(state)

    def begin(self, state: State, start: c.Start, signed_in: bool) -> Move:
        """Return the move that a request without words makes: a keyword, a menu's key."""
        move = self._up_to_date(Move(state, signed_in=signed_in))
        return self._walk(self._start(move, start))

    def resume(self, move: Move, outcome: Outcome) -> Move:
        """Return the move that an action's outcome makes."""
        move = replace(move, do=None).say(*map(self._titled, outcome.says))
        frame = move.state.top
        assert frame is not None  # only a flow asks for an action
        flow, state = self._flows[frame.flow], move.state
        if outcome.remember:
            state = state.remember(**outcome.remember)
        if subject := outcome.remember.get("subject"):
            state = replace(state, last=Waiting(str(subject)))
        if choices := next((say.choices for say in reversed(move.says) if say.choices), ()):
            state = replace(state, offered=choices)
        step = flow.steps[frame.at]
        # What is forgotten is offered anew: a half day that was taken meanwhile is free no longer.
        kept = {slot: choices for slot, choices in frame.offers.items() if outcome.slots.get(slot, "") is not None}
        frame = replace(frame, offers=kept).knows(**outcome.slots)
        move = move.at(state.with_top(frame))
        if outcome.hand_over:
            return replace(self._ended(move, "handed_over"), hand_over=Reason(outcome.hand_over))
        if outcome.way == END:
            refused = flow.flow if flow.asks else None
            return self._walk(self._ended(move.at(move.state.remember(refused=refused)), "ended"))
        if step.ask:
            offers = {**frame.offers, step.ask: outcome.choices}
            return self._walk(move.at(move.state.with_top(replace(frame, offers=offers))))
        if step.read_back:  # other terms are read back whole
            return self._walk(move.at(move.state.with_top(replace(frame, proposal=outcome.proposal, asked=0))))
        if step.prove:
            return self._walk(self._proved(move, step, outcome))
        return self._walk(self._done(move, step, outcome))

    def _titled(self, said: Say) -> Say:
        """Return a sentence with the titles of the flows that it offers by their names alone."""
        if all(each.title for each in said.choices):
            return said
        choices = tuple(
            each if each.title else replace(each, title=self._flows[each.code].title)
            for each in said.choices
            if each.title or each.code in self._flows
        )
        fields = {"title": choices[0].title if choices else "", **said.fields}
        return replace(said, choices=choices, fields=fields)

    def _proved(self, move: Move, step: Step, outcome: Outcome) -> Move:
        frame = move.state.top
        assert frame is not None
        match outcome.way:
            case "asked":  # a code was sent, and asked for
                return move.at(move.state.with_top(replace(frame, open=True).asked_once_more()))
            case "again":
                return move.at(move.state.with_top(replace(frame, open=True)))
            case "propose":  # price or terms have changed meanwhile: it is read back anew
                frame = replace(frame, proposal=None, agreed=False, proved=()).step_to(0)
                return move.at(move.state.with_top(frame))
        frame = replace(frame, proved=(*frame.proved, step.prove), proposal=outcome.proposal or frame.proposal)
        return move.at(move.state.with_top(frame.step_to(frame.at + 1)))

    def _done(self, move: Move, step: Step, outcome: Outcome) -> Move:
        frame = move.state.top
        assert frame is not None
        flow = self._flows[frame.flow]
        frame = replace(frame, done=(*frame.done, frame.at), proposal=outcome.proposal or frame.proposal)
        target = step.then.get(outcome.way)
        if target == END:
            return self._ended(move.at(move.state.with_top(frame)), "ended")
        if target is not None:
            asked = {at: count for at, count in frame.counts.items() if not flow.steps[int(at)].anew}
            frame = replace(frame, counts=asked)
            at = next(number for number, each in enumerate(flow.steps) if each.name == target)
            return move.at(move.state.with_top(replace(frame, agreed=False, proposal=None).step_to(at)))
        return move.at(move.state.with_top(frame.step_to(frame.at + 1)))

    # What a command does.

    def _carry_out(self, move: Move, command: c.Command, heard: Heard) -> Move:
        move = _hears_anew(move, command, heard)
        carried = self._carry_out_anywhere(move, command, heard)
        if carried is not None:
            return carried
        frame = move.state.top
        if frame is None:
            return self._missed_outside(move, command, heard)
        return self._carry_out_at_step(move, command, frame)

    def _carry_out_anywhere(self, move: Move, command: c.Command, heard: Heard) -> Move | None:
        """Carry out what is no matter of an open step, or return None."""
        state = move.state
        match command:
            case c.HandOver():
                return self._hand_over(move, command, heard)
            case c.FirstAid(what):
                return self._first_aid(move, what)
            case c.Loss(words):
                lost = Waiting("stop_lost", words=move.words or words)
                # What stops the number the slower way is not gone on with afterwards.
                others = tuple(each for each in state.stack if each.flow != "suspend")
                return self._push(move.at(replace(state, stack=others)), lost)
            case c.OtherPerson(name):
                last = Waiting(name) if name else move.state.last
                state = replace(move.state, last=last).remember(article=TOLD_OF["other"])
                return self._told_again(move.at(state), Say("utter_other_number"))
            case c.Repeat():
                return move.say(*(replace(each, times=0) for each in move.state.said))
            case c.Start():
                return self._start(move, command)
            case c.Chat(name):
                remark = {} if heard.is_question or is_shaped(heard.text) else {"remark": "yes"}
                return self._push(move, Waiting(name, remark, words=heard.text))
            case c.AskAbout():
                return self._ask_about(move, command, heard)
        return None

    def _carry_out_at_step(self, move: Move, command: c.Command, frame: Frame) -> Move:
        """Carry out what is said to the step that is open."""
        state, flow = move.state, self._flows[frame.flow]
        step = flow.steps[frame.at]
        match command:
            case c.Consent():
                move = move.note(frame, flow, "agreed")
                return move.at(state.with_top(replace(frame, agreed=True).step_to(frame.at + 1)))
            case c.Refuse(later):
                return self._ended(move.say(Say("utter_later" if later else flow.cancelled)), "broken_off")
            case c.Answer(slots):
                move = move.note(frame, flow, "answered")
                return move.at(state.with_top(replace(frame.knows(**slots), open=False)))
            case c.Correct(slots):
                # What is wrong as it was said is not read out of the first words again.
                words = "" if None in slots.values() else frame.words
                # What may be chosen for what is not known yet may be otherwise, too: an address for the line alone.
                offers = {slot: each for slot, each in frame.offers.items() if frame.slots.get(slot) is not None}
                frame = replace(frame.knows(**slots), words=words, offers=offers)
                frame = replace(frame, proposal=None, agreed=False, proved=()).step_to(0)
                return move.note(frame, flow, "corrected").at(state.with_top(frame))
            case c.Unclear(_, response):
                return self._missed(move, frame, flow, response)
            case c.Prove(what):
                return replace(move, do=Do(step.by, {**frame.slots, "proof": what}, frame.proposal, state.memory))
            case c.SendAgain():
                return replace(move, do=Do(step.send, {**frame.slots, "again": "yes"}, frame.proposal, state.memory))
            case c.Doubt():
                dear = frame.proposal is not None and "dear" in frame.proposal.facts
                response = "utter_doubt" if dear else "utter_doubt_plain"
                return move.say(Say(response, _fields(frame), times=frame.missed + frame.asked - 1))
            case c.Remark(response):
                return move.say(Say(response))
            case c.Grumble():
                return move.say(Say("utter_grumble", times=frame.asked - 1))
            case c.Nothing():
                return self._missed(move, frame, flow, "")
        return move

    def _hand_over(self, move: Move, command: c.HandOver, heard: Heard) -> Move:
        frame = move.state.top
        flow = self._flows[frame.flow] if frame else None
        if frame is not None:
            move = move.note(frame, flow, "handed_over")
        move = replace(move, hand_over=command.reason)
        facts = _story(frame, flow)
        complains = bool(command.complaint) or (frame is not None and frame.flow.startswith("complain"))
        # What was said is filed first, unconfirmed, so that nothing need be told twice.
        if complains and heard.signed_in and "file_unconfirmed" in self._flows:
            kind = command.complaint.removeprefix("complaint_") or str((frame and frame.slots.get("kind")) or "other")
            told = "；".join(
                each for each in (facts, "" if command.reason is Reason.ASKED and facts else heard.text) if each
            )
            move = move.at(self._unfinished(move.state))
            flow = self._flows["file_unconfirmed"]
            filing = Frame(flow.flow, flow.version, {**flow.given, "kind": kind, "facts": told})
            return move.at(replace(move.state, stack=(filing,), waiting=()))
        return move.at(replace(self._unfinished(move.state), stack=(), waiting=()))

    def _unfinished(self, state: State) -> State:
        """Return the state with what was begun and not ended in its memory, for the person who takes over (M5)."""
        begun = [
            {
                "title": self._flows[frame.flow].title,
                "known": _as_told(self._flows[frame.flow], frame),
            }
            for frame in state.stack
            if frame.flow in self._flows and not self._flows[frame.flow].talk
        ]
        return state.remember(unfinished=begun or None)

    def _first_aid(self, move: Move, what: str) -> Move:
        choices = (Choice("stop_lost", "马上停机"), A_PERSON) if what == "fraud" else (A_PERSON,)
        state = replace(move.state, offered=choices).remember(first_aid=what, article=TOLD_OF[what])
        return self._told_again(move.at(state), Say(f"utter_{what}", choices=choices))

    def _told_again(self, move: Move, say: Say) -> Move:
        """Say what may have been said in this conversation before, then in other words."""
        told = dict(move.state.memory.get("told") or {})
        times = told.get(say.response, 0)
        state = move.state.remember(told={**told, say.response: times + 1})
        return move.at(state).say(replace(say, times=times))

    def _start(self, move: Move, start: c.Start) -> Move:
        frame = move.state.top
        wanted = self._flows[start.flow]
        # An order that is wanted again, and what is looked up again or for something that was named, is begun anew.
        if wanted.asks or set(start.slots) - set(wanted.given):
            move = replace(move, asks_more=False)
        if frame is not None and frame.open:
            move = move.note(frame, self._flows[frame.flow], "interrupted")
            ticket = frame.slots.get("ticket")
            instead = wanted.asks and ticket is not None and start.slots.get("ticket") == ticket
            if instead or not self._flows[frame.flow].asks:  # a question is not kept for later
                move = move.at(move.state.pop())
            elif wanted.asks:
                move = move.say(Say("utter_waits", {"title": self._flows[frame.flow].title}))
        return self._push(move, Waiting(start.flow, start.slots, start.words))

    def _push(self, move: Move, wanted: Waiting) -> Move:
        flow = self._flows[wanted.flow]
        if not flow.talk and (move.state.memory.get("article") or move.state.memory.get("asked")):
            # another matter by now
            move = move.at(move.state.remember(article=None, asked=None, matter=None))
        if flow.when_lost and move.state.memory.get("lost"):
            return self._push(move, Waiting(flow.when_lost, words=move.words))
        if flow.flow == "stop_lost":
            move = move.at(move.state.remember(lost="yes"))
        if flow.visitors and not move.signed_in:
            return self._push(move, Waiting(flow.visitors, words=wanted.words))
        if flow.needs == "subscriber" and not move.signed_in:
            kept = (*move.state.sign_in, move.words)[-3:] if move.words else move.state.sign_in
            state = replace(move.state, sign_in=tuple(dict.fromkeys(kept)))
            asked = Say("utter_sign_in", custom={"sign_in": True})
            return replace(move if asked in move.says else move.say(asked), state=state, sign_in=True)
        frame = Frame(
            flow.flow, flow.version, {**flow.given, **_told_before(move.state, flow, wanted.slots)}, wanted.words
        )
        return move.at(replace(move.state.push(frame), offered=()))

    def _ask_about(self, move: Move, question: c.AskAbout, heard: Heard) -> Move:
        frame = move.state.top
        asking = self._asking(move, question, heard)
        about = self._flows.by_name.get(str(asking.slots["subject"]))
        looks_up = about.looks_up.get(question.aspect) if about else None
        if looks_up and frame is None and move.signed_in and not (question.articles or question.next):
            return self._start(move, c.Start(looks_up, dict(self._flows[looks_up].given), heard.text))
        if fact := asking.slots.get("fact"):
            return move.say(Say("utter_fact", {"fact": str(fact)}))
        if frame is None:  # what is offered as an answer is for what was asked
            flow = about
            move = move.at(move.state.remember(asked=heard.text))
            if flow is not None and not flow.talk:
                move = move.at(replace(move.state, last=Waiting(flow.flow)))
        told = Frame(asking.flow, self._flows[asking.flow].version, asking.slots, asking.words)
        return move.at(move.state.push(told))

    def _asking(self, move: Move, question: c.AskAbout, heard: Heard) -> Waiting:
        """Return the question as what answers it is told of it; `fact` where what is read back says it itself."""
        frame = move.state.top
        last = move.state.last.flow if move.state.last else ""
        subject = question.flow or (frame.flow if frame else "sign_in" if move.state.sign_in else last)
        flow = self._flows.by_name.get(subject)
        aspect = question.aspect
        about: dict[str, Any] = {"aspect": aspect, "subject": subject, "words": heard.text}
        proposal = frame.proposal if frame is not None and not _speaks_of_another(frame, heard.text) else None
        if proposal and not (question.articles or question.next) and (fact := proposal.facts.get(aspect)):
            about["fact"] = fact
        if question.articles:
            about["articles"] = list(question.articles)
            about["share"] = round(heard.articles[0].share, 2) if heard.articles else 1.0
        elif question.next:
            about["next"] = [question.next.article, question.next.number]
            about["article"] = move.state.memory.get("article")
        elif question.further:
            about["article"] = move.state.memory.get("article")
        if near := heard.near[:_OFFERED]:
            about["near"] = [[each.name, each.title_in(move.state.language)] for each in near]
        if frame is not None:
            about["in_a_flow"] = "yes"
        if SAID["others"](heard.text):  # what else there is
            about["others"] = "yes"
        refused = frame is None and subject == last and move.state.memory.get("refused") == subject
        ordering = self._flows.by_name.get(flow.given.get("about", "")) if flow else None
        facts = {**(ordering.facts if ordering else {}), **(flow.facts if flow else {})}
        if aspect in facts and not refused:
            about["response"] = facts[aspect]
        elif proposal and aspect == "what" and proposal.terms and not {"fact", "articles", "next"} & about.keys():
            about["fact"] = proposal.terms  # 是什么意思, of what was read back
        kind = flow.given.get("about") or flow.given.get("kind") if flow else None
        known = {**(dict(frame.slots) if frame else {"kind": kind} if kind else {}), **about}
        return Waiting("about", known, heard.text)

    def _missed_outside(self, move: Move, command: c.Command, heard: Heard) -> Move:
        """Ask back with choices at the first miss, and hand over at the second."""
        misses = move.state.misses + 1
        warned = move.state.memory.get("first_aid") == "fraud"
        if warned and heard.urgent.get("fraud", 0.0) >= _STILL_FRAUD:  # 点了, 我给了: this is no menu's
            return replace(move.at(replace(move.state, misses=misses)), hand_over=Reason.RISK)
        if warned and misses <= MISSES_ALLOWED:  # who is being defrauded is shown no menu
            return self._first_aid(move.at(replace(move.state, misses=misses)), "fraud")
        if misses > MISSES_ALLOWED or move.about.senior:
            reason = Reason.SENIOR if move.about.senior else Reason.NOT_UNDERSTOOD
            return replace(move.at(replace(move.state, misses=misses)), hand_over=reason)
        likely, articles = (command.likely, command.articles) if isinstance(command, c.Nothing) else ((), ())
        unknown = not (isinstance(command, c.Nothing) and command.near)
        if unknown and not articles and not (heard.ranking and heard.ranking[0][1] >= _MEANS_SOMETHING):
            likely = tuple(name for name in _COMMON if name in self._flows)
        known = [Choice(f"{ARTICLE}{each.name}", each.title_in(move.state.language)) for each in articles[:_OFFERED]]
        flows = [Choice(name, self._flows[name].title) for name in likely[: _MOST_OFFERED - len(known)]]
        choices = (*known, *flows, A_PERSON)
        near = isinstance(command, c.Nothing) and command.near
        response = "utter_which_one" if near or known else "utter_not_understood" if likely else "utter_say_more"
        state = replace(move.state, misses=misses, offered=choices).remember(missed=move.words)
        return move.at(state).say(Say(response, choices=choices))

    def _missed(self, move: Move, frame: Frame, flow: Flow, response: str) -> Move:
        """Use other words at the first miss, offer a person at the second, and hand over at the third.

        Who is of an age for it gets a person at the first (M10).
        """
        senior = move.about.senior
        missed = frame.missed + 1
        step = flow.steps[frame.at]
        move = move.note(frame, flow, "misread").at(move.state.with_top(replace(frame, missed=missed)))
        if missed >= HAND_OVER or senior:
            reason = Reason.SENIOR if senior else Reason.NOT_UNDERSTOOD
            gone = replace(self._unfinished(move.state), stack=(), waiting=())
            return replace(move.at(gone), hand_over=reason)
        if missed == OFFER_AA_PERSON:
            return move.say(Say("utter_offer_a_person"))
        if response:  # it asks in other words, and that once
            shown = tuple(each for each in step.choices or frame.offers.get(step.ask, ()) if each.shown)
            custom = {"choices_for": step.ask} if shown else {}
            return replace(move.say(Say(response, _fields(frame), shown, custom=custom)), asked=True)
        return move.say(Say("utter_not_understood_in_form"))

    def _decided(self, move: Move, heard: Sequence[Heard], about: Circumstances) -> Move:
        """Decide what is open, and do what the rest of the message wants, where it wants anything.

        After a yes another request and a question come when this one is done; what else stands beside it goes before.
        """
        first, rest = heard[0], heard[-1]
        decision = commands(move.state, self._flows, first, about)[0]
        if isinstance(decision, c.Consent):
            beside = commands(move.state, self._flows, rest, about)[0]
            if isinstance(beside, c.Start):
                later = Waiting(beside.flow, beside.slots, beside.words)
                move = move.at(replace(move.state, waiting=(*move.state.waiting, later)))
            elif isinstance(beside, c.AskAbout):
                return self._agreed_and_asked(move, decision, first, self._asking(move, beside, rest))
            elif isinstance(beside, _BEFORE_A_YES):
                return self._carry_out(move, beside, rest)
            return self._carry_out(move, decision, first)
        left = move.state.top
        move = self._carry_out(move, decision, first)
        wanted = commands(move.state, self._flows, rest, about)[0]
        if left and not rest.is_question and _names_another(left, rest.text):  # 算了，就那个10块的
            return self._start(move, c.Start(left.flow, dict(self._flows[left.flow].given), rest.text))
        if left and isinstance(wanted, c.Start) and (wanted.flow == left.flow or _only_says_why(rest)):
            return move  # why it is not wanted: 要单位抬头，先取消吧; 流量不够，不换了
        return move if isinstance(wanted, c.Nothing | c.Chat) else self._carry_out(move, wanted, rest)

    def _agreed_and_asked(self, move: Move, yes: c.Command, heard: Heard, asking: Waiting) -> Move:
        """Do what was agreed to and answer what was asked beside it: before a proof is asked for, else afterwards."""
        move = self._carry_out(move, yes, heard)
        frame = move.state.top
        if frame is not None and any(step.prove for step in self._flows[frame.flow].steps[frame.at :]):
            return self._push(move, asking)
        return move.at(replace(move.state, waiting=(asking, *move.state.waiting)))

    def _several(self, move: Move, heard: Sequence[Heard], about: Circumstances) -> Move:
        """Begin what the parts of one message want, one after another; what asks back comes last."""
        starts: list[c.Start] = []
        for part in heard:
            command = commands(move.state, self._flows, part, about)[0]
            if isinstance(command, c.Start):
                starts.append(command)
            else:
                move = self._carry_out(move, command, part)
                if move.hand_over:
                    return move
        starts.sort(key=lambda start: self._flows[start.flow].asks)
        later = tuple(Waiting(start.flow, start.slots, start.words) for start in starts)
        return move.at(replace(move.state, waiting=(*move.state.waiting, *later), misses=0))

    # The walk through the steps.

    def _walk(self, move: Move) -> Move:
        move = self._walked(move)
        if move.do is None and move.says:
            move = self._not_the_same_again(move)
            move = move.at(replace(move.state, said=move.says[-_SAID_AGAIN:]))
        return move

    def _not_the_same_again(self, move: Move) -> Move:
        """Own up where a question would be answered with the very words that were its reason."""
        before = move.state.said
        if (
            move.asks_more
            and not (move.hand_over or move.sign_in or move.asked)
            and move.says == before[-len(move.says) :]
        ):
            return self._told_again(replace(move, says=()), Say("utter_no_answer", choices=(A_PERSON,)))
        return move

    def _walked(self, move: Move) -> Move:
        while move.do is None:
            frame = move.state.top
            if frame is None:
                if not move.state.waiting or (move.hand_over is not None):
                    return move
                first, *rest = move.state.waiting
                move = self._push(move.at(replace(move.state, waiting=tuple(rest))), first)
                continue
            flow = self._flows[frame.flow]
            if frame.at >= len(flow.steps):
                move = self._ended(move, "ended")
                continue
            step = flow.steps[frame.at]
            if _left_out(step, frame):
                move = move.at(move.state.with_top(frame.step_to(frame.at + 1)))
                continue
            move, waits = self._step(move, frame, flow, step)
            if waits:
                return move
        return move

    def _step(self, move: Move, frame: Frame, flow: Flow, step: Step) -> tuple[Move, bool]:
        """Return the move after one step, and whether it waits for the customer."""
        state = move.state
        if step.end:
            return self._ended(move, "ended"), False
        if step.say:
            said = replace(frame, done=(*frame.done, frame.at)).step_to(frame.at + 1)
            return move.at(state.with_top(said)).say(Say(step.say, _fields(frame))), False
        if step.do:
            return replace(move, do=Do(step.do, _told(frame), frame.proposal, state.memory)), True
        if step.ask:
            return self._ask(move, frame, flow, step)
        if step.read_back:
            if frame.agreed:
                return move.at(state.with_top(frame.step_to(frame.at + 1))), False
            if frame.proposal is None:
                return replace(move, do=Do(step.read_back, _told(frame), None, state.memory)), True
            if flow.one_by_one and frame.asked == 0 and _wants_several(frame, move.words):
                move = move.say(Say("utter_one_at_a_time"))
            return self._put(move, frame, flow, Say(step.text or "utter_read_back", _fields(frame), YES_OR_NO)), True
        if step.prove in frame.proved:
            return move.at(state.with_top(frame.step_to(frame.at + 1))), False
        if step.send and not frame.open:
            return replace(move, do=Do(step.send, frame.slots, frame.proposal, state.memory)), True
        if any(say.custom.get("asks_code") for say in move.says):
            return move, True
        custom = {"asks_code": True} if step.prove == "code" else {}
        return self._put(move, frame, flow, Say(step.text, _fields(frame), custom=custom)), True

    def _ask(self, move: Move, frame: Frame, flow: Flow, step: Step) -> tuple[Move, bool]:
        slot, known = flow.slots[step.ask], frame.slots.get(step.ask)
        if move.asked and frame.open:
            return move, True
        if step.offer and step.ask not in frame.offers and (known is None or slot.type in ("choice", "ticket")):
            return replace(move, do=Do(step.offer, _told(frame), None, move.state.memory)), True
        choices = step.choices or frame.offers.get(step.ask, ())
        if known is None and frame.words and frame.asked == 0 and slot.type in ("choice", "ticket"):
            found = the_one(frame.words, choices)
            known = found.code if found else None
        if known is None and frame.words and frame.asked == 0 and slot.type == "phone":
            known = phone_in(frame.words)
        shown = tuple(choice for choice in choices if choice.shown)
        if known is None and step.single and len(shown) == 1:
            known = shown[0].code
        if known is not None and known != _UNKNOWN and not (isinstance(known, str) and known.endswith("?")):
            frame = frame.knows(**{step.ask: known})
            if response := step.ends.get(str(known)):
                return self._ended(move.at(move.state.with_top(frame)).say(Say(response)), "ended"), False
            return move.at(move.state.with_top(frame.step_to(frame.at + 1))), False
        if slot.optional and known is None:
            return move.at(move.state.with_top(frame.step_to(frame.at + 1))), False
        half = isinstance(known, str) and known.endswith("?")
        response = (
            asked_for_unclear(slot, move.words) if known == _UNKNOWN or half else step.text or f"utter_ask_{step.ask}"
        )
        if known == _UNKNOWN:
            frame = frame.knows(**{step.ask: None})
        custom = {"choices_for": step.ask} if shown else {}
        if slot.type == "look":
            custom["check"] = str(frame.slots.get("check", ""))
        say = Say(response, _fields(frame), shown, custom=custom)
        move = move.at(replace(move.state.with_top(frame), memory=_with_choices(move.state, shown)))
        return self._put(move, frame, flow, say), True

    def _put(self, move: Move, frame: Frame, flow: Flow, say: Say) -> Move:
        """Put a question, each time in other words."""
        first = frame.asked == 0
        if frame.asked >= ASKED_ENOUGH:
            say = Say("utter_kept", {"title": flow.title}, times=frame.asked - ASKED_ENOUGH)
        asked = replace(frame, open=True).asked_once_more()
        move = move.at(move.state.with_top(asked)).say(replace(say, times=frame.asked))
        return move.note(frame, flow, "reached") if first else move

    def _ended(self, move: Move, what: str) -> Move:
        """Close the flow on top; the one below asks again, and what waits comes next."""
        frame = move.state.top
        assert frame is not None
        flow = self._flows[frame.flow]
        move = move.note(frame, flow, what)
        state = move.state.pop()
        if flow.keeps and all(frame.slots.get(name) not in (None, _UNKNOWN) for name in flow.keeps):
            told_here = {name: frame.slots[name] for name in flow.keeps}
            state = state.remember(kept={**(state.memory.get("kept") or {}), flow.flow: told_here})
        if flow.one_by_one and "code" in frame.proved:
            slots = {name: frame.slots[name] for name in flow.slots if name in frame.slots}
            state = state.remember(done={"flow": flow.flow, "slots": slots})
        if not flow.talk:
            state = replace(state, last=Waiting(frame.flow, frame.slots)).remember(figures=_figures(flow, move.says))
        return move.at(state)

    def _up_to_date(self, move: Move) -> Move:
        """Return the move with flows that were begun under another version of their file begun anew, once told so."""
        stack, told = [], False
        for frame in move.state.stack:
            if frame.flow not in self._flows:
                told = True
            elif frame.version != self._flows[frame.flow].version:
                told = True
                flow = self._flows[frame.flow]
                known = {name: value for name, value in frame.slots.items() if name in flow.slots or name in flow.given}
                stack.append(replace(Frame(flow.flow, flow.version, known), proposal=frame.proposal))
            else:
                stack.append(frame)
        if not told:
            return move
        return move.at(replace(move.state, stack=tuple(stack))).say(Say("utter_flow_changed"))


def _figures(flow: Flow, says: Sequence[Say]) -> list[int] | None:
    """Return the sums in fen that were told, where it can be told what they are made of."""
    if not flow.made_of:
        return None
    return list(told(value for each in says for value in each.fields.values())) or None


def _hears_anew(move: Move, command: c.Command, heard: Heard) -> Move:
    """Return the move after something was understood: what was missed before counts no more."""
    state = move.state
    if not isinstance(command, c.Nothing):
        state = replace(state, misses=0) if state.misses else state
        state = state.remember(missed=None) if state.memory.get("missed") else state
    if not isinstance(command, c.Nothing | c.FirstAid) and state.memory.get("first_aid"):
        state = state.remember(first_aid=None)  # another matter by now
    frame = state.top
    if frame is not None and frame.missed and not isinstance(command, c.Nothing | c.Doubt | c.Grumble):
        state = state.with_top(replace(frame, missed=0))
    if topics := _topics(command, heard):
        state = state.remember(topics=topics)
    return move.at(state)


def _topics(command: c.Command, heard: Heard) -> list[str]:
    """Return the articles that a message is likely about, whoever answers it; none where it only goes on."""
    goes_on = isinstance(command, c.AskAbout) and (command.next is not None or command.further)
    if goes_on or not isinstance(command, c.AskAbout | c.Start | c.Nothing):
        return []
    return [each.name for each in heard.articles[:_TOPICS] if each.share >= _LIKELY_TOPIC]


def _only_says_why(heard: Heard) -> bool:
    """Return whether what stands beside a no is rather its reason than another request."""
    return heard.share("doubt") + heard.share("no") + heard.share("complaint") > heard.share("request")


def _wants_several(frame: Frame, words: str) -> bool:
    """Return whether several of one thing are wanted: by this message, or at the first read-back by the first one."""
    first = str(frame.at) not in frame.counts
    return SAID["several"](words) or (first and SAID["several"](frame.words))


def _told_before(state: State, flow: Flow, slots: Slots) -> Slots:
    """Return what is known for a flow that is begun, with what it keeps from the time before: all of it or nothing.

    A company that is wished and not named is the one of before; another title takes no tax number over.
    """
    kept = (state.memory.get("kept") or {}).get(flow.flow)
    wished = {name for name in flow.keeps if slots.get(name) == _UNKNOWN and flow.slots[name].type == "company"}
    if not kept or any(name in slots for name in flow.keeps if name not in wished):
        return slots
    return {**{name: value for name, value in slots.items() if name not in wished}, **kept}


def _names_another(frame: Frame, text: str) -> bool:
    """Return whether a text names another of the things that were offered than the one that is read back."""
    for slot, choices in frame.offers.items():
        found = the_one(text, choices)
        if found is not None and found.code != frame.slots.get(slot):
            return True
    return False


def _speaks_of_another(frame: Frame, text: str) -> bool:
    """Return whether a text is about another of the things that were offered, wanted or not: 那10g的到几号."""
    for slot, choices in frame.offers.items():
        found = {each.code for each in named(text, choices)}
        if found and frame.slots.get(slot) not in found:
            return True
    return False


def _left_out(step: Step, frame: Frame) -> bool:
    if step.once and frame.at in frame.done:
        return True
    if step.when and not WHEN[step.when](frame.slots):
        return True
    return bool(step.unless) and WHEN[step.unless](frame.slots)


def _as_told(flow: Flow, frame: Frame) -> Slots:
    """Return what is known for a flow's slots; of what was chosen, its title."""
    written = [each for step in flow.steps for each in step.choices]
    offered = [each for choices in frame.offers.values() for each in choices]
    titles = {each.code: each.title for each in (*written, *offered)}
    known = {name: value for name, value in frame.slots.items() if name in flow.slots}
    chosen = {name for name in known if flow.slots[name].type == "choice"}
    return {name: titles.get(str(value), value) if name in chosen else value for name, value in known.items()}


def _label(step: Step | None) -> str:
    if step is None:
        return "end"
    return step.name or step.ask or step.do or step.say or (step.read_back and "read_back") or step.prove or "end"


def _told(frame: Frame) -> Slots:
    """Return what an action is told: what is known, and the words that the flow began with."""
    return {**frame.slots, "words": frame.words}


def _fields(frame: Frame) -> dict[str, str]:
    """Return what a sentence may mention: what is known, and the terms that were read back."""
    known = {name: str(value) for name, value in frame.slots.items() if isinstance(value, str | int)}
    if frame.proposal is None:
        return known
    return {**known, **frame.proposal.facts, "terms": frame.proposal.terms, "number": frame.proposal.number}


def _story(frame: Frame | None, flow: Flow | None) -> str:
    if frame is None or flow is None:
        return ""
    told = next((str(frame.slots[name]) for name, slot in flow.slots.items() if slot.story and name in frame.slots), "")
    return told or frame.words


def _with_choices(state: State, shown: Sequence[Choice]) -> Mapping[str, Any]:
    if not shown:
        return state.memory
    kept = [{"code": each.code, "title": each.title, "words": list(each.words), "shown": True} for each in shown]
    return {**state.memory, "choices": kept}
