"""How alike two Chinese texts are, by the pairs of characters that they share."""

from core.search import words_of


def pairs(text: str) -> frozenset[str]:
    """Return the pairs of neighbouring characters in a text, and its words of letters and digits.

    >>> sorted(pairs("查话费 5G"))
    ['5g', '查话', '话费']
    """
    return frozenset(word for word in words_of(text).split() if len(word) > 1)


def share(part: frozenset[str], whole: frozenset[str]) -> float:
    """Return how much of `part` is in `whole`, from 0 to 1.

    >>> share(pairs("流量费"), pairs("流量费多扣了")), share(pairs("你好"), pairs("流量"))
    (1.0, 0.0)
    """
    return len(part & whole) / len(part) if part else 0.0


def alike(one: str, other: str) -> float:
    """Return how alike two texts are, from 0 to 1: the pairs of both among those of either.

    >>> alike("宽带断网了", "我家宽带断网了") > 0.5, alike("谢谢", "宽带断网了")
    (True, 0.0)
    """
    left, right = pairs(one), pairs(other)
    return len(left & right) / len(left | right) if left | right else 0.0
