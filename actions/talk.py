"""What is told without a system behind it, and what is told of things on sale."""

import re

from backends.orders.port import Kind, Option, Orders
from core.choosing import named
from core.dialogue import A_PERSON, Call, Choice, Outcome, Say, Slots, ended, say
from core.wording import words

from actions.base import BY, FlowAction  # isort: skip
from actions.change_words import choice_of, price_of  # isort: skip

# Of these kinds a customer may ask what they are and cost; each with the flow that orders it.
_ON_SALE: dict[Kind, str] = {
    Kind.CHANGE_PLAN: "change_plan",
    Kind.BUY_PACK: "buy_data_pack",
    Kind.ROAMING: "buy_roaming_pack",
    Kind.OPEN_SERVICE: "open_service",
    Kind.ORDER_BROADBAND: "order_broadband",
    Kind.REDEEM: "redeem_points",
}
_TOLD = 4
_MOST_TOLD = 8
# What leaving a contract early costs is calculated by people.
_PENALTY = re.compile(r"违约金|解约|赔(?:多少|钱|偿金)")
_PLAN = re.compile(r"国内流量(?P<data>\S+)、通话(?P<voice>\d+)分钟、短信(?P<sms>\d+)条")
# Aspects that what is on sale answers better than the flow that orders it.
_OF_A_THING = ("price", "what", "other", None)


class ServicePassword(FlowAction):
    """Where the service password is set: on a page, never in a conversation that is kept."""

    def __init__(self, site: str) -> None:
        """Lead to our pages at the address `site`."""
        self._site = site

    def name(self) -> str:
        """Its name in the domain."""
        return "action_password"

    async def act(self, call: Call) -> Outcome:
        """Tell the way."""
        return Outcome((say("utter_password", link=f"{self._site}/password"),))


class TellAbout(FlowAction):
    """Answers a question from what the flow says of itself, or from what is on sale; owns up where neither knows."""

    def __init__(self, orders: Orders) -> None:
        """Look into what `orders` has on sale."""
        self._orders = orders

    def name(self) -> str:
        """Its name in the domain."""
        return "action_about"

    async def act(self, call: Call) -> Outcome:
        """Answer: what a thing is and costs by its name; everything else first from what the flow says of itself."""
        response, aspect = call.slots.get("response"), call.slots.get("aspect")
        if _PENALTY.search(str(call.slots.get("words") or call.text)):
            return ended("utter_penalty", choices=(A_PERSON,))
        if response and aspect not in _OF_A_THING:
            return Outcome((Say(str(response), _texts(call.slots)),))
        if call.slots.get("others") and (offered := await self._all_of(call)):
            return offered
        found = await self._named(call)
        language = call.language
        told = words("part_next", language).join(_described(option, language) for _, option in found[:_TOLD])
        if found and aspect in _OF_A_THING:
            kind, option = found[0]
            offers = len(found) == 1 and option.refusal is None and not call.slots.get("flow_is_open")
            choices = (Choice(_ON_SALE[kind], words("part_order_it", language, name=option.name)),) if offers else ()
            thing = option.name if len(found) == 1 else None
            remember = {"subject": _ON_SALE[kind], "thing": thing}
            return Outcome((say("utter_on_sale", told=told, choices=choices),), remember=remember)
        if aspect in ("what", "price") and (offered := await self._all_of(call)):
            return offered
        if response:
            return Outcome((Say(str(response), _texts(call.slots)),))
        if found:  # 怎么把视频会员停了
            return Outcome((say("utter_on_sale_say_so", told=told, name=found[0][1].name),))
        return ended("utter_no_answer", choices=(A_PERSON,))

    async def _all_of(self, call: Call) -> Outcome | None:
        """Return everything that this subscriber may have of the kind that is talked of, or None."""
        kind = next((kind for kind in _ON_SALE if kind.value == call.slots.get("kind")), None)
        if kind is None or call.customer_id is None:
            return None
        options = [each for each in await self._orders.options(call.customer_id, kind, BY) if each.refusal is None]
        if not options:
            return None
        told = words("part_next", call.language).join(_described(each, call.language) for each in options[:_MOST_TOLD])
        return Outcome((say("utter_on_sale", told=told),), remember={"subject": _ON_SALE[kind]})

    async def _named(self, call: Call) -> list[tuple[Kind, Option]]:
        if call.customer_id is None:
            return []
        said = str(call.slots.get("words") or call.text)
        found = []
        for kind in _kinds(call.slots):
            options = {option.code: option for option in await self._orders.options(call.customer_id, kind, BY)}
            choices = [choice_of(option) for option in options.values()]
            found += [(kind, options[choice.code]) for choice in named(said, choices)]
        exact = [each for each in found if each[1].name in said]
        return exact or found


def _kinds(slots: Slots) -> list[Kind]:
    """Return the kinds to look in: that of the flow that is talked of first."""
    own = [kind for kind in _ON_SALE if kind.value == slots.get("kind")]
    return own or list(_ON_SALE)


def _texts(slots: Slots) -> dict[str, str]:
    return {name: str(value) for name, value in slots.items() if isinstance(value, str | int)}


def _described(option: Option, language: str) -> str:
    if plan := _PLAN.fullmatch(option.includes):  # in Chinese, as the order system has it
        included = words("part_included_in_a_plan", language, **plan.groupdict())
    else:
        included = words("part_included", language, included=option.includes) if option.includes else ""
    return words("part_on_sale", language, name=option.name, price=price_of(option, language), included=included)


class NotYet(FlowAction):
    """Owns up to a request that only a person can fulfil so far, and offers one."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_not_yet"

    async def act(self, call: Call) -> Outcome:
        """Say so."""
        return Outcome((say("utter_not_yet", choices=(A_PERSON,)),))
