"""Which plan would cost least for what was really used in the last months, shown with the calculation."""

from collections.abc import Sequence
from dataclasses import dataclass

from backends.account.port import Accounts
from backends.orders.port import Kind, Orders, Rates, Refusal, Tariff
from core.chinese_time import Month
from core.dates import day_in_words, month_in_words
from core.dialogue import Call, Choice, Outcome, ended, say
from core.money import data_size, yuan
from core.wording import words

from actions.base import BY, FlowAction  # isort: skip

MONTHS = 3
_MOST_TOLD = 5


@dataclass(frozen=True)
class Used:
    """What was used in a month, within the plan and beyond it."""

    data_mb: int
    minutes: int
    sms: int


@dataclass(frozen=True)
class Cost:
    """What a plan costs in an average month, in fen: its fee, and what is charged beyond it."""

    plan: Tariff
    beyond_fen: int

    @property
    def total_fen(self) -> int:
        """The fee and what is beyond it."""
        return self.plan.monthly_fen + self.beyond_fen


def cost(plan: Tariff, months: Sequence[Used], rates: Rates) -> Cost:
    """Return what `plan` would have cost in an average one of these months, rounded to the fen.

    Each month is charged by itself: what is left of one does not pay for another.
    """
    beyond = sum(
        rates.data.fen_for(max(used.data_mb - plan.data_mb, 0))
        + rates.voice.fen_for(max(used.minutes - plan.minutes, 0))
        + rates.sms.fen_for(max(used.sms - plan.sms, 0))
        for used in months
    )
    return Cost(plan, _average(beyond, len(months)))


def costs(plans: Sequence[Tariff], months: Sequence[Used], rates: Rates) -> tuple[Cost, ...]:
    """Return what each plan would cost, the cheapest first; of equal ones the one with the lower fee."""
    found = [cost(plan, months, rates) for plan in plans]
    return tuple(sorted(found, key=lambda each: (each.total_fen, each.plan.monthly_fen, each.plan.code)))


def _average(total: int, count: int) -> int:
    return (total + count // 2) // count


class BestPlan(FlowAction):
    """Tells which plan fits the own use, and offers it."""

    def __init__(self, accounts: Accounts, orders: Orders) -> None:
        """Read the use from `accounts`; what may be had is in `orders`."""
        self._accounts, self._orders = accounts, orders

    def name(self) -> str:
        """Its name in the domain."""
        return "action_best_plan"

    async def act(self, call: Call) -> Outcome:
        """Calculate, say the calculation, and offer the change where another plan costs less."""
        last = Month.of(call.at.date()).before()
        months = [last.before(back) for back in range(MONTHS - 1, -1, -1)]
        used = [await self._used(call.subscriber, month) for month in months]
        counted = [(month, each) for month, each in zip(months, used, strict=True) if each != Used(0, 0, 0)]
        if not counted:
            return ended("utter_best_plan_no_use")
        prices = await self._orders.price_list()
        refusals = {
            each.code: each.refusal for each in await self._orders.options(call.subscriber, Kind.CHANGE_PLAN, BY)
        }
        own = (await self._accounts.plan(call.subscriber, BY)).code
        there = [each for each in prices.tariffs if each.kind is Kind.CHANGE_PLAN]
        # An enterprise has its own plans, and nobody else has them.
        enterprise = any(each.enterprise for each in there if each.code == own)
        his = [each for each in there if each.enterprise is enterprise]
        every = costs(his, [each for _, each in counted], prices.rates)
        free = [
            each for each in every if each.plan.code == own or refusals.get(each.plan.code) is not Refusal.LOCKED_IN
        ]
        if not free:
            return ended("utter_best_plan_no_use")
        told = say(
            "utter_best_plan",
            count=str(len(counted)),
            first=month_in_words(counted[0][0], call.language),
            last=month_in_words(counted[-1][0], call.language),
            data=data_size(_average(sum(each.data_mb for _, each in counted), len(counted))),
            minutes=str(_average(sum(each.minutes for _, each in counted), len(counted))),
            sms=str(_average(sum(each.sms for _, each in counted), len(counted))),
            told=words("part_next", call.language).join(_in_words(each, call.language) for each in every[:_MOST_TOLD]),
        )
        best, present = free[0], next((each for each in every if each.plan.code == own), None)
        remember = {"subject": "change_plan", "thing": best.plan.name}
        if present is not None and best.total_fen >= present.total_fen:
            says = [told, say("utter_best_plan_own", own=present.plan.name)]
        else:
            saved = yuan(present.total_fen - best.total_fen) if present else ""
            allowed = refusals.get(best.plan.code) is None
            order = (
                (Choice("change_plan", words("part_order_it", call.language, name=best.plan.name)),) if allowed else ()
            )
            key = "utter_best_plan_other" if present else "utter_best_plan_new"
            says = [told, say(key, name=best.plan.name, saved=saved, choices=order)]
        if every[0] not in free and every[0].total_fen < best.total_fen:
            ends = await self._accounts.contract_ends(call.subscriber, BY)
            until = day_in_words(ends, call.language) if ends else ""
            says.insert(1, say("utter_best_plan_bound", name=every[0].plan.name, until=until))
        return Outcome(tuple(says), remember=remember)

    async def _used(self, customer_id: int, month: Month) -> Used:
        usage = await self._accounts.usage(customer_id, month, BY)
        beyond = await self._accounts.charged_use(customer_id, month, BY)
        return Used(
            usage.data_used_mb + sum(each.data_mb for each in beyond),
            usage.voice_used_minutes + sum(each.minutes for each in beyond),
            usage.sms_used + sum(each.sms for each in beyond),
        )


def _in_words(cost: Cost, language: str) -> str:
    fields = {"name": cost.plan.name, "fee": yuan(cost.plan.monthly_fen), "total": yuan(cost.total_fen)}
    if not cost.beyond_fen:
        return words("part_plan_cost", language, **fields)
    return words("part_plan_cost_beyond", language, beyond=yuan(cost.beyond_fen), **fields)
