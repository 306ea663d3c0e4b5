"""A long text in pieces that a platform takes."""

from collections.abc import Callable


def pieces(text: str, fitting: Callable[[str], str]) -> list[str]:
    """Return a text in pieces, cut at the ends of lines where there are any; `fitting` gives the longest start of one.

    >>> pieces("一二三\\n四五", lambda text: text[:4]), pieces("一二三四五", lambda text: text[:4]), pieces("", str)
    (['一二三\\n', '四五'], ['一二三四', '五'], [])
    """
    found = []
    while text:
        fits = fitting(text)
        end = fits.rfind("\n") + 1 if len(fits) < len(text) else len(fits)
        found.append(text[: end or len(fits)])
        text = text[end or len(fits) :]
    return found
