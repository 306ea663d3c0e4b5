"""Paying in: the amount, then a page to pay at (C3). Nothing is taken from anybody here, so no code is asked for."""

from actions.base import BY, FlowAction
from backends.account.port import Accounts
from backends.payment.port import LEAST_FEN, MOST_FEN, AmountRefused, Payment, Payments, State, checked, payable
from core.dialogue import Call, Choice, Outcome, Say, say
from core.money import yuan
from core.wording import words

_OFFERED = (3000, 5000, 10000)
_CALLED = ("充值", "交费", "缴费")


def top_up(short_fen: int, language: str) -> Choice:
    """Return the offer to pay in so much as is lacking.

    >>> top_up(3943, "en").title, top_up(5000, "zh").title
    ('Top up 39.43 yuan', '充值50元')
    """
    fen = payable(short_fen)
    title = words("way_recharge", language, amount=yuan(fen).removesuffix(".00"))
    return Choice("recharge", title, _CALLED, known={"amount": fen})


class OfferAmounts(FlowAction):
    """The amounts that most people choose."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_offer_amounts"

    async def act(self, call: Call) -> Outcome:
        """Offer them."""
        return Outcome(
            choices=tuple(Choice(str(fen), words("part_top_up", call.language, yuan=fen // 100)) for fen in _OFFERED)
        )


class Recharge(FlowAction):
    """Says where to pay the amount."""

    ways = ("odd",)
    changes = True

    def __init__(self, payments: Payments, accounts: Accounts, site: str) -> None:
        """Note the payment in `payments`; what is owed stands in `accounts`; the pages are at the address `site`."""
        self._payments, self._accounts, self._site = payments, accounts, site

    def name(self) -> str:
        """Its name in the domain."""
        return "action_recharge"

    async def act(self, call: Call) -> Outcome:
        """Lead to the payment; an amount outside the limits is asked for again."""
        try:
            amount = checked(int(call.slots["amount"]))
        except AmountRefused:
            limits = {"least": yuan(LEAST_FEN), "most": yuan(MOST_FEN), "amount": yuan(int(call.slots["amount"]))}
            return Outcome((Say("utter_recharge_amount_odd", limits),), "odd", {"amount": None})
        payment = await self._payments.start(call.subscriber, amount, f"recharge:{call.key}", BY)
        says = [say("utter_recharge_pay", amount=yuan(amount), link=_page(self._site, payment))]
        balance = await self._accounts.balance(call.subscriber, BY)
        if balance.state == "suspended" and balance.arrears_fen > amount:
            arrears, short = yuan(balance.arrears_fen), yuan(balance.arrears_fen - amount)
            says.append(say("utter_recharge_short", arrears=arrears, amount=yuan(amount), short=short))
        elif balance.state == "suspended" and balance.arrears_fen:
            says.append(say("utter_recharge_enough", arrears=yuan(balance.arrears_fen)))
        return Outcome(tuple(says), remember={"payment": {"number": payment.number, "fen": amount}})


class PaymentState(FlowAction):
    """Says what has become of the payment that was just asked for; without one, what was paid in the last months."""

    ways = ("none",)

    def __init__(self, payments: Payments, site: str) -> None:
        """Look at `payments`; the pages are at the address `site`."""
        self._payments, self._site = payments, site

    def name(self) -> str:
        """Its name in the domain."""
        return "action_payment_state"

    async def act(self, call: Call) -> Outcome:
        """Say it."""
        asked = dict(call.memory.get("payment") or {})
        payment = await self._payments.find(str(asked["number"])) if asked else None
        if payment is None or payment.customer_id != call.subscriber:
            return Outcome(way="none")
        amount, number = yuan(payment.amount_fen), payment.number
        if payment.state is State.PAID:
            came = say("utter_payment_came", amount=amount, number=number, choices=_goes_on(call))
            return Outcome((came,), remember={"unpaid": None})
        link = _page(self._site, payment)
        return Outcome((say("utter_payment_waits", amount=amount, number=number, link=link),))


def _goes_on(call: Call) -> tuple[Choice, ...]:
    """Return the order that lacked the money, to be gone on with (see refusals.tell)."""
    unpaid = call.memory.get("unpaid")
    if not unpaid:
        return ()
    known = {"target": unpaid["target"]} if unpaid["target"] else {}
    return (Choice(unpaid["flow"], words("way_go_on", call.language, name=unpaid["name"]), known=known),)


def _page(site: str, payment: Payment) -> str:
    return f"{site}/pay/{payment.number}"
