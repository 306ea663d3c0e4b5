"""How well an agent's side of a conversation keeps to the wording norms (N6 二, M9): 0 to 100, with what is missing."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from compliance.gate import without
from compliance.wording import taboos

_GREETING = re.compile(r"您好|你好|早上好|下午好|晚上好|hello|good (?:morning|afternoon|evening)", re.IGNORECASE)
_PLEASE = re.compile(r"请|您|please", re.IGNORECASE)
_INFORMAL = re.compile(r"你(?!好)|咱")
_THANKS = re.compile(r"谢谢|感谢|thank", re.IGNORECASE)
_SORRY = re.compile(r"对不起|抱歉|请(?:您)?(?:原谅|谅解|见谅)|sorry|apolog", re.IGNORECASE)
_WAIT = re.compile(r"稍等|稍候|please wait", re.IGNORECASE)
_WAITED = re.compile(r"久等|谢谢.{0,4}等|感谢.{0,6}等待|thank you for waiting", re.IGNORECASE)
_CLOSING = re.compile(
    r"再见|祝您|还有(?:什么|其他).{0,8}(?:帮|需要)|欢迎.{0,4}再次|goodbye|anything else", re.IGNORECASE
)


@dataclass(frozen=True)
class Missing:
    """What the norm asks for and the conversation lacks: its rule, what it cost, and in words what to do."""

    rule: str
    points: int
    advice: str


@dataclass(frozen=True)
class Score:
    """Of 100, with what is missing, the dearest first."""

    points: int
    missing: tuple[Missing, ...]


_TABOO = "score.taboo"
# Rule → points, advice, whether it is kept; given the agent's sentences and whether the customer was upset.
_RULES: tuple[tuple[str, int, str, Callable[[Sequence[str], bool], bool]], ...] = (
    ("score.greeting", 15, "开头请先问候，例如“您好”。", lambda said, _: bool(_GREETING.search(said[0]))),
    ("score.please", 15, "多用“请”和“您”。", lambda said, _: 2 * sum(map(_polite, said)) >= len(said)),
    ("score.you", 10, "称呼客户请用“您”。", lambda said, _: not any(_INFORMAL.search(each) for each in said)),
    ("score.thanks", 10, "请向客户致谢。", lambda said, _: _any(_THANKS, said)),
    ("score.closing", 10, "结束前请询问还有什么可以帮助，并道别。", lambda said, _: _any(_CLOSING, said[-2:])),
    ("score.waited", 10, "请客户等待后，请说“让您久等了”。", lambda said, _: not _any(_WAIT, said) or _waited(said)),
    ("score.sorry", 10, "客户不满时请先致歉。", lambda said, upset: not upset or _any(_SORRY, said)),
    (_TABOO, 20, "出现了服务忌语。", lambda said, _: not any(taboos(each) for each in said)),
)


def score(said: Sequence[str], upset: bool, excused: Collection[str] = ()) -> Score | None:
    """Return the score of what an agent `said`, in order, to a customer who was `upset` or not; None for silence.

    excused  sentences that somebody has allowed who decides appeals: they cost nothing

    >>> found = score(["您好，请讲。", "你等一下"], upset=False)
    >>> found.points, [each.rule for each in found.missing]
    (70, ['score.you', 'score.thanks', 'score.closing'])
    """
    if not said:
        return None
    judged = [without(each, excused) for each in said]
    missing = [
        Missing(rule, cost, advice)
        for rule, cost, advice, kept in _RULES
        if not kept(judged if rule == _TABOO else said, upset)
    ]
    missing.sort(key=lambda each: -each.points)
    return Score(100 - sum(each.points for each in missing), tuple(missing))


def _polite(sentence: str) -> bool:
    return bool(_PLEASE.search(sentence))


def _any(pattern: re.Pattern[str], said: Sequence[str]) -> bool:
    return any(pattern.search(each) for each in said)


def _waited(said: Sequence[str]) -> bool:
    first = next(at for at, each in enumerate(said) if _WAIT.search(each))
    return first == len(said) - 1 or _any(_WAITED, said[first + 1 :])
