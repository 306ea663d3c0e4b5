"""What is told without a system behind it, and what is told of things on sale."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from backends.account.port import Accounts
from backends.knowledge.port import Article, told_to
from backends.orders.port import Kind, Option, Orders, PriceList
from core.choosing import named
from core.dates import day_in_words
from core.dialogue import A_PERSON, ARTICLE, Call, Choice, Outcome, Say, Slots, ended, say
from core.wording import named as named_in
from core.wording import words

from actions.base import BY, FlowAction  # isort: skip
from actions.change_words import choice_of, price_of  # isort: skip
from actions.tariff_answers import TariffAnswers  # isort: skip
from actions.tariffs import Figure, Question  # isort: skip

# Of these kinds a customer may ask what they are and cost; the flow that orders one is called by its kind.
_ON_SALE = (
    Kind.CHANGE_PLAN,
    Kind.BUY_PACK,
    Kind.ROAMING,
    Kind.OPEN_SERVICE,
    Kind.ORDER_BROADBAND,
    Kind.REDEEM,
    Kind.TAKE_PROMOTION,
)
_TOLD = 4
_MOST_TOLD = 8
_PLAN = re.compile(r"国内流量(?P<data>\S+)、通话(?P<voice>\d+)分钟、短信(?P<sms>\d+)条")
# What the demo carrier's own rules are called where an article comes from them.
_DEMO_RULE = "演示规则"
# So many articles that were read are remembered.
_READ = 12
# A text that says what to say for it needs no sentence to offer it.
_SAYS_HOW = re.compile('[说回复]“|(?:say|ask|reply|name|tell us) "')
# From this share on an article is meant, whatever the price list has.
_SURELY = 0.9
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

    def __init__(
        self, orders: Orders, accounts: Accounts, tariffs: TariffAnswers, article: Callable[[str], Article | None]
    ) -> None:
        """Look into what `orders` has on sale, and into articles by their names; `accounts` knows levels.

        `tariffs` answers for everybody what is asked of the price list.
        """
        self._orders, self._accounts, self._tariffs, self._article = orders, accounts, tariffs, article

    def name(self) -> str:
        """Its name in the domain."""
        return "action_about"

    async def act(self, call: Call) -> Outcome:
        """Answer from what knows it best, the first that does.

        A comparison is the price list's; then comes an article, what is on sale, and what the flow says of itself.
        """
        if fact := call.slots.get("fact"):  # what was just agreed to says it itself
            return Outcome((say("utter_fact", fact=str(fact)),))
        response, aspect = call.slots.get("response"), call.slots.get("aspect")
        asked = await self._tariffs.asked(call)
        answered: Outcome | None = None
        by_figures = asked is not None and (asked[0].compares or _asks_how_long(asked[0], call))
        if asked is not None and by_figures and (answered := await self._tariffs.answer(call, *asked)):
            return answered
        # 流量包多少钱 comes near an article about other packs.
        if asked is not None and aspect == "price" and (_is_unsure(call) or asked[0].names_its_kind(call.said)):
            answered = await self._of_the_price_list(call, *asked)
        if (answered := answered or await self._told(call)) is not None:
            return answered
        if asked is not None and aspect in _OF_A_THING and (answered := await self._of_the_price_list(call, *asked)):
            return answered
        if response and aspect not in _OF_A_THING:
            return Outcome((Say(str(response), _texts(call.slots)),))
        if call.slots.get("others") and (offered := await self._all_of(call)):
            return offered
        found = await self._named(call)
        language = call.language
        told = words("part_next", language).join(_described(option, language) for _, option in found[:_TOLD])
        if found and aspect in _OF_A_THING:
            kind, option = found[0]
            offers = len(found) == 1 and option.refusal is None and not call.slots.get("in_a_flow")
            choices = (Choice(kind.value, words("part_order_it", language, name=option.name)),) if offers else ()
            thing = option.name if len(found) == 1 else None
            remember = {"subject": kind.value, "thing": thing}
            return Outcome((say("utter_on_sale", told=told, choices=choices),), remember=remember)
        if aspect in ("what", "price") and (offered := await self._all_of(call)):
            return offered
        if response:
            return Outcome((Say(str(response), _texts(call.slots)),))
        if found:  # 怎么把视频会员停了
            return Outcome((say("utter_on_sale_say_so", told=told, name=found[0][1].name),))
        near = [Choice(f"{ARTICLE}{name}", title) for name, title in call.slots.get("near") or ()]
        return ended("utter_no_answer_but" if near else "utter_no_answer", choices=(*near, A_PERSON))

    async def _told(self, call: Call) -> Outcome | None:
        """Return the first article that answers and holds today, or more of the one that was told last; or None."""
        if (answered := self._asked_next(call)) is not None:
            return answered
        names = [str(name) for name in call.slots.get("articles") or ()]
        for name in names:
            article = self._article(name)
            if article is not None and article.holds(call.at.date(), await self._level(call, article), call.channel):
                read = article.name in (call.memory.get("read") or ())
                return (_more(article, call) if read else None) or _outcome(article, call)
        last = self._article(str(call.slots.get("article") or ""))
        return _more(last, call) if last and not names else None

    def _asked_next(self, call: Call) -> Outcome | None:
        """Return the answer of the follow-up that is asked; with its source, unless its article was just told."""
        name, number = call.slots.get("next") or ("", 0)
        article = self._article(str(name))
        if article is None or not article.holds(call.at.date(), channel=call.channel):
            return None
        text = _told_to(call, article.follow_ups[int(number)].in_language(call.language))
        if call.slots.get("article") == name:
            return Outcome((say("utter_article_more", text=text),))
        return Outcome((_with_source(article, text, call.language),), remember={"article": name})

    async def _level(self, call: Call, article: Article) -> str:
        if not article.levels or call.customer_id is None:
            return ""
        return (await self._accounts.customer(call.customer_id, BY)).level

    async def _of_the_price_list(self, call: Call, question: Question, prices: PriceList) -> Outcome | None:
        """Return what the price list answers, where the question can mean nothing else or nothing else answers it."""
        response, aspect = call.slots.get("response"), call.slots.get("aspect")
        on_sale = question.kind in _ON_SALE
        if not on_sale and aspect != "price":  # of 销户 the fee is not what is asked
            return None
        if not question.is_sure and response and (aspect not in _OF_A_THING or not on_sale):
            return None
        return await self._tariffs.answer(call, question, prices)

    async def _all_of(self, call: Call) -> Outcome | None:
        """Return everything that this subscriber may have of the kind that is talked of, or None."""
        kind = next((kind for kind in _ON_SALE if kind.value == call.slots.get("kind")), None)
        if kind is None or call.customer_id is None:
            return None
        options = [each for each in await self._orders.options(call.customer_id, kind, BY) if each.refusal is None]
        if not options:
            return None
        told = words("part_next", call.language).join(_described(each, call.language) for each in options[:_MOST_TOLD])
        return Outcome((say("utter_on_sale", told=told),), remember={"subject": kind.value})

    async def _named(self, call: Call) -> list[tuple[Kind, Option]]:
        if call.customer_id is None:
            return []
        found = []
        for kind in _kinds(call.slots):
            options = {option.code: option for option in await self._orders.options(call.customer_id, kind, BY)}
            choices = [choice_of(option) for option in options.values()]
            found += [(kind, options[choice.code]) for choice in named(call.said, choices)]
        exact = [each for each in found if each[1].name in call.said]
        return exact or found


def _is_unsure(call: Call) -> bool:
    """Return whether an article that may be meant is not so surely."""
    return float(call.slots.get("share") or 1.0) < _SURELY


def _asks_how_long(question: Question, call: Call) -> bool:
    """Return whether it is asked how long a named thing lasts, and no article surely says it: 5g的用到什么时候.

    What the flow says of when it begins is no answer to that.
    """
    known = bool(call.slots.get("next")) or (bool(call.slots.get("articles")) and not _is_unsure(call))
    return Figure.TERM in question.figures and len(question.things) == 1 and not known


def _more(article: Article, call: Call) -> Outcome | None:
    """Return what an article has beside its text for what is asked, or None."""
    more = article.in_language(call.language).more.get(str(call.slots.get("aspect")))
    if not more:
        return None
    return Outcome((say("utter_article_more", text=_told_to(call, more)),), remember={"article": article.name})


def _told_to(call: Call, text: str) -> str:
    return told_to(text, signed_in=call.customer_id is not None)


def _outcome(article: Article, call: Call) -> Outcome:
    """Return an article as it is told: its text, where that stands and since when, and what may be done about it."""
    text = _told_to(call, article.in_language(call.language).text)
    if article.standing == "directory":
        return Outcome((say("utter_not_ours", text=text),))
    told = _with_source(article, text, call.language)
    read = [*(call.memory.get("read") or ()), article.name][-_READ:]
    remember: dict[str, Any] = {"article": article.name, "read": read}
    if not article.offer or call.slots.get("in_a_flow"):
        return Outcome((told,), remember=remember)
    choices, asked_before = (Choice(article.offer, ""),), call.memory.get("subject") == article.offer
    remember["subject"] = article.offer
    if _SAYS_HOW.search(text) or asked_before:  # once is enough
        return Outcome((replace(told, choices=choices),), remember=remember)
    return Outcome((told, say("utter_article_offer", choices=choices)), remember=remember)


def _with_source(article: Article, text: str, language: str) -> Say:
    since = day_in_words(article.since, language)
    source = article.source.replace(_DEMO_RULE, named_in(_DEMO_RULE, language))  # the name of a public rule stays
    return say("utter_article", text=text, title=article.in_language(language).title, source=source, since=since)


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
