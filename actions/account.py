"""What a subscriber asks about the own number: balance, bills, allowance, plan, services, recharges, points, offers."""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from actions.base import BY, AccountAction
from actions.recharge import top_up
from backends.account.port import Accounts, Balance, Bill
from backends.orders.port import Kind, Orders
from core.chinese_time import Month, Span, read_month
from core.chinese_time import compares as compares_bills
from core.clock import SHANGHAI
from core.dates import day_in_words, month_in_words
from core.dialogue import A_PERSON, END, Call, Choice, Outcome, Say, say
from core.english_time import compares as compares_in_english
from core.money import data_size, yuan
from core.wording import named, words

RECHARGES_SHOWN = timedelta(days=183)
MOST_RECHARGES = 6
_MOST_MONTHS = 24
_BILLS_NAMED = 3
_TWO = 2
# How fast the own line is, and nothing else: 多少兆的.
_SPEED = re.compile(
    r"(?:那|我|家|的|宽带|网|是|现在|签|[\s，,])*(?:多少|几|多大)(?:兆|[mM])(?:的|啊|呢|呀|宽带|网)*[?？]?"
    r"|how fast is (?:it|my (?:line|broadband))\??",
    re.IGNORECASE,
)
# Two months that were shown one after the other: 这俩差多少.
_BOTH_SHOWN = re.compile(r"[这那它](?:俩|两个?月?(?!人))|两个月|上面两")
_WITH = re.compile(r"[跟和与同]|比起|比较|对比|\b(?:with|to|than)\b")
# A roaming pack begins with the arrival: one that was bought longer ago is over, or was not needed.
ROAMING_SHOWN = timedelta(days=90)
_ROAMING = re.compile(r"漫游|\broaming\b", re.IGNORECASE)
_CONTRACT = re.compile(r"合约|合同|协议|违约|contract", re.IGNORECASE)


class CheckBalance(AccountAction):
    """What is on the account, or what is owed."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_balance"

    async def act(self, call: Call) -> Outcome:
        """Say the balance."""
        balance = await self.accounts.balance(call.subscriber, BY)
        if balance.arrears_fen:
            note = words("part_stopped_for_debt", call.language) if balance.state == "suspended" else ""
            choices = (top_up(balance.arrears_fen, call.language),)
            says = [say("utter_arrears", arrears=yuan(balance.arrears_fen), note=note, choices=choices)]
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
        compares = compares_bills(call.text) or compares_in_english(call.text)
        if both := _both_shown(call):
            months, compares = both, True
        if compares and len(months) == 1:
            months = tuple(sorted({months[0], _beside(months[0], call, current)}))
        bills = [(month, await self.accounts.bill(call.subscriber, month, BY)) for month in months]
        there = [bill for _, bill in bills if bill is not None]
        if not there and months[0] > current:
            return Outcome((await self._to_come(call, months[0]),))
        remember = {"month": str(months[-1]), "month_before": _shown_before(call, months)}
        if not there:
            return Outcome((await self._none(call, months[-1]),), remember=remember)
        if compares and len(there) == 2:
            one, other = there if not first_held_against(call.text, there[0].month, call.at.date()) else reversed(there)
            return Outcome((bill_difference(one, other, call.language),), remember=remember)
        if len(there) == 1:
            return Outcome((_one(there[0], current, call.language),), remember=remember)
        return Outcome((_several(there, call.language),), remember=remember)

    async def _to_come(self, call: Call, month: Month) -> Say:
        """Say what a month to come costs as things stand: the plan and what is on; use beyond the plan is not known."""
        waiting = await self.accounts.waiting_plan(call.subscriber, BY)
        begun = waiting is not None and Month.of(waiting.begins) <= month
        plan = waiting.plan if waiting is not None and begun else await self.accounts.plan(call.subscriber, BY)
        services = await self.accounts.services(call.subscriber, BY)
        fees = [(plan.name, plan.monthly_fee_fen), *((each.name, each.monthly_fee_fen) for each in services)]
        items = (words("part_item", call.language, name=name, price=yuan(fen)) for name, fen in fees)
        return say(
            "utter_bill_to_come",
            month=month_in_words(month, call.language),
            total=yuan(sum(fen for _, fen in fees)),
            items=words("part_and", call.language).join(items),
        )

    async def _none(self, call: Call, month: Month) -> Say:
        """Say that a month has no bill, and which have one."""
        billed = (await self.accounts.bill_months(call.subscriber, BY))[:_BILLS_NAMED]
        if not billed:
            return say("utter_no_bill_yet", month=month_in_words(month, call.language), choices=(A_PERSON,))
        called = {each: month_in_words(each, call.language) for each in billed}
        choices = tuple(
            Choice("bill", words("way_bill", call.language, month=name), known={"span": str(Span(each, each))})
            for each, name in called.items()
        )
        others = words("part_and", call.language).join(called.values())
        return say("utter_no_bill", month=month_in_words(month, call.language), months=others, choices=choices)


def _shown_before(call: Call, months: Sequence[Month]) -> str | None:
    """Return the month that is held against the shown one, or was shown before it, where each was shown alone."""
    if len(months) == _TWO:
        return str(months[0])
    shown = str(call.memory.get("month") or "")
    return shown if len(months) == 1 and shown not in ("", str(months[0])) else None


def _both_shown(call: Call) -> tuple[Month, ...]:
    """Return the two months that were shown last, the earlier first, where a message means them; else nothing."""
    shown = [str(call.memory.get(name) or "") for name in ("month", "month_before")]
    if not all(shown) or _BOTH_SHOWN.search(call.text) is None:
        return ()
    return tuple(sorted(Month.read(each) for each in shown))


def first_held_against(text: str, earlier: Month, today: date) -> bool:
    """Return whether it is asked of the earlier month how it differs from the later one: 9月比10月贵在哪."""
    held, than, _ = text.partition("比")
    return bool(than) and _WITH.search(held) is None and read_month(held, today) == earlier


def _beside(named: Month, call: Call, current: Month) -> Month:
    """Return the month with which one is compared: 跟9月比, the one shown; 9月多在哪, the one before it."""
    if not _WITH.search(call.text):
        return named.before()
    shown = Month.read(str(call.memory["month"])) if call.memory.get("month") else current
    return shown if shown != named else current if named != current else named.before()


def _one(bill: Bill, current: Month, language: str) -> Say:
    response = "utter_bill_so_far" if bill.month == current else "utter_bill"
    month, items = month_in_words(bill.month, language), bill_items(bill, language)
    return say(response, month=month, total=yuan(bill.total_fen), items=items)


def _several(bills: Sequence[Bill], language: str) -> Say:
    lines = "\n".join(
        words("part_line", language, name=month_in_words(bill.month, language), price=yuan(bill.total_fen))
        for bill in bills
    )
    total = sum(bill.total_fen for bill in bills)
    return say("utter_bills", count=str(len(bills)), lines=lines, total=yuan(total))


def bill_difference(earlier: Bill, later: Bill, language: str) -> Say:
    """Return what is different between two bills, item by item, as lines."""
    amounts = [{item.name: item.amount_fen for item in bill.items} for bill in (earlier, later)]
    names = list(dict.fromkeys([*amounts[0], *amounts[1]]))
    lines = [
        words(
            "part_line_changed",
            language,
            name=named(name, language),
            first=yuan(amounts[0].get(name, 0)),
            second=yuan(amounts[1].get(name, 0)),
        )
        for name in names
        if amounts[0].get(name, 0) != amounts[1].get(name, 0)
    ]
    more = later.total_fen - earlier.total_fen
    way = "part_bill_more" if more > 0 else "part_bill_less" if more < 0 else "part_as_much"
    return say(
        "utter_bill_difference",
        earlier=month_in_words(earlier.month, language),
        later=month_in_words(later.month, language),
        first=yuan(earlier.total_fen),
        second=yuan(later.total_fen),
        way=words(way, language, price=yuan(abs(more))),
        lines="\n".join(lines) if lines else words("part_all_the_same", language),
    )


def bill_items(bill: Bill, language: str) -> str:
    """Return the items of a bill with their sums."""
    return words("part_and", language).join(
        words("part_item", language, name=named(item.name, language), price=yuan(item.amount_fen))
        for item in bill.items
    )


def _months(span: object) -> tuple[Month, ...]:
    """Return the months of a slot that holds 2026-04..2026-06."""
    if not isinstance(span, str) or ".." not in span:
        return ()
    return Span.read(span).months()[:_MOST_MONTHS]


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
        lines = [
            words(
                "part_recharge",
                call.language,
                day=day_in_words(each.at.astimezone(SHANGHAI).date(), call.language, year=False),
                way=named(each.way, call.language),
                price=yuan(each.amount_fen),
            )
            for each in recharges[:MOST_RECHARGES]
        ]
        return Outcome((say("utter_recharges", recharges=words("part_next", call.language).join(lines)),))


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
            begins = day_in_words(waiting.begins, call.language, year=False)
            says.append(say("utter_plan_waiting", plan=waiting.plan.name, begins=begins))
        if ends := await self.accounts.contract_ends(call.subscriber, BY):
            says.append(say("utter_contract", ends=day_in_words(ends, call.language)))
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
        if _SPEED.fullmatch(call.text.strip()):
            return Outcome((say("utter_broadband_speed", speed=str(line.speed_mbps)),))
        until = words("part_line_in_the_plan", call.language)
        if line.paid_until is not None:
            until = words("part_line_paid_until", call.language, day=day_in_words(line.paid_until, call.language))
        return Outcome((say("utter_broadband", address=line.address, speed=str(line.speed_mbps), until=until),))


class CheckServices(AccountAction):
    """The value-added services that are on, or whether roaming is."""

    def __init__(self, accounts: Accounts, orders: Orders) -> None:
        """Ask `accounts`; roaming is switched on by an order of `orders`."""
        super().__init__(accounts)
        self._orders = orders

    def name(self) -> str:
        """Its name in the domain."""
        return "action_services"

    async def act(self, call: Call) -> Outcome:
        """Say the services and what each costs; of roaming, which pack has switched it on."""
        if _ROAMING.search(call.text):
            return await self._roaming(call)
        services = await self.accounts.services(call.subscriber, BY)
        if not services:
            return Outcome((say("utter_no_services"),))
        told = [
            words("part_service", call.language, name=service.name, price=yuan(service.monthly_fee_fen))
            for service in services
        ]
        return Outcome((say("utter_services", services=words("part_and", call.language).join(told)),))

    async def _roaming(self, call: Call) -> Outcome:
        """Say the roaming packs of the last months; by an order of one roaming is switched on."""
        recent = await self._orders.recent(call.subscriber, call.at - ROAMING_SHOWN, BY)
        names = tuple(dict.fromkeys(each.terms.subject for each in recent if each.change.kind is Kind.ROAMING))
        if not names:
            return Outcome((say("utter_roaming_off", choices=(Choice(Kind.ROAMING.value, ""), A_PERSON)),))
        return Outcome((say("utter_roaming_on", packs=words("part_and", call.language).join(names)),))


class CheckState(AccountAction):
    """Why the number is stopped, or that it is not."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_state"

    async def act(self, call: Call) -> Outcome:
        """Say the state and the way out of it."""
        balance = await self.accounts.balance(call.subscriber, BY)
        return Outcome((state_of(balance, call.language),), END)


def state_of(balance: Balance, language: str) -> Say:
    """Return what is told of a number's state; of one that is stopped for a debt with the offer to pay it."""
    choices = (top_up(balance.arrears_fen, language),) if balance.state == "suspended" else ()
    return say(f"utter_state_{balance.state}", arrears=yuan(balance.arrears_fen), choices=choices)
