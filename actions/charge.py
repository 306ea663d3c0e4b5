"""Why something was charged: the days and uses behind an item of a bill (B2)."""

from collections.abc import Sequence

from backends.account.port import Bill, BillItem, ChargedUse, Service
from backends.orders.port import Orders, Rate
from core.amounts import Unclear, amounts
from core.chinese_time import Month, Span
from core.dates import day_in_words, month_in_words
from core.dialogue import A_PERSON, Call, Choice, Outcome, Say, say
from core.english_time import in_chinese
from core.money import yuan
from core.wording import ENGLISH, called, named, words

from actions.account import bill_difference, bill_items, first_held_against  # isort: skip
from actions.base import BY, AccountAction  # isort: skip
from actions.recharge import top_up  # isort: skip
from actions.tariffs import rate_words, used_words  # isort: skip
from backends.account.port import Accounts  # isort: skip

# Where no month was shown or named, an item is looked for in this one and so many before it.
_LOOKED_BACK = 3
_UNITS = ("data", "voice", "sms")
# What people call the items whose names they do not know.
_CALLED = {
    "流量": "流量", "data": "流量", "语音": "语音", "通话": "语音", "打电话": "语音", "打的": "语音", "call": "语音",
    "短信": "短信", "彩信": "短信", "message": "短信",
}  # fmt: skip


class ExplainCharge(AccountAction):
    """What is behind an item of a bill: on which days how much was used, or what is paid each month."""

    def __init__(self, accounts: Accounts, orders: Orders) -> None:
        """Read from `accounts`; the rates are those of `orders`."""
        super().__init__(accounts)
        self._orders = orders

    def name(self) -> str:
        """Its name in the domain."""
        return "action_charge"

    async def act(self, call: Call) -> Outcome:
        """Explain the item that is named by its name or sum; where none is, what makes the month dearer.

        Of a debt, or of a whole bill, what it is made of is told: the slot `figures` has the sums, in fen, that were
        told before and are asked about.
        """
        current = Month.of(call.at.date())
        bills = await self._bills(call, current)
        figures = frozenset(map(int, call.slots.get("figures") or ()))
        found = next(((bill, items) for bill in bills if (items := asked_about(call.text, bill, figures))), None)
        if found is not None:
            bill, items = found
            says = [await self._explained(call, bill, item) for item in items]
            return Outcome(tuple(says), remember={"month": str(bill.month)})
        if not bills:
            return Outcome((say("utter_no_bill", month=month_in_words(current, call.language)),))
        bill = bills[0]  # the month that was shown last
        if figures:
            return await self._made_of(call, bills, figures)
        if names_a_charge(call.text):
            told = say(
                "utter_no_such_charge",
                month=month_in_words(bill.month, call.language),
                items=bill_items(bill, call.language),
            )
            return Outcome((told,), remember={"month": str(bill.month)})
        before = await self.accounts.bill(call.subscriber, bill.month.before(), BY)
        if len(bills) > 1 and first_held_against(call.text, bills[-1].month, call.at.date()):
            bill, before = bills[-1], bill  # 9月比10月贵在哪
        says = [
            bill_difference(before, bill, call.language)
            if before
            else say(
                "utter_bill",
                month=month_in_words(bill.month, call.language),
                total=yuan(bill.total_fen),
                items=bill_items(bill, call.language),
            )
        ]
        earlier = {item.name: item.amount_fen for item in before.items} if before else {}
        beyond = {each.charge for each in await self.accounts.charged_use(call.subscriber, bill.month, BY)}
        dearer = [each for each in bill.items if each.name in beyond and each.amount_fen > earlier.get(each.name, 0)]
        says += [await self._explained(call, bill, item) for item in dearer]
        return Outcome(tuple(says), remember={"month": str(bill.month)})

    async def _made_of(self, call: Call, bills: Sequence[Bill], figures: frozenset[int]) -> Outcome:
        """Return what a whole bill is made of, or a debt or a balance, which this month's charges have led to."""
        whole = next((each for each in bills if each.total_fen in figures), None)
        current = Month.of(call.at.date())
        bill = whole or await self.accounts.bill(call.subscriber, current, BY) or bills[0]
        fields = {
            "month": month_in_words(bill.month, call.language),
            "total": yuan(bill.total_fen),
            "items": bill_items(bill, call.language),
        }
        arrears = (await self.accounts.balance(call.subscriber, BY)).arrears_fen
        if whole is None and arrears in figures:
            told = Say("utter_arrears_why", fields | {"arrears": yuan(arrears)}, (top_up(arrears, call.language),))
        else:
            told = Say("utter_bill_so_far" if bill.month == current else "utter_bill", fields)
        return Outcome((told,), remember={"month": str(bill.month)})

    async def _bills(self, call: Call, current: Month) -> list[Bill]:
        """Return the bills that may be meant: of the month that is named or was shown, else the last ones."""
        span, shown = call.slots.get("span"), call.memory.get("month")
        if isinstance(span, str) and ".." in span:
            months = list(reversed(Span.read(span).months()))[:_LOOKED_BACK]
        elif shown:
            both = dict.fromkeys((str(shown), str(call.memory.get("month_before") or shown)))
            months = [Month.read(each) for each in both]
        else:
            months = [current.before(back) for back in range(_LOOKED_BACK + 1)]
        bills = [await self.accounts.bill(call.subscriber, month, BY) for month in months]
        return [bill for bill in bills if bill is not None]

    async def _explained(self, call: Call, bill: Bill, item: BillItem) -> Say:
        fields = {
            "month": month_in_words(bill.month, call.language),
            "charge": named(item.name, call.language),
            "amount": yuan(item.amount_fen),
        }
        uses = [
            each
            for each in await self.accounts.charged_use(call.subscriber, bill.month, BY)
            if each.charge == item.name
        ]
        if uses:
            rates = (await self._orders.price_list()).rates
            choices = [Choice("complain", words("part_complain", call.language))]
            if uses[0].data_mb:
                choices.insert(0, Choice("buy_data_pack", words("part_buy_pack", call.language)))
            rate = rate_words(_rate(uses, (rates.data, rates.voice, rates.sms)), _unit(uses[0]), call.language)
            told = {"days": day_by_day(uses, call.language), "used": total_used(uses, call.language)}
            fields |= {**told, "rate": rate}
            return Say("utter_charge_use", fields, tuple(choices))
        if any(_is(service, item) for service in await self.accounts.services(call.subscriber, BY)):
            return Say(
                "utter_charge_service",
                fields,
                (Choice("cancel_service", words("part_stop_it", call.language, name=item.name)),),
            )
        if item is bill.items[0]:
            plan = await self.accounts.plan(call.subscriber, BY)
            own = plan.monthly_fee_fen == item.amount_fen
            return Say("utter_charge_plan_own" if own else "utter_charge_plan", fields | {"plan": plan.name})
        return Say("utter_charge_unknown", fields, (A_PERSON,))


def asked_about(text: str, bill: Bill, figures: frozenset[int] = frozenset()) -> tuple[BillItem, ...]:
    """Return the items of a bill that a text names, by their names, what people call them, or their sums.

    figures  sums in fen that it names, as far as they were told before
    """
    said = text.lower()
    by_name = tuple(item for item in bill.items if any(name in said for name in _names(item)))
    if by_name:
        return by_name
    if figures:
        return tuple(item for item in bill.items if item.amount_fen in figures)
    try:
        sums = {each.fen for each in amounts(in_chinese(text))}
    except Unclear:
        sums = set()
    by_sum = tuple(item for item in bill.items if item.amount_fen in sums)
    if by_sum or sums:
        return by_sum
    kinds = {kind for word, kind in _CALLED.items() if word in said}
    return tuple(item for item in bill.items if any(kind in item.name for kind in kinds))


def _names(item: BillItem) -> tuple[str, ...]:
    """Return what an item is called: as it stands on the bill, without 套餐外, and in English."""
    english = (named(item.name, ENGLISH).lower(), *called(item.name))
    return (item.name, item.name.removeprefix("套餐外"), *english)


def names_a_charge(text: str) -> bool:
    """Return whether a text names what was charged, by a word for it or by a sum."""
    try:
        return any(word in text.lower() for word in _CALLED) or bool(amounts(in_chinese(text)))
    except Unclear:
        return True


def day_by_day(uses: Sequence[ChargedUse], language: str) -> str:
    """Return each day with what was used on it and what it cost."""
    return words("part_next", language).join(
        words(
            "part_used_on",
            language,
            day=day_in_words(each.on, language, year=False),
            used=used_words(_count(each), _unit(each), language),
            price=yuan(each.amount_fen),
        )
        for each in sorted(uses, key=lambda each: each.on)
    )


def total_used(uses: Sequence[ChargedUse], language: str) -> str:
    """Return what was used on all days together."""
    return used_words(sum(map(_count, uses)), _unit(uses[0]), language)


def _count(use: ChargedUse) -> int:
    return use.data_mb or use.minutes or use.sms


def _unit(use: ChargedUse) -> str:
    return _UNITS[0] if use.data_mb else _UNITS[1] if use.minutes else _UNITS[2]


def _rate(uses: Sequence[ChargedUse], rates: tuple[Rate, Rate, Rate]) -> Rate:
    return rates[_UNITS.index(_unit(uses[0]))]


def _is(service: Service, item: BillItem) -> bool:
    return service.name == item.name and service.monthly_fee_fen == item.amount_fen
