"""A lost or stolen phone: its number is stopped by a proof that does not go to it (C8), for who is signed in or not."""

from actions.account import CheckState
from actions.base import BY, FlowAction
from actions.change import digits_in, id_number_in, refused_to
from actions.confirmation import Confirmation
from backends.identity.port import Verdict
from backends.orders.port import STOP_LOCKED_FOR, ChangeRefused, Kind, Proof, Refusal
from core.dialogue import A_PERSON, Call, Choice, Outcome, Proposal, ended, say
from core.wording import words

# What is remembered of a lost phone once its number is stopped.
STOPPED = "stopped"
# The number is stopped already, by its owner or for a debt: which of them is not told to a visitor.
_STOPPED_BEFORE = {Refusal.ALREADY, Refusal.IN_ARREARS}


class StopLost(FlowAction):
    """Stops a lost or stolen number by service password or ID number, because no code reaches its owner (C8)."""

    ways = ("again",)
    changes = True

    def __init__(self, confirmation: Confirmation) -> None:
        """Stop in the ledger of `confirmation`."""
        self._confirmation = confirmation

    def name(self) -> str:
        """Its name in the domain."""
        return "action_stop_lost"

    async def act(self, call: Call) -> Outcome:
        """Compare the proof, stop, and notify the owner."""
        assert call.proposal is not None  # a flow proves nothing before it proposes
        orders, number = self._confirmation.orders, call.proposal.number
        try:
            if call.slots.get("proof") == "id_number":
                id_number = id_number_in(call.text)
                right = bool(id_number) and await orders.prove_id_number(call.subscriber, number, id_number or "", BY)
            else:
                password = digits_in(call.text)
                right = await orders.prove_password(call.subscriber, number, password, BY)
            if not right:
                return Outcome((say("utter_proof_wrong"),), "again")
            done = await orders.stop(call.subscriber, number, BY)
        except ChangeRefused as refused:
            return await refused_to(self._confirmation, call, refused)
        await self._confirmation.receipt(done, BY, call.language)
        told = say(
            "utter_stopped", custom={"order": done.number}, number=done.number, tail=call.proposal.facts.get("tail", "")
        )
        return Outcome((told,), remember={"order": done.number, "order_kind": Kind.SUSPEND.value, "lost": STOPPED})


class ProposeLost(FlowAction):
    """Reads a stop back to who is not signed in: alike for every number, so nothing is looked up (N3)."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_propose_lost"

    async def act(self, call: Call) -> Outcome:
        """Say what will be done; nothing is in the ledger before the proof."""
        terms = words("part_terms_suspend", call.language)
        facts = {"tail": _tail(call), "what": terms, "when": words("part_at_once", call.language)}
        return Outcome(proposal=Proposal("", terms, facts))


class StopLostOfVisitor(FlowAction):
    """Stops the number that a visitor names, by its service password or its owner's ID number (C8).

    The answer is the same whether the number is a subscriber's or not, and nothing else of it is told or done.
    """

    ways = ("again",)
    changes = True

    def __init__(self, confirmation: Confirmation) -> None:
        """Stop in the ledger of `confirmation`."""
        self._confirmation = confirmation

    def name(self) -> str:
        """Its name in the domain."""
        return "action_stop_lost_visitor"

    async def act(self, call: Call) -> Outcome:
        """Compare the proof, stop, and notify the owner; an ID number that can't be one is no attempt."""
        proof = Proof(call.slots["proof"])
        secret = id_number_in(call.text) if proof is Proof.ID_NUMBER else digits_in(call.text)
        if secret is None:
            return Outcome((say("utter_change_id_number_odd"),), "again")
        number, key = str(call.slots["lost_number"]), f"lost:{call.key}"
        try:
            done = await self._confirmation.orders.stop_lost(number, proof, secret, call.asker, key, BY)
        except ChangeRefused as refused:
            if refused.why in _STOPPED_BEFORE:
                return ended("utter_lost_stopped_before", tail=_tail(call))
            return ended("utter_lost_by_a_person", choices=(A_PERSON,))
        if done is Verdict.LOCKED:
            minutes = str(round(STOP_LOCKED_FOR.total_seconds() / 60))
            return ended("utter_lost_locked", minutes=minutes, choices=(A_PERSON, Choice("halls", "")))
        if isinstance(done, Verdict):
            return Outcome((say("utter_proof_wrong"),), "again")
        await self._confirmation.receipt(done, BY, call.language)
        told = say("utter_lost_stopped", tail=_tail(call), number=done.number, choices=(Choice("halls", ""),))
        return Outcome((told,), remember={"lost": STOPPED})


class LostState(CheckState):
    """Whether the lost phone's number is stopped: the account says so, or to a visitor this conversation alone."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_lost_state"

    async def act(self, call: Call) -> Outcome:
        """Say it."""
        if call.customer_id is not None:
            return await super().act(call)
        if call.memory.get("lost") == STOPPED:
            return Outcome((say("utter_lost_is_stopped"),))
        return Outcome((say("utter_lost_is_not_stopped", choices=(Choice("stop_lost", ""),)),))


def _tail(call: Call) -> str:
    return str(call.slots["lost_number"])[-4:]
