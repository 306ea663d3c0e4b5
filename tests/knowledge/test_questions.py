"""What `kefu bench questions` asks, of whom, and what it makes of the answers."""

from collections import Counter

import numpy as np

from backends.knowledge.files import library
from core.message import Meaning
from tests.knowledge.test_search import LIBRARY, MEANINGS
from tests.lab.questions import LARGE, TODAY, Heard, invented, put, questions, ratios


def test_questions_are_drawn_from_as_many_articles_and_the_same_draw_asks_the_same() -> None:
    articles = library().articles
    asked = questions(articles, 200, seed=1)
    owners = [{each.name for each in articles if question in each.asks} for question in asked]
    assert all(owners)
    assert len(set(asked)) == 200
    assert asked == questions(articles, 200, seed=1) != questions(articles, 200, seed=2)


def test_both_libraries_are_asked_everything_as_often_first_and_nothing_is_said_twice() -> None:
    said = list(put([f"问题{number}" for number in range(40)]))
    assert Counter(name for name, _ in said) == {TODAY: 40, LARGE: 40}
    assert Counter(name for name, _ in said[::2]) == {TODAY: 20, LARGE: 20}
    assert len({text for _, text in said}) == 80
    begun = Counter((name, text.partition("问题")[0]) for name, text in said)
    assert set(begun.values()) == {20}


def test_invented_articles_are_as_many_as_asked_for_with_new_texts_and_meanings_as_far_apart_as_todays() -> None:
    written, known = invented(LIBRARY, MEANINGS, articles=120, seed=1)
    texts = [text for each in written for text in (each["title"], *each["asks"])]
    assert len(written) == 120 - len(LIBRARY.articles)
    assert len(set(texts)) == len(texts)
    assert set(texts) == set(known)
    assert not set(texts) & set(MEANINGS)
    assert all(each.words for each in known.values())
    unit = {text: Meaning(_of_length_one(each), each.words) for text, each in MEANINGS.items()}
    written, known = invented(LIBRARY, unit, articles=120, seed=1)
    todays = np.array([unit[text].vector for each in LIBRARY.articles for text in each.phrasings])
    spread = np.array([each.vector for each in known.values()]).std() / todays.std()
    assert 0.8 < spread < 1.25


def test_percentiles_are_of_answered_questions_and_the_larger_library_is_told_beside_todays() -> None:
    heard = Heard(times=[float(number) for number in range(101)], asked=202)
    figures = heard.figures()
    assert (figures["p50_ms"], figures["p95_ms"], figures["p99_ms"], figures["answered"]) == (50.0, 95.0, 99.0, 0.5)
    assert ratios({"p95_ms": 50.0}, {"p95_ms": 60.0})["ratio"] == {"p95": 1.2}
    assert Heard().figures()["answered"] is None


def _of_length_one(meaning: Meaning) -> list[float]:
    vector = np.array(meaning.vector)
    return list((vector / np.linalg.norm(vector)).tolist())
