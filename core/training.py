"""Training of the staff (G8): a course, its questions, and what an answered test is worth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# Of 100: from here on a test is passed.
PASSED = 80


@dataclass(frozen=True)
class Question:
    """A question with its choices, of which `right` (counted from 0) is the right one."""

    question: str
    choices: tuple[str, ...]
    right: int


def questions_of(written: str) -> tuple[Question, ...]:
    """Return the questions that somebody has written down; raises ValueError with the line that is wrong.

    A question is a line, its choices are the lines below it that begin with "-"; the right one ends with "*".

    >>> questions_of("接听后第一句说什么？\\n- 您好*\\n- 喂")
    (Question(question='接听后第一句说什么？', choices=('您好', '喂'), right=0),)
    """
    found: list[tuple[str, list[str]]] = []
    for number, line in enumerate(written.splitlines(), start=1):
        said = line.strip()
        if not said:
            continue
        if not said.startswith("-"):
            found.append((said, []))
        elif not found:
            raise ValueError(f"第{number}行：选项前面没有题目。")
        else:
            found[-1][1].append(said.removeprefix("-").strip())
    return tuple(_question(question, choices) for question, choices in found)


def _question(question: str, choices: Sequence[str]) -> Question:
    marked = [at for at, choice in enumerate(choices) if choice.endswith("*")]
    if len(choices) < 2 or len(marked) != 1:
        raise ValueError(f"“{question}”需要至少两个选项，并在唯一的正确选项末尾加*。")
    return Question(question, tuple(choice.rstrip("* ") for choice in choices), marked[0])


def score(questions: Sequence[Question], answers: Mapping[int, int]) -> int:
    """Return what the answers (question → choice, both from 0) are worth, of 100; without a question all is right.

    >>> score(questions_of("一\\n- 甲*\\n- 乙\\n二\\n- 丙\\n- 丁*"), {0: 0, 1: 0})
    50
    """
    if not questions:
        return 100
    right = sum(answers.get(at) == each.right for at, each in enumerate(questions))
    return round(100 * right / len(questions))
