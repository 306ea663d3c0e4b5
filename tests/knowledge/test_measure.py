"""The bars of knowledge (issue 19), on questions by a hand that saw topics and no article; none was learned from."""

from pathlib import Path

from tests.knowledge.measure import measure, read

QUESTIONS = Path(__file__).with_name("questions.tsv")


async def test_questions_find_their_article_and_what_nothing_answers_is_not_answered() -> None:
    figures = await measure(read(QUESTIONS))
    assert figures["first"] >= 0.85
    assert figures["among three"] >= 0.95
    assert figures["unknown told"] <= 0.05
