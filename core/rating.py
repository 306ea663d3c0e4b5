"""How a customer may rate a service: five answers on one scale, of which 5 is best, as every question says."""

import re
import unicodedata

from core.message import Button, Reply
from core.numerals import whole
from core.wording import CHINESE, ENGLISH, named, words

SCORES = {"非常满意": 5, "满意": 4, "一般": 3, "不满意": 2, "非常不满意": 1}
BEST, GOOD, POOR = 5, 4, 2
_NUMBER = re.compile(r"(?:我?(?:打|给|评))?\s*([1-5一二三四五])\s*(分|星|颗星|points?|stars?)?[。.!！~\s]*")


def question(text: str, can_press: bool, language: str = CHINESE) -> Reply:
    """Return a question with its five answers, the best first: to press, or as lines whose number is the score."""
    titles = {score: named(each, language) for each, score in SCORES.items()}
    if can_press:
        points = {score: words("part_rating", language, score=score, title=title) for score, title in titles.items()}
        return Reply(text, tuple(Button(points[score], each) for each, score in SCORES.items()))
    lines = [f"{score} {title}" for score, title in titles.items()]
    return Reply("\n".join([text, *lines, words("script_reply_with_the_number", language)]))


def score_of(text: str, alone: bool = False, best: int = BEST) -> int | None:
    """Return the score that an answer stands for, in either language, or None where it is none.

    alone  a bare number is one: nothing else was asked meanwhile
    best   the number that stood for the best answer where it was asked: 5, and long ago 1

    >>> score_of("满意"), score_of("very satisfied"), score_of("ok"), score_of("5分"), score_of("5")
    (4, 5, None, 5, None)
    >>> score_of("5", alone=True), score_of("5", alone=True, best=1), score_of("五星", best=1), score_of("50", True)
    (5, 1, 5, None)
    """
    said = unicodedata.normalize("NFKC", text).strip().rstrip("。.!！").lower()
    for each, score in SCORES.items():
        if said in (each, named(each, ENGLISH).lower()):
            return score
    found = _NUMBER.fullmatch(said)
    if found is None or not (alone or found[2]):
        return None
    number = whole(found[1]) or 0
    return number if best == BEST or found[2] else BEST + 1 - number
