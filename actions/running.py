"""What runs until when: the plan and its contract, the home line, and the packs that were bought (C2, C4)."""

import re
from calendar import monthrange
from datetime import date, datetime, timedelta

from backends.account.port import Accounts
from backends.orders.port import Kind, Order, Orders
from core.chinese_time import Month
from core.clock import SHANGHAI
from core.dialogue import Call, Outcome, say
from core.money import data_size
from core.wording import words

from actions.base import BY, AccountAction  # isort: skip

_CONTRACT = re.compile(r"合约|合同|协议|在网期")
_LINE = re.compile(r"宽带|网线")
_PACKS = re.compile(r"包(?!年)|流量|漫游")
_PLAN = re.compile(r"套餐")
# A roaming pack begins with the arrival: one that was bought longer ago is over, or was not needed.
_ROAMING_SHOWN = timedelta(days=90)


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
        return Outcome((say("utter_running", told="；".join(lines)),))

    async def _plan(self, call: Call) -> str:
        plan = await self.accounts.plan(call.subscriber, BY)
        if waiting := await self.accounts.waiting_plan(call.subscriber, BY):
            begins = day_words(waiting.begins)
            return words("part_running_plan_until", plan=plan.name, next=waiting.plan.name, begins=begins)
        return words("part_running_plan", plan=plan.name)

    async def _contract(self, call: Call) -> str:
        ends = await self.accounts.contract_ends(call.subscriber, BY)
        return words("part_running_contract", ends=day_words(ends)) if ends else words("part_running_no_contract")

    async def _line(self, call: Call) -> str:
        line = await self.accounts.broadband(call.subscriber, BY)
        if line is None:
            return words("part_running_no_line")
        if line.paid_until is None:
            return words("part_running_line_of_plan", speed=line.speed_mbps)
        left = (line.paid_until - call.at.date()).days
        return words("part_running_line", speed=line.speed_mbps, ends=day_words(line.paid_until), days=max(left, 0))

    async def _packs(self, call: Call) -> str:
        """Return the packs that still run, each with its last day, and what is left of all data."""
        today, last = call.at.date(), last_of_month(call.at.date())
        recent = await self._orders.recent(call.subscriber, call.at - _ROAMING_SHOWN, BY)
        begun = datetime(today.year, today.month, 1, tzinfo=SHANGHAI)
        told = [
            words("part_running_pack", name=each.terms.subject, bought=day_words(_bought(each)), ends=day_words(last))
            for each in recent
            if each.change.kind is Kind.BUY_PACK and each.proposed_at >= begun
        ]
        told += [
            words("part_running_roaming", name=each.terms.subject, bought=day_words(_bought(each)))
            for each in recent
            if each.change.kind is Kind.ROAMING
        ]
        usage = await self.accounts.usage(call.subscriber, Month.of(today), BY)
        left = words("part_running_data", left=data_size(usage.data_left_mb), ends=day_words(last))
        return "；".join([*(told or [words("part_running_no_packs")]), left])


def last_of_month(day: date) -> date:
    """Return the last day of the month of a day.

    >>> last_of_month(date(2028, 2, 3))
    datetime.date(2028, 2, 29)
    """
    return day.replace(day=monthrange(day.year, day.month)[1])


def day_words(day: date) -> str:
    """Return a day as people say it, with its year.

    >>> day_words(date(2027, 6, 30))
    '2027年6月30日'
    """
    return f"{day.year}年{day.month}月{day.day}日"


def _bought(order: Order) -> date:
    return order.proposed_at.astimezone(SHANGHAI).date()
