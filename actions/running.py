"""What runs until when: the plan and its contract, the home line, and the packs that were bought (C2, C4)."""

import re
from calendar import monthrange
from datetime import date, datetime

from backends.account.port import Accounts
from backends.orders.port import Kind, Order, Orders
from core.chinese_time import Month
from core.clock import SHANGHAI
from core.dates import day_in_words
from core.dialogue import Call, Outcome, say
from core.money import data_size
from core.wording import words

from actions.account import ROAMING_SHOWN  # isort: skip
from actions.base import BY, AccountAction  # isort: skip

_CONTRACT = re.compile(r"合约|合同|协议|在网期|\bcontract", re.IGNORECASE)
_LINE = re.compile(r"宽带|网线|\bbroadband", re.IGNORECASE)
_PACKS = re.compile(r"包(?!年)|流量|漫游|\b(?:packs?|data|roaming)\b", re.IGNORECASE)
_PLAN = re.compile(r"套餐|\bplan\b", re.IGNORECASE)


class CheckRunning(AccountAction):
    """Until when what the subscriber has runs."""

    def __init__(self, accounts: Accounts, orders: Orders) -> None:
        """Read from `accounts`; what was bought is in `orders`."""
        super().__init__(accounts)
        self._orders = orders

    def name(self) -> str:
        """Its name in the domain."""
        return "action_running"

    async def act(self, call: Call) -> Outcome:
        """Say what was asked about, or all of it where nothing is named."""
        parts = {
            _CONTRACT: self._contract,
            _LINE: self._line,
            _PACKS: self._packs,
            _PLAN: self._plan,
        }
        asked = [told for pattern, told in parts.items() if pattern.search(call.text)] or list(parts.values())
        lines = [await told(call) for told in asked]
        return Outcome((say("utter_running", told=words("part_next", call.language).join(lines)),))

    async def _plan(self, call: Call) -> str:
        plan = await self.accounts.plan(call.subscriber, BY)
        if waiting := await self.accounts.waiting_plan(call.subscriber, BY):
            begins = day_in_words(waiting.begins, call.language)
            return words(
                "part_running_plan_until", call.language, plan=plan.name, next=waiting.plan.name, begins=begins
            )
        return words("part_running_plan", call.language, plan=plan.name)

    async def _contract(self, call: Call) -> str:
        ends = await self.accounts.contract_ends(call.subscriber, BY)
        return (
            words("part_running_contract", call.language, ends=day_in_words(ends, call.language))
            if ends
            else words("part_running_no_contract", call.language)
        )

    async def _line(self, call: Call) -> str:
        line = await self.accounts.broadband(call.subscriber, BY)
        if line is None:
            return words("part_running_no_line", call.language)
        if line.paid_until is None:
            return words("part_running_line_of_plan", call.language, speed=line.speed_mbps)
        left = (line.paid_until - call.at.date()).days
        return words(
            "part_running_line",
            call.language,
            speed=line.speed_mbps,
            ends=day_in_words(line.paid_until, call.language),
            days=max(left, 0),
        )

    async def _packs(self, call: Call) -> str:
        """Return the packs that still run, each with its last day, and what is left of all data."""
        today, last = call.at.date(), last_of_month(call.at.date())
        recent = await self._orders.recent(call.subscriber, call.at - ROAMING_SHOWN, BY)
        begun = datetime(today.year, today.month, 1, tzinfo=SHANGHAI)
        told = [
            words(
                "part_running_pack",
                call.language,
                name=each.terms.subject,
                bought=day_in_words(_bought(each), call.language),
                ends=day_in_words(last, call.language),
            )
            for each in recent
            if each.change.kind is Kind.BUY_PACK and each.proposed_at >= begun
        ]
        told += [
            words(
                "part_running_roaming",
                call.language,
                name=each.terms.subject,
                bought=day_in_words(_bought(each), call.language),
            )
            for each in recent
            if each.change.kind is Kind.ROAMING
        ]
        usage = await self.accounts.usage(call.subscriber, Month.of(today), BY)
        left = words(
            "part_running_data",
            call.language,
            left=data_size(usage.data_left_mb),
            ends=day_in_words(last, call.language),
        )
        return words("part_next", call.language).join(
            [*(told or [words("part_running_no_packs", call.language)]), left]
        )


def last_of_month(day: date) -> date:
    """Return the last day of the month of a day.

    >>> last_of_month(date(2028, 2, 3))
    datetime.date(2028, 2, 29)
    """
    return day.replace(day=monthrange(day.year, day.month)[1])


def _bought(order: Order) -> date:
    return order.proposed_at.astimezone(SHANGHAI).date()
