"""The promotions that suit a subscriber, those that may be taken now first; taking one is an order like every other."""

from collections.abc import Sequence

from actions.base import BY, FlowAction
from backends.account.port import Accounts, Promotion
from backends.orders.port import Kind, Orders
from core.dates import day_in_words
from core.dialogue import Call, Outcome, Say
from core.wording import words

from actions.refusals import nothing, offer_of  # isort: skip


class CheckPromotions(FlowAction):
    """The promotions of the subscriber's level and plan (C6), each to be taken by name, place or button."""

    def __init__(self, accounts: Accounts, orders: Orders) -> None:
        """Ask `accounts` which suit, and `orders` which may be taken today."""
        self._accounts, self._orders = accounts, orders

    def name(self) -> str:
        """Its name in the domain."""
        return "action_promotions"

    async def act(self, call: Call) -> Outcome:
        """Say each, and until when; what still lacks something is told after what may be taken at once."""
        found = await self._accounts.promotions(call.subscriber, BY)
        options = await self._orders.options(call.subscriber, Kind.TAKE_PROMOTION, BY)
        free = {option.code for option in options if option.refusal is None}
        now, later = [each for each in found if each.code in free], [each for each in found if each.code not in free]
        if not found:
            return nothing(Kind.TAKE_PROMOTION, (), (), call.language)
        of_code = {option.code: option for option in options}
        choices = tuple(offer_of(Kind.TAKE_PROMOTION, of_code[each.code], call.language) for each in now)
        says = [Say("utter_promotions", {"promotions": _listed(now, call.language)}, choices)] if now else []
        if later:
            says.append(Say("utter_promotions_later", {"promotions": _listed(later, call.language)}))
        return Outcome(tuple(says))


def _listed(promotions: Sequence[Promotion], language: str) -> str:
    listed = (
        words("part_promotion", language, name=each.title, told=each.told, until=day_in_words(each.ends, language))
        for each in promotions
    )
    return words("part_next", language).join(listed)
