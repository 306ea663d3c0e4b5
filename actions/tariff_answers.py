"""Answers what is asked of the price list, to visitors and to subscribers, whose own plan is compared with."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from backends.account.port import Accounts
from backends.orders.port import Change, ChangeRefused, Kind, Orders, PriceList, Refusal, Tariff
from core.dates import day_in_words
from core.dialogue import A_PERSON, Call, Choice, Outcome, Say, ended, say
from core.wording import words

from actions import tariffs  # isort: skip
from actions.base import BY, FlowAction  # isort: skip
from actions.best_plan import BestPlan  # isort: skip
from actions.refusals import tell  # isort: skip
from actions.tariffs import Figure, Question  # isort: skip


class TariffAnswers:
    """Everything that is on sale, as an answer to what was asked."""

    def __init__(self, orders: Orders, accounts: Accounts, site: str) -> None:
        """Look into the price list of `orders`; the whole of it is read on our site."""
        self._orders, self._accounts, self._site = orders, accounts, site

    async def asked(self, call: Call) -> tuple[Question, PriceList] | None:
        """Return what a message asks of the price list, and the list; None where it asks nothing of it."""
        prices = await self._orders.price_list()
        question = tariffs.asked_of(call.said, prices, _talked_of(call), newcomer=call.customer_id is None)
        return None if question is None else (question, prices)

    async def fitting(
        self, call: Call, kind: Kind, possible: Collection[str]
    ) -> tuple[tuple[Tariff, ...], Tariff] | None:
        """Return which of what is `possible` fits a wish, and the nearest to it; None where the wish narrows nothing.

        It sets bounds (20块以内的), or compares with the own plan (便宜点的, 流量多点的).
        """
        if (question := tariffs.narrowing(call.said, kind)) is None:
            return None
        prices = await self._orders.price_list()
        there = tuple(each for each in prices.tariffs if each.kind is kind and each.code in possible)
        if not there:
            return None
        if question.limits:
            return tariffs.within(there, question.limits), tariffs.nearest(there, question.limits)
        if (own := await self._own_plan(call, prices)) is None:
            return None
        figure = tariffs.the_figure(question)
        return tariffs.beyond(there, own, figure, question.least), tariffs.next_to(there, own, figure)

    async def of(self, call: Call) -> Outcome:
        """Return what the price list has to a message; all plans where nothing of it fits."""
        prices = await self._orders.price_list()
        question = tariffs.asked_of(call.said, prices, newcomer=call.customer_id is None) or Question(
            (), Kind.CHANGE_PLAN
        )
        answered = await self.answer(call, question, prices)
        return answered or ended("utter_no_answer", choices=(A_PERSON,))

    async def answer(self, call: Call, question: Question, prices: PriceList) -> Outcome | None:
        """Return the answer, with the offer to order the one thing that was named; None where nothing fits."""
        assert question.kind is not None  # every question has one
        if question.rates:
            return Outcome((_beyond(prices, call.language),), remember={"subject": question.kind.value})
        own = await self._own_plan(call, prices)
        if question.extreme is Figure.WORTH and question.kind is Kind.CHANGE_PLAN:
            if call.customer_id is not None:
                return await BestPlan(self._accounts, self._orders).act(call)
            question = replace(question, extreme=None)
        if not question.things:
            return await self._of_the_kind(call, question, prices, own)
        same = own is not None and len(question.things) == 1 and question.things[0].code == own.code
        if question.differs and not same and (other := question.things[1] if len(question.things) > 1 else own):
            return await self._compared(call, question.things[0], other, own)
        kind = question.things[0].kind
        if len(question.things) > 1:
            return _outcome(kind, None, say("utter_tariff", told=tariffs.listed(question.things, call.language)))
        thing = question.things[0]
        says: tuple[Say, ...]
        if question.own and own is None:
            says = (say("utter_tariff", told=tariffs.described(thing, call.language)), _to_compare())
        elif own is not None and thing.kind is Kind.CHANGE_PLAN and thing.code != own.code:
            return await self._compared(call, thing, own, own)
        elif own is not None and thing.kind is Kind.CHANGE_PLAN:
            says = (say("utter_tariff_own", told=tariffs.described(thing, call.language)),)
        elif Figure.TERM in question.figures and (term := tariffs.term_words(thing, call.language)):
            says = (
                say("utter_tariff_term", name=thing.name, term=term, price=tariffs.price_words(thing, call.language)),
            )
        else:
            says = (say("utter_tariff", told=tariffs.described(thing, call.language)),)
        return await self._offered(call, thing, own, *says)

    async def _of_the_kind(
        self, call: Call, question: Question, prices: PriceList, own: Tariff | None
    ) -> Outcome | None:
        asked_kind = question.kind
        assert asked_kind is not None
        enterprise = own.enterprise if own else tariffs.for_enterprises(call.said)
        there = tariffs.on_offer(prices, asked_kind, enterprise)
        kind = tariffs.kind_words(asked_kind, call.language)
        if question.limits and there:
            return await self._within(call, question, there, own)
        if question.differs and own is None:
            if not question.least or tariffs.the_figure(question) is not Figure.PRICE:
                return Outcome((_to_compare(),))
            question = replace(question, extreme=Figure.PRICE)  # 便宜点的, of a visitor
        if question.differs and own is not None:  # what is cheaper, or has more, than the own plan
            figure = tariffs.the_figure(question)
            there = tuple(each for each in there if each.code != own.code)
            found = tariffs.beyond(there, own, figure, question.least)
            if not found:
                return _outcome(
                    asked_kind, None, say("utter_tariff_none_beyond", own=tariffs.described(own, call.language))
                )
            return _outcome(asked_kind, None, say("utter_tariffs_found", told=tariffs.listed(found, call.language)))
        if question.extreme is not None:
            found = tariffs.extremes(there, question.extreme, question.least)
            if not found:
                return None
            way = words(f"part_{'least' if question.least else 'most'}_{question.extreme.value}", call.language)
            told = say("utter_tariff_extreme", kind=kind, most=way, told=tariffs.listed(found, call.language))
            return (
                await self._offered(call, found[0], own, told)
                if len(found) == 1
                else _outcome(found[0].kind, None, told)
            )
        link = f"{self._site}/tariffs"
        return _outcome(
            asked_kind, None, say("utter_tariffs", kind=kind, told=tariffs.listed(there, call.language), link=link)
        )

    async def _within(self, call: Call, question: Question, there: Sequence[Tariff], own: Tariff | None) -> Outcome:
        """Return what lies within the bounds of a question, or the cheapest of it; where nothing does, the nearest."""
        fitting = tariffs.within(there, question.limits)
        if not fitting:
            near = tariffs.nearest(there, question.limits)
            told = say("utter_tariff_none_within", told=tariffs.described(near, call.language))
            return await self._offered(call, near, own, told)
        if question.extreme is None and len(fitting) > 1:
            told = say("utter_tariffs_found", told=tariffs.listed(fitting, call.language))
            return _outcome(fitting[0].kind, None, told)
        (first, *_) = tariffs.extremes(fitting, Figure.PRICE, least=True)
        told = say("utter_tariffs_found", told=tariffs.described(first, call.language))
        return await self._offered(call, first, own, told)

    async def _compared(self, call: Call, one: Tariff, other: Tariff, own: Tariff | None) -> Outcome:
        is_own = own is not None and other.code == own.code
        response = "utter_tariff_difference_own" if is_own else "utter_tariff_difference"
        gap = tariffs.difference(one, other, call.language)
        says = [say(response, told=tariffs.described(one, call.language), other=other.name, difference=gap)]
        if one.kind is other.kind is Kind.BUY_PACK:
            first, second = tariffs.worth_words(one), tariffs.worth_words(other)
            says.append(say("utter_pack_worth", one=one.name, first=first, other=other.name, second=second))
        if not is_own:
            return _outcome(one.kind, None, *says)
        return await self._offered(call, one, own, *says)

    async def _offered(self, call: Call, thing: Tariff, own: Tariff | None, *says: Say) -> Outcome:
        """Say what is still missing for a thing, or offer it."""
        missing = await self._missing(call, thing, own)
        if missing is not None:
            return Outcome((*says, missing), remember={"subject": thing.kind.value, "thing": thing.name})
        return _outcome(thing.kind, thing, *says, call=call, own=own)

    async def _missing(self, call: Call, thing: Tariff, own: Tariff | None) -> Say | None:
        """Return why this subscriber can't order a thing now, with the figure; None where nothing stands against it."""
        if call.customer_id is None or thing.kind not in tariffs.KINDS:
            return None
        options = await self._orders.options(call.customer_id, thing.kind, BY)
        why = next((each.refusal for each in options if each.code == thing.code), None)
        if why is None or why is Refusal.NOT_FOR_YOU or (own is not None and thing.code == own.code):
            return None
        if why is Refusal.ALREADY:
            waiting = await self._accounts.waiting_plan(call.customer_id, BY)
            if thing.kind is not Kind.CHANGE_PLAN or waiting is None:
                return say("utter_tariff_have")
            begins = day_in_words(waiting.begins, call.language, year=False)
            return say("utter_plan_waiting", plan=waiting.plan.name, begins=begins)
        balance = await self._accounts.balance(call.customer_id, BY)
        until = await self._accounts.contract_ends(call.customer_id, BY)
        short = thing.once_fen - balance.balance_fen if why is Refusal.TOO_LITTLE_MONEY else balance.arrears_fen
        fee = thing.once_fen or thing.monthly_fen
        least = own.monthly_fen if own and why is Refusal.LOCKED_IN else 0
        refused = ChangeRefused(why, until, max(short, 0), thing.name, fee, points=thing.points, least_fen=least)
        return (await tell(self._orders, call, Change(thing.kind, thing.code), refused)).says[0]

    async def _own_plan(self, call: Call, prices: PriceList) -> Tariff | None:
        if call.customer_id is None:
            return None
        plan = await self._accounts.plan(call.customer_id, BY)
        on_sale = (each for each in prices.tariffs if each.kind is Kind.CHANGE_PLAN and each.code == plan.code)
        return next(on_sale, None) or Tariff(
            Kind.CHANGE_PLAN,
            plan.code,
            plan.name,
            monthly_fen=plan.monthly_fee_fen,
            data_mb=plan.data_mb,
            minutes=plan.voice_minutes,
            sms=plan.sms,
        )


class AskTariffs(FlowAction):
    """Answers what is asked of the price list, as a matter of its own."""

    def __init__(self, answers: TariffAnswers) -> None:
        """Answer by `answers`."""
        self._answers = answers

    def name(self) -> str:
        """Its name in the domain."""
        return "action_tariffs"

    async def act(self, call: Call) -> Outcome:
        """Answer; where nothing on sale is named, with all plans."""
        return await self._answers.of(call)


def _beyond(prices: PriceList, language: str) -> Say:
    rates = prices.rates
    each = {"data": rates.data, "voice": rates.voice, "sms": rates.sms}
    return Say("utter_rates", {unit: tariffs.rate_words(rate, unit, language) for unit, rate in each.items()})


def _to_compare() -> Say:
    return say("utter_tariff_sign_in", custom={"sign_in": True})


def _outcome(
    kind: Kind, thing: Tariff | None, *says: Say, call: Call | None = None, own: Tariff | None = None
) -> Outcome:
    """Return an answer; under one about a single thing that may be ordered, the way to it."""
    remember = {"subject": kind.value, "thing": thing.name if thing else None} if kind in tariffs.KINDS else {}
    has_it = own is not None and thing is not None and thing.code == own.code
    offers = thing is not None and not has_it and kind in tariffs.KINDS
    if not offers or call is None or call.slots.get("in_a_flow"):
        return Outcome(says, remember=remember)
    assert thing is not None
    choices = (Choice(kind.value, words("part_order_it", call.language, name=thing.name)),)
    return Outcome((*says[:-1], replace(says[-1], choices=choices)), remember=remember)


def _talked_of(call: Call) -> Kind | None:
    """Return the kind of the flow that the conversation is about, or None."""
    return next((kind for kind in tariffs.KINDS if kind.value == call.slots.get("kind")), None)
