"""Paying in: the amount, then a page to pay at (C3). Nothing is taken from anybody here, so no code is asked for."""

from rasa_sdk.executor import CollectingDispatcher

from actions.base import BY, Asked, SubscriberAction
from backends.account.port import Accounts
from backends.payment.port import LEAST_FEN, MOST_FEN, AmountRefused, Payments, read_amount
from core.money import yuan

_OFFERED = (3000, 5000, 10000)


class Recharge(SubscriberAction):
    """Says where to pay the amount, or asks how much."""

    topic = "recharge"

    def __init__(self, accounts: Accounts, payments: Payments, site: str) -> None:
        """Note the payment in `payments`; the pages are at the address `site`."""
        super().__init__(accounts)
        self._payments, self._site = payments, site

    def name(self) -> str:
        """Its name in the domain."""
        return "action_recharge"

    async def answer(self, dispatcher: CollectingDispatcher, asked: Asked, customer_id: int) -> None:
        """Lead to the payment."""
        try:
            amount = read_amount(asked.text)
        except AmountRefused:
            limits = {"least": yuan(LEAST_FEN), "most": yuan(MOST_FEN)}
            dispatcher.utter_message(response="utter_recharge_amount_odd", **limits)
            return
        if amount is None:
            offered = [f"充值{fen // 100}元" for fen in _OFFERED]
            buttons = [{"title": title, "payload": title} for title in offered]
            dispatcher.utter_message(response="utter_recharge_how_much", buttons=buttons)
            return
        payment = await self._payments.start(customer_id, amount, f"recharge:{asked.message_id}", BY)
        link = f"{self._site}/pay/{payment.number}"
        dispatcher.utter_message(response="utter_recharge_pay", amount=yuan(amount), link=link)
