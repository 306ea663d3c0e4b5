"""Finding an article: by invented meanings, without an engine."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from backends.knowledge import search
from backends.knowledge.port import Article, FollowUp, Library, Words
from backends.knowledge.search import Index
from backends.knowledge.words import HashedWords
from bot.knowing import Knowing, keep_meanings, read_meanings
from core.errors import EngineDown
from core.message import Meaning, Understanding

_RANDOM = np.random.default_rng(7)
_TOPICS = {name: _RANDOM.normal(size=24) for name in ("卡", "账单", "漫游", "宽带", "发票", "积分")}


def meant(text: str) -> Meaning:
    """Return a meaning in which a text is near its topic, the character that it begins with."""
    topic = next((vector for name, vector in _TOPICS.items() if text.startswith(name)), np.ones(24))
    noise = np.random.default_rng(sum(map(ord, text))).normal(size=24)
    return Meaning(tuple((topic + 0.4 * noise).tolist()), tuple(text))


def article(name: str) -> Article:
    asks = tuple(f"{name}{rest}" for rest in ("怎么办", "多少钱", "要带什么", "几天", "在哪办"))
    return Article(name, {"zh": Words(name, f"{name}的说明")}, asks, "ours", "演示规则", date(2026, 1, 1))


ARTICLES = tuple(article(name) for name in _TOPICS)
LIBRARY = Library(ARTICLES, ("今天晚饭吃什么", "天上有几颗星"), ("我的账单", "我的积分有几分"))
MEANINGS = {text: meant(text) for text in LIBRARY.texts}


def test_a_message_in_words_that_nobody_wrote_finds_its_article_first() -> None:
    index = Index(LIBRARY, MEANINGS)
    for name in _TOPICS:
        assert index.find(meant(f"{name}这个咋弄呢"))[0].name == name


def test_what_is_about_nothing_that_is_known_is_found_less_surely_than_what_is() -> None:
    index = Index(LIBRARY, MEANINGS)
    known = min(index.find(meant(f"{name}怎么弄"))[0].share for name in _TOPICS)
    assert index.find(meant("今天晚饭吃什么好"))[0].share < known


def test_shares_fall_from_the_first_to_the_last() -> None:
    shares = [each.share for each in Index(LIBRARY, MEANINGS).find(meant("漫游几天"))]
    assert shares == sorted(shares, reverse=True)


def test_a_follow_up_is_found_with_its_article_and_number_and_what_is_none_less_surely() -> None:
    asked = tuple(
        FollowUp((f"{each}以后呢", f"{each}要等吗"), {"zh": f"{each}以后的答案"}) for each in ("发票", "积分")
    )
    library = replace(LIBRARY, articles=(replace(ARTICLES[0], follow_ups=asked), *ARTICLES[1:]))
    index = Index(library, {text: meant(text) for text in library.texts})
    (first, *_), (none, *_) = index.asked_next(meant("积分要等多久")), index.asked_next(meant("今天晚饭吃什么"))
    assert (first.article, first.number) == (ARTICLES[0].name, 1)
    assert none.share < first.share
    assert Index(LIBRARY, MEANINGS).asked_next(meant("积分要等多久")) == ()


def many(articles: int) -> tuple[Library, dict[str, Meaning]]:
    """Return the library and invented articles beside it, each with a topic and a word of its own."""
    told = dict[str, Meaning]()
    for number in range(articles):
        topic = np.random.default_rng(number).normal(size=24)
        for rest in range(4):
            noise = np.random.default_rng((number, rest)).normal(size=24)
            told[f"词{number}{rest}"] = Meaning(tuple((topic + 0.4 * noise).tolist()), (f"词{number}", str(rest)))
    texts = list(told)
    invented = tuple(
        replace(ARTICLES[0], name=title, words={"zh": Words(title, title)}, asks=tuple(asks))
        for title, *asks in (texts[at : at + 4] for at in range(0, len(texts), 4))
    )
    return replace(LIBRARY, articles=ARTICLES + invented), MEANINGS | told


def test_among_thousands_of_articles_the_same_one_is_found_as_where_each_phrasing_is_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    index = Index(*many(3 * search._LOOKED_AT))
    asked = [meant(f"{name}{rest}") for name in _TOPICS for rest in ("这个咋弄呢", "几天", "找谁问")]
    among_the_nearest = [index.find(each)[0] for each in asked]
    monkeypatch.setattr(search, "_LOOKED_AT", 10_000)
    for each, before in zip(asked, among_the_nearest, strict=True):
        found = index.find(each)[0]
        assert (found.name, found.looked_up) == (before.name, before.looked_up)
        assert found.share == pytest.approx(before.share, abs=1e-4)


def test_words_that_are_kept_in_little_room_compare_as_they_do_written_out() -> None:
    phrasings = [("漫游", "几", "天"), (), ("账单", "几", "几", "号"), ("漫游", "多少", "钱")]
    kept = HashedWords(phrasings)
    asked = kept.hashed(("漫游", "账单", "多少", "钱"))
    rows = np.array([3, 1, 0, 2])
    written_out = np.array([kept.hashed(phrasings[row]) for row in rows])
    assert kept.whole(rows) == pytest.approx(written_out, abs=1e-6)
    assert kept.alike(rows, asked) == pytest.approx(written_out @ asked, abs=1e-6)
    assert kept.alike(rows, asked)[0] > kept.alike(rows, asked)[2] > kept.alike(rows, asked)[1] == 0


class Encoding:
    """An engine that says what texts mean, counts what it was asked, and can be down."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.down = False

    async def ready(self) -> bool:
        return True

    async def understand(self, texts: Sequence[str]) -> list[Understanding]:
        return [Understanding(text, "nlu_fallback", 0.0, meaning=meant(text)) for text in texts]

    async def encode(self, texts: Sequence[str]) -> list[Meaning]:
        if self.down:
            raise EngineDown()
        self.asked += texts
        return [meant(text) for text in texts]


async def learned(engine: Encoding, kept: Path) -> Knowing:
    knowing = Knowing(engine, LIBRARY, Index, kept)
    with suppress(EngineDown):
        await knowing.known()
    return knowing


async def test_it_is_ready_only_when_it_knows_and_then_says_which_articles_are_asked_for(tmp_path: Path) -> None:
    engine = Encoding()
    knowing = Knowing(engine, LIBRARY, Index, tmp_path / "meanings.npz")
    assert not await knowing.ready()
    assert (await knowing.understand(["漫游多少钱"]))[0].articles == ()
    knowing = await learned(engine, tmp_path / "meanings.npz")
    assert await knowing.ready()
    (reading,) = await knowing.understand(["漫游多少钱"])
    assert reading.articles[0].name == "漫游"
    assert reading.meaning is None


async def test_a_reading_says_what_it_names_of_our_directories(tmp_path: Path) -> None:
    knowing = Knowing(Encoding(), LIBRARY, Index, tmp_path / "meanings.npz", lambda text: {"provider": text[:4]})
    await knowing.known()
    assert (await knowing.understand(["BPTS是谁"]))[0].names == {"provider": "BPTS"}


async def test_the_engine_is_asked_once_for_what_a_phrasing_means(tmp_path: Path) -> None:
    await learned(Encoding(), tmp_path / "meanings.npz")
    again = Encoding()
    assert await (await learned(again, tmp_path / "meanings.npz")).ready()
    assert again.asked == []


async def test_two_that_begin_at_once_ask_the_engine_once_for_each_text(tmp_path: Path) -> None:
    engine = Encoding()
    both = [Knowing(engine, LIBRARY, Index, tmp_path / "meanings.npz") for _ in range(2)]
    await asyncio.gather(*(each.known() for each in both))
    assert [await each.ready() for each in both] == [True, True]
    assert sorted(engine.asked) == sorted(LIBRARY.texts)


async def test_an_engine_that_is_down_while_it_learns_is_asked_again(tmp_path: Path) -> None:
    engine = Encoding()
    engine.down = True
    knowing = await learned(engine, tmp_path / "meanings.npz")
    assert not await knowing.ready()
    engine.down = False
    await knowing.known()
    assert await knowing.ready()


def test_what_was_kept_is_read_back_and_a_damaged_file_is_none(tmp_path: Path) -> None:
    file = tmp_path / "meanings.npz"
    keep_meanings(file, {"漫游几天": meant("漫游几天")})
    assert read_meanings(file)["漫游几天"].words == ("漫", "游", "几", "天")
    file.write_bytes(b"PK\x03\x04 damaged")
    assert read_meanings(file) == {}
