"""An article as it is told: with its source and day, for whom it holds, with what may be done about it."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from actions.talk import TellAbout
from actions.tariff_answers import TariffAnswers
from backends.account.sql import SqlAccounts
from backends.knowledge.port import Article, FollowUp, Words
from backends.orders.sql import SqlOrders
from core.clock import SHANGHAI, FixedClock
from core.dialogue import Call, Outcome
from database.handle import Database
from storage.audit import SqlAuditLog
from tests.contract.test_facts import NOW
from tests.keys import KEYS

ESIM = Article(
    "esim",
    {"zh": Words("eSIM", "目前没有开办eSIM。", {"price": "不收费。"}), "en": Words("eSIM", "We don't offer eSIM yet.")},
    ("eSIM怎么办",),
    "ours",
    "演示规则 A07",
    date(2026, 1, 1),
    offer="new_number",
)
POWER = replace(ESIM, name="elsewhere_power", standing="directory", words={"zh": Words("停电", "请您拨打95598。")})


class Told:
    """The action over the demo's systems and a few articles."""

    def __init__(self, database: Database, *articles: Article) -> None:
        clock = FixedClock(NOW)
        audit = SqlAuditLog(database, clock)
        accounts, orders = SqlAccounts(database, audit, clock), SqlOrders(database, audit, clock)
        known = {each.name: each for each in articles}
        self._about = TellAbout(orders, accounts, TariffAnswers(orders, accounts, "https://x"), known.get)

    async def of(
        self, *names: str, who: int | None = None, memory: Mapping[str, Any] | None = None, **slots: Any
    ) -> Outcome:
        """Return what a question comes to for which these articles were found."""
        known = {"aspect": "other", "articles": list(names), "words": "这个怎么说", **slots}
        return await self._about.act(
            Call(who, "这个怎么说", NOW.astimezone(SHANGHAI), "k", slots=known, memory=memory or {})
        )


@pytest.fixture
async def database(demo_copy: str) -> AsyncIterator[Database]:
    opened = Database(demo_copy, KEYS)
    yield opened
    await opened.close()


async def test_it_is_told_with_title_source_and_day_and_offers_what_does_it(database: Database) -> None:
    outcome = await Told(database, ESIM).of("esim")
    article, offer = outcome.says
    assert article.fields == {
        "text": "目前没有开办eSIM。",
        "title": "eSIM",
        "source": "演示规则 A07",
        "since": "2026年1月1日",
    }
    assert [choice.code for choice in offer.choices] == ["new_number"]
    assert outcome.remember == {"article": "esim", "subject": "new_number", "read": ["esim"]}


async def test_one_that_says_what_to_say_is_offered_by_a_button_alone(database: Database) -> None:
    how = replace(ESIM, words={"zh": Words("eSIM", "请您[登录后|]说“办副卡”。")})
    (visitor,) = (await Told(database, how).of("esim")).says
    (subscriber,) = (await Told(database, how).of("esim", who=1)).says
    assert [choice.code for choice in visitor.choices] == ["new_number"]
    assert (visitor.fields["text"], subscriber.fields["text"]) == ("请您登录后说“办副卡”。", "请您说“办副卡”。")


async def test_a_follow_up_is_answered_with_its_source_unless_its_article_was_just_told(database: Database) -> None:
    asked = replace(ESIM, follow_ups=(FollowUp(("手表呢",), {"zh": "手表也没有开办。"}),))
    (first,) = (await Told(database, asked).of(next=["esim", 0])).says
    (again,) = (await Told(database, asked).of(next=["esim", 0], article="esim")).says
    assert (first.response, first.fields["title"], first.fields["text"]) == (
        "utter_article",
        "eSIM",
        "手表也没有开办。",
    )
    assert (again.response, again.fields["text"]) == ("utter_article_more", "手表也没有开办。")


async def test_one_that_was_read_before_is_answered_from_for_what_is_asked_now(database: Database) -> None:
    (said,) = (await Told(database, ESIM).of("esim", aspect="price", memory={"read": ["esim"]})).says
    assert said.response == "utter_article_more"


async def test_in_the_middle_of_an_order_nothing_else_is_offered(database: Database) -> None:
    assert len((await Told(database, ESIM).of("esim", in_a_flow="yes")).says) == 1


async def test_one_that_has_expired_is_not_told_and_the_next_is(database: Database) -> None:
    old = replace(ESIM, name="old", until=date(2026, 1, 31))
    assert (await Told(database, old, ESIM).of("old", "esim")).remember["article"] == "esim"
    assert (await Told(database, old).of("old")).says[0].response == "utter_no_answer"


@pytest.mark.parametrize(("who", "told"), [(2, True), (1, False), (None, False)])
async def test_one_for_gold_customers_is_told_to_them_alone(database: Database, who: int | None, told: bool) -> None:
    outcome = await Told(database, replace(ESIM, levels=frozenset({"gold"}))).of("esim", who=who)
    assert (outcome.says[0].response == "utter_article") is told


async def test_what_is_asked_next_has_its_own_short_answer(database: Database) -> None:
    outcome = await Told(database, ESIM).of(article="esim", aspect="price")
    assert [each.fields for each in outcome.says] == [{"text": "不收费。"}]


async def test_what_is_not_ours_names_whom_to_call_in_the_norms_words(database: Database) -> None:
    outcome = await Told(database, POWER).of("elsewhere_power")
    assert [(each.response, each.fields["text"]) for each in outcome.says] == [("utter_not_ours", "请您拨打95598。")]


async def test_where_nothing_answers_what_comes_near_is_offered_beside_a_person(database: Database) -> None:
    outcome = await Told(database, ESIM).of(near=[["esim", "eSIM"]])
    assert outcome.says[0].response == "utter_no_answer_but"
    assert [choice.code for choice in outcome.says[0].choices] == ["article:esim", "handoff"]
