"""The articles: whole, in two languages, by the wording norms, with their source; and files that are wrong."""

import re
from datetime import date
from pathlib import Path

import pytest
import yaml

from backends.knowledge.files import ArticleError, library, read
from backends.knowledge.port import Article, told_to
from bot.dialogue.flows import load
from compliance.masking import mask
from compliance.wording import taboos
from tests.conftest import ROOT

ARTICLES = library().articles
FLOWS = load()
INTENTS = set(yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["intents"])
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Where a public rule may be quoted from: what the norm documents and the regulator's demands name.
_PUBLIC = ("《", "N3", "R")
ONE = """\
- name: one
  title: 甲
  asks: [甲是什么]
  text: 甲是乙。
  kind: ours
  source: 演示规则 01
  from: 2026-01-01
"""


def test_there_are_at_least_145_articles_each_with_many_ways_to_ask() -> None:
    assert len(ARTICLES) >= 145
    assert all(len(each.asks) >= 12 for each in ARTICLES)


@pytest.mark.parametrize("article", ARTICLES, ids=lambda each: each.name)
def test_an_article_is_whole_and_leads_where_there_is_something(article: Article) -> None:
    chinese = article.in_language("zh")
    assert not article.offer or article.offer in FLOWS
    assert article.about <= INTENTS
    assert len(chinese.title) <= 16
    assert len(chinese.text) <= 200
    assert article.standing != "public" or article.source.startswith(_PUBLIC)
    assert article.standing != "ours" or article.source.startswith("演示规则")


@pytest.mark.parametrize("article", ARTICLES, ids=lambda each: each.name)
def test_an_article_keeps_the_wording_norms(article: Article) -> None:
    for words in article.words.values():
        for text in (f"{words.title}。{words.text}", *words.more.values()):
            assert not taboos(text)
            assert mask(text) == text
    assert not re.search("你(?!好)", article.in_language("zh").text)


@pytest.mark.parametrize("article", ARTICLES, ids=lambda each: each.name)
def test_an_article_says_the_same_in_english(article: Article) -> None:
    assert set(article.words) == {"zh", "en"}
    assert set(article.words["zh"].more) == set(article.words["en"].more)
    assert not _CHINESE.search(article.words["en"].title)
    assert len(_CHINESE.findall(article.words["en"].text)) <= 30  # names of things on sale stay as they are


@pytest.mark.parametrize("article", [each for each in ARTICLES if each.follow_ups], ids=lambda each: each.name)
def test_what_is_asked_next_is_answered_briefly_by_the_wording_norms_in_two_languages(article: Article) -> None:
    for each in article.follow_ups:
        assert set(each.texts) == {"zh", "en"}
        assert len(each.asks) >= 3
        assert len(each.texts["zh"]) <= 120
        for text in each.texts.values():
            assert not taboos(text)
            assert mask(text) == text
        assert not re.search("你(?!好)", each.texts["zh"])
        assert len(_CHINESE.findall(each.texts["en"])) <= 30


def test_no_two_follow_ups_of_an_article_are_asked_in_the_same_words() -> None:
    for article in ARTICLES:
        asked = [ask for each in article.follow_ups for ask in each.asks]
        assert len(asked) == len(set(asked))


@pytest.mark.parametrize("article", ARTICLES, ids=lambda each: each.name)
def test_who_has_signed_in_is_not_told_to(article: Article) -> None:
    for words in (article.in_language("zh"), article.in_language("en")):
        for text in (words.text, *words.more.values()):
            assert not re.search("登录后[说回]|[Ss]ign in,? (?:and )?(?:say|ask|reply)", told_to(text, signed_in=True))
            assert not re.search(r"[\[\]|]", told_to(text, signed_in=False))


@pytest.mark.parametrize("article", ARTICLES, ids=lambda each: each.name)
def test_what_is_filled_in_of_a_text_message_is_english_in_english(article: Article) -> None:
    words = article.words["en"]
    assert not re.search("#[\u4e00-\u9fff]", " ".join((words.text, *words.more.values())))


def test_no_two_articles_are_asked_for_in_the_same_words() -> None:
    asked = [ask for each in ARTICLES for ask in set(each.phrasings)]
    assert len(asked) == len(set(asked))


def test_an_article_holds_for_its_days_levels_and_channels_alone(tmp_path: Path) -> None:
    (tmp_path / "one.yml").write_text(ONE + "  until: 2026-01-31\n  levels: [gold]\n  channels: [web]\n", "utf-8")
    (article,) = read(tmp_path)
    assert [article.holds(date(2026, 1, day), "gold", "web") for day in (1, 31)] == [True, True]
    assert not article.holds(date(2025, 12, 31), "gold", "web")
    assert not article.holds(date(2026, 2, 1), "gold", "web")
    assert not article.holds(date(2026, 1, 1), "", "web")
    assert not article.holds(date(2026, 1, 1), "gold", "sms")


@pytest.mark.parametrize(
    ("written", "wrong"),
    [
        ("- name: [", "one.yml:2: this is no YAML"),
        ("name: one\n", "one.yml:1: a file of articles is a list; begin each with - name:"),
        (ONE.replace("  text: 甲是乙。\n", ""), "one.yml: one: text: Field required"),
        (ONE + "  colour: red\n", "one.yml: one: colour: Extra inputs are not permitted"),
        (ONE.replace("ours", "mine"), "one.yml: one: kind: Input should be 'ours', 'public' or 'directory'"),
        (ONE + ONE, "one.yml: one is there twice; give each article a name of its own"),
    ],
)
def test_a_file_that_is_wrong_says_where_and_what(written: str, wrong: str, tmp_path: Path) -> None:
    (tmp_path / "one.yml").write_text(written, "utf-8")
    with pytest.raises(ArticleError) as error:
        read(tmp_path)
    assert str(error.value).startswith(wrong)


def test_what_asks_for_no_article_is_no_way_to_ask_for_one() -> None:
    asked = {text for each in ARTICLES for text in each.phrasings}
    assert not asked & {*library().unanswered, *library().looked_up}
