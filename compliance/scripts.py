"""Sentences of the norm (N6) that are said outside the bot's dialogues; what it says within them is beside them.

Their texts are in the catalogue of each language (core/wording.py), under script_.
"""

from core.handover import Reason
from core.wording import CHINESE, words


def said(name: str, language: str = CHINESE, /, **fields: object) -> str:
    """Return a script in a language, with its fields put in. Raises KeyError where there is none of this name.

    >>> said("rated_good"), said("next_in_queue", "en")
    ('感谢您的评价，祝您生活愉快。', 'Thank you for your patience. You are next, so please wait just a little longer.')
    """
    return words(f"script_{name}", language, **fields)


def handing_over(reason: Reason, language: str = CHINESE) -> str:
    """Return what a customer is told when a person takes over for a reason."""
    return said(f"handing_over_{reason.value}", language)
