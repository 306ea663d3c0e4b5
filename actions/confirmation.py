"""Propose, code, confirm, receipt: the one way to a change, for the bot, for keywords and for partners (C8, R1)."""

from backends.account.port import Accounts
from backends.identity.port import Issued, Verdict
from backends.orders.port import Change, Kind, Order, Orders
from compliance import scripts
from core.notices import Notices
from core.wording import CHINESE

from actions.change_words import in_words  # isort: skip


class Confirmation:
    """Takes changes through the ledger, and sends what belongs to each step to the owner's phone."""

    def __init__(self, accounts: Accounts, orders: Orders, notices: Notices) -> None:
        """Propose and confirm in `orders`, send by `notices` to the number that `accounts` has."""
        self.accounts, self.orders, self._notices = accounts, orders, notices

    async def propose(self, customer_id: int, change: Change, key: str, by: str) -> Order:
        """Return the proposal, once for a key. Raises ChangeRefused."""
        return await self.orders.propose(customer_id, change, key, by)

    async def send_code(
        self,
        order: Order,
        key: str,
        by: str,
        language: str = CHINESE,
        script: str = "change_code_by_sms",
        **fields: str,
    ) -> Issued:
        """Send the order's code to its owner; the SMS says what it is for, for how much and from when (R1).

        Nothing is sent where the next code may not be asked for yet: then the seconds to wait come back.
        """
        issued = await self.orders.issue_code(order.customer_id, order.number, by)
        if issued.code is not None:
            phone = (await self.accounts.customer(order.customer_id, by)).phone
            terms = in_words(order, language)
            written = scripts.said(script, language, code=issued.code, terms=terms, **fields)
            await self._notices.sms(f"code:{order.number}:{key}", phone, written, secret=True)
        return issued

    async def confirm(
        self, customer_id: int, number: str, code: str, by: str, language: str = CHINESE
    ) -> Order | Verdict:
        """Carry an order out with its code, once, and send the receipt. Raises ChangeRefused."""
        done = await self.orders.confirm(customer_id, number, code, by)
        if isinstance(done, Order):
            await self.receipt(done, by, language)
        return done

    async def receipt(self, order: Order, by: str, language: str = CHINESE) -> None:
        """Send the receipt of an order that is done, and the code that it hands out by SMS alone."""
        phone = (await self.accounts.customer(order.customer_id, by)).phone
        text = scripts.said("receipt_by_sms", language, terms=in_words(order, language), number=order.number)
        await self._notices.sms(f"receipt:{order.number}", phone, text)
        if order.change.kind is Kind.PORT_OUT:
            (code,) = await self.orders.handed_out(order.customer_id, order.number, "bot")
            text = scripts.said("port_code_by_sms", language, code=code)
            await self._notices.sms(f"port:{order.number}", phone, text, secret=True)
