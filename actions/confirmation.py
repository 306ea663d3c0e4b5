"""Propose, code, confirm, receipt: the one way to a change, for the bot, for keywords and for partners (C8, R1)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from backends.account.port import Accounts
from backends.identity.port import Issued, Verdict
from backends.orders.port import Change, Kind, Order, Orders
from backends.orders.rules import months_of
from compliance import scripts
from core.notices import Notices
from core.papers import LINK_LIVES, Papers
from core.wording import CHINESE

from actions.change_words import in_words  # isort: skip


@dataclass(frozen=True)
class Done:
    """An order that was carried out, and the addresses that its receipt told, by the months of each invoice."""

    order: Order
    links: Mapping[str, str] = field(default_factory=dict)


class Confirmation:
    """Takes changes through the ledger, and sends what belongs to each step to the owner's phone."""

    def __init__(self, accounts: Accounts, orders: Orders, notices: Notices, papers: Papers) -> None:
        """Propose and confirm in `orders`, send by `notices` to the number that `accounts` has; `papers` lie there."""
        self.accounts, self.orders, self._notices, self._papers = accounts, orders, notices, papers

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
    ) -> Done | Verdict:
        """Carry an order out with its code, once, and send the receipt. Raises ChangeRefused."""
        done = await self.orders.confirm(customer_id, number, code, by)
        return Done(done, await self.receipt(done, by, language)) if isinstance(done, Order) else done

    async def receipt(self, order: Order, by: str, language: str = CHINESE) -> Mapping[str, str]:
        """Send the receipt of an order that is done, and the code that it hands out by SMS alone.

        The addresses of its invoices come back as they were sent: what is told beside must name the same.
        """
        phone = (await self.accounts.customer(order.customer_id, by)).phone
        text = scripts.said("receipt_by_sms", language, terms=in_words(order, language), number=order.number)
        await self._notices.sms(f"receipt:{order.number}", phone, text)
        links: Mapping[str, str] = {}
        if order.change.kind is Kind.INVOICE:
            links = await self.invoice_links(order.customer_id, order.change.target, by)
            for link in links.values():
                text = scripts.said("invoice_by_sms", language, link=link, days=LINK_LIVES.days)
                await self._notices.sms(f"invoice:{order.number}", phone, text)
        if order.change.kind is Kind.PORT_OUT:
            (code,) = await self.orders.handed_out(order.customer_id, order.number, "bot")
            text = scripts.said("port_code_by_sms", language, code=code)
            await self._notices.sms(f"port:{order.number}", phone, text, secret=True)
        return links

    async def invoice_links(self, customer_id: int, wanted: str, by: str) -> dict[str, str]:
        """Return the address of each invoice that has one of the `wanted` months, by the months that it is for."""
        months = set(months_of(wanted))
        found = [each for each in await self.orders.invoices(customer_id, by) if months & set(months_of(each.months))]
        return {each.months: await self._papers.link(customer_id, each.number) for each in found}
