"""Finding Chinese text: there are no spaces to cut at, so every two neighbouring characters are a word of the index."""

import re
import unicodedata

_RUNS = re.compile(r"[a-z0-9]+|[一-鿿㐀-䶿]+")
# So much of a text is in the index, and so much of a question is looked for.
MOST = 2000
LONGEST_QUESTION = 60


def _runs(text: str) -> list[str]:
    return _RUNS.findall(unicodedata.normalize("NFKC", text).lower())


def words_of(text: str) -> str:
    """Return the words of a text for the index, separated by blanks.

    The last character of a stretch of Chinese is a word too, so that a single character is found by its beginning.

    >>> words_of("查一下Wi-Fi账单"), words_of("！")
    ('查一 一下 下 wi fi 账单 单', '')
    """
    return " ".join(word for run in _runs(text[:MOST]) for word in _cut(run))


def question_of(asked: str) -> list[list[str]]:
    """Return what must be found: phrases, each a list of words that follow each other.

    A phrase that is one word is meant as the beginning of a word.

    >>> question_of("多扣 话费单"), question_of("卡"), question_of("?")
    ([['多扣'], ['话费', '费单']], [['卡']], [])
    """
    runs = _runs(asked[:LONGEST_QUESTION])
    return [_cut(run)[: max(1, len(run) - 1)] if _is_chinese(run) else [run] for run in runs]


def _cut(run: str) -> list[str]:
    if not _is_chinese(run):
        return [run]
    return [run[at : at + 2] for at in range(len(run))]


def _is_chinese(run: str) -> bool:
    return not run[0].isascii()
