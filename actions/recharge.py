"""Paying in: the amount, then a page to pay at (C3). Nothing is taken from anybody here, so no code is asked for."""

from actions.base import BY, FlowAction
from backends.payment.port import LEAST_FEN, MOST_FEN, AmountRefused, Payments, checked
from core.dialogue import Call, Choice, Outcome, Say, say
from core.money import yuan

_OFFERED = (3000, 5000, 10000)


class OfferAmounts(FlowAction):
    """The amounts that most people choose."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_offer_amounts"

    async def act(self, call: Call) -> Outcome:
        """Offer them."""
        return Outcome(choices=tuple(Choice(str(fen), f"充值{fen // 100}元") for fen in _OFFERED))


class Recharge(FlowAction):
    """Says where to pay the amount."""

    ways = ("odd",)
    changes = True

    def __init__(self, payments: Payments, site: str) -> None:
        """Note the payment in `payments`; the pages are at the address `site`."""
        self._payments, self._site = payments, site

    def name(self) -> str:
        """Its name in the domain."""
        return "action_recharge"

    async def act(self, call: Call) -> Outcome:
        """Lead to the payment; an amount outside the limits is asked for again."""
        try:
            amount = checked(int(call.slots["amount"]))
        except AmountRefused:
            limits = {"least": yuan(LEAST_FEN), "most": yuan(MOST_FEN)}
            return Outcome((Say("utter_recharge_amount_odd", limits),), "odd", {"amount": None})
        payment = await self._payments.start(call.subscriber, amount, f"recharge:{call.key}", BY)
        link = f"{self._site}/pay/{payment.number}"
        return Outcome(
            (say("utter_recharge_pay", amount=yuan(amount), link=link),),
            remember={"payment": {"number": payment.number, "fen": amount}},
        )
