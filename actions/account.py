"""What a subscriber asks about the own number: balance, bills, allowance, plan, services, recharges, points, offers."""

import re
from collections.abc import Sequence
from datetime import timedelta

from actions.base import BY, AccountAction
from backends.account.port import Bill
from core.chinese_time import Month, Span
from core.chinese_time import compares as compares_bills
from core.clock import SHANGHAI
from core.dialogue import A_PERSON, Call, Choice, Outcome, Say, ended, say
from core.money import data_size, yuan
from core.wording import words

RECHARGES_SHOWN = timedelta(days=183)
MOST_RECHARGES = 6
_MOST_MONTHS = 24
_BILLS_NAMED = 3
_WITH = re.compile(r"[跟和与同]|比起|比较|对比")
_CONTRACT = re.compile(r"合约|合同|协议|违约")
# Channels that show a picture of ours by its address.
SHOW_CHARTS = frozenset({"web"})


class CheckBalance(AccountAction):
    """What is on the account, or what is owed."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_balance"

    async def act(self, call: Call) -> Outcome:
        """Say the balance."""
        balance = await self.accounts.balance(call.subscriber, BY)
        if balance.arrears_fen:
            note = "您的号码目前处于欠费停机状态，" if balance.state == "suspended" else ""
            says = [say("utter_arrears", arrears=yuan(balance.arrears_fen), note=note)]
        else:
            says = [say("utter_balance", balance=yuan(balance.balance_fen))]
        if balance.credit_fen:
            says.append(say("utter_credit", credit=yuan(balance.credit_fen)))
        return Outcome(tuple(says))


class CheckUsage(AccountAction):
    """What is left of the month's allowance."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_usage"

    async def act(self, call: Call) -> Outcome:
        """Say what is left, with a chart where the channel shows one."""
        usage = await self.accounts.usage(call.subscriber, Month.of(call.at.date()), BY)
        told = say(
            "utter_usage",
            plan=usage.plan.name,
            data_total=data_size(usage.data_mb),
            data_used=data_size(usage.data_used_mb),
            data_left=data_size(usage.data_left_mb),
            voice_left=str(usage.voice_left_minutes),
            sms_left=str(usage.sms_left),
        )
        if call.channel not in SHOW_CHARTS:
            return Outcome((told,))
        pairs = {
            "data": (usage.data_used_mb, usage.data_mb),
            "voice": (usage.voice_used_minutes, usage.plan.voice_minutes),
            "sms": (usage.sms_used, usage.plan.sms),
        }
        shown = "&".join(f"{name}={used}-{total}" for name, (used, total) in pairs.items())
        return Outcome((Say(told.response, told.fields, image=f"/charts/usage.svg?{shown}"),))


class CheckBill(AccountAction):
    """The bills of a month or of several, and where two differ."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_bill"

    async def act(self, call: Call) -> Outcome:
        """Say the sum and its parts; this month's where none is named."""
        current = Month.of(call.at.date())
        months = _months(call.slots.get("span")) or (current,)
        compares = compares_bills(call.text)
        if compares and len(months) == 1:
            months = tuple(sorted({months[0], _beside(months[0], call, current)}))
        bills = [(month, await self.accounts.bill(call.subscriber, month, BY)) for month in months]
        there = [bill for _, bill in bills if bill is not None]
        remember = {"month": str(months[-1])}
        if not there:
            return Outcome((await self._none(call, months[-1]),), remember=remember)
        if compares and len(there) == 2:
            return Outcome((bill_difference(there[0], there[1]),), remember=remember)
        if len(there) == 1:
            return Outcome((_one(there[0], current),), remember=remember)
        return Outcome((_several(there),), remember=remember)

    async def _none(self, call: Call, month: Month) -> Say:
        """Say that a month has no bill, and which have one."""
        billed = (await self.accounts.bill_months(call.subscriber, BY))[:_BILLS_NAMED]
        if not billed:
            return say("utter_no_bill_yet", month=month_label(month), choices=(A_PERSON,))
        choices = tuple(
            Choice("bill", words("way_bill", month=month_label(each)), known={"span": str(Span(each, each))})
            for each in billed
        )
        others = words("part_and").join(month_label(each) for each in billed)
        return say("utter_no_bill", month=month_label(month), months=others, choices=choices)


def _beside(named: Month, call: Call, current: Month) -> Month:
    """Return the month with which one is compared: 跟9月比, the one shown; 9月多在哪, the one before it."""
    if not _WITH.search(call.text):
        return named.before()
    shown = Month.read(str(call.memory["month"])) if call.memory.get("month") else current
    return shown if shown != named else current if named != current else named.before()


def _one(bill: Bill, current: Month) -> Say:
    response = "utter_bill_so_far" if bill.month == current else "utter_bill"
    return say(response, month=month_label(bill.month), total=yuan(bill.total_fen), items=bill_items(bill))


def _several(bills: Sequence[Bill]) -> Say:
    lines = "\n".join(f"{month_label(bill.month)}：{yuan(bill.total_fen)}元" for bill in bills)
    total = sum(bill.total_fen for bill in bills)
    return say("utter_bills", count=str(len(bills)), lines=lines, total=yuan(total))


def bill_difference(earlier: Bill, later: Bill) -> Say:
    """Return what is different between two bills, item by item, as lines."""
    amounts = [{item.name: item.amount_fen for item in bill.items} for bill in (earlier, later)]
    names = list(dict.fromkeys([*amounts[0], *amounts[1]]))
    lines = [
        f"{name}：{yuan(amounts[0].get(name, 0))}元 → {yuan(amounts[1].get(name, 0))}元"
        for name in names
        if amounts[0].get(name, 0) != amounts[1].get(name, 0)
    ]
    more = later.total_fen - earlier.total_fen
    way = f"多{yuan(more)}元" if more > 0 else f"少{yuan(-more)}元" if more < 0 else "一样多"
    return say(
        "utter_bill_difference",
        earlier=month_label(earlier.month),
        later=month_label(later.month),
        first=yuan(earlier.total_fen),
        second=yuan(later.total_fen),
        way=way,
        lines="\n".join(lines) if lines else "各项费用都相同",
    )


def bill_items(bill: Bill) -> str:
    """Return the items of a bill with their sums."""
    return "、".join(f"{item.name}{yuan(item.amount_fen)}元" for item in bill.items)


def _months(span: object) -> tuple[Month, ...]:
    """Return the months of a slot that holds 2026-04..2026-06."""
    if not isinstance(span, str) or ".." not in span:
        return ()
    return Span.read(span).months()[:_MOST_MONTHS]


def month_label(month: Month) -> str:
    """Return a month as people say it."""
    return f"{month.year}年{month.month}月"


class CheckRecharges(AccountAction):
    """What was recharged in the last months (C3)."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_recharges"

    async def act(self, call: Call) -> Outcome:
        """Say each recharge, the newest first."""
        since = call.at - RECHARGES_SHOWN
        recharges = await self.accounts.recharges(call.subscriber, since, BY)
        if not recharges:
            return Outcome((say("utter_no_recharges"),))
        lines = []
        for each in recharges[:MOST_RECHARGES]:
            at = each.at.astimezone(SHANGHAI)
            lines.append(f"{at.month}月{at.day}日{each.way}充值{yuan(each.amount_fen)}元")
        return Outcome((say("utter_recharges", recharges="；".join(lines)),))


class CheckPoints(AccountAction):
    """Points to spend, and which of them expire this year (C7)."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_points"

    async def act(self, call: Call) -> Outcome:
        """Say the points."""
        points = await self.accounts.points(call.subscriber, BY)
        told = say(
            "utter_points_expiring" if points.of_last_year else "utter_points",
            points=str(points.total),
            expiring=str(points.of_last_year),
            year=str(call.at.year),
        )
        return Outcome((told,))


class CheckPlan(AccountAction):
    """The present plan and its terms."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_plan"

    async def act(self, call: Call) -> Outcome:
        """Say the plan, and the one that is to begin."""
        plan = await self.accounts.plan(call.subscriber, BY)
        says = [
            say(
                "utter_plan",
                plan=plan.name,
                fee=yuan(plan.monthly_fee_fen),
                data=data_size(plan.data_mb),
                voice=str(plan.voice_minutes),
                sms=str(plan.sms),
            )
        ]
        if waiting := await self.accounts.waiting_plan(call.subscriber, BY):
            begins = f"{waiting.begins.month}月{waiting.begins.day}日"
            says.append(say("utter_plan_waiting", plan=waiting.plan.name, begins=begins))
        if ends := await self.accounts.contract_ends(call.subscriber, BY):
            says.append(say("utter_contract", ends=f"{ends.year}年{ends.month}月{ends.day}日"))
        elif _CONTRACT.search(call.text):
            says.append(say("utter_no_contract"))
        return Outcome(tuple(says))


class CheckBroadband(AccountAction):
    """The home line: where, how fast, and until when it is paid."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_broadband"

    async def act(self, call: Call) -> Outcome:
        """Say it."""
        line = await self.accounts.broadband(call.subscriber, BY)
        if line is None:
            return Outcome((say("utter_no_broadband"),))
        until = "，费用由套餐承担，没有到期日"
        if line.paid_until is not None:
            until = f"，包年到{line.paid_until.year}年{line.paid_until.month}月{line.paid_until.day}日"
        return Outcome((say("utter_broadband", address=line.address, speed=str(line.speed_mbps), until=until),))


class CheckServices(AccountAction):
    """The value-added services that are on."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_services"

    async def act(self, call: Call) -> Outcome:
        """Say the services and what each costs."""
        services = await self.accounts.services(call.subscriber, BY)
        if not services:
            return Outcome((say("utter_no_services"),))
        named = "、".join(f"{service.name}（每月{yuan(service.monthly_fee_fen)}元）" for service in services)
        return Outcome((say("utter_services", services=named),))


class CheckState(AccountAction):
    """Why the number is stopped, or that it is not."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_state"

    async def act(self, call: Call) -> Outcome:
        """Say the state and the way out of it."""
        balance = await self.accounts.balance(call.subscriber, BY)
        return ended(f"utter_state_{balance.state}", arrears=yuan(balance.arrears_fen))
