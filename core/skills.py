"""What an agent must be able to do for a conversation (G2): by what the customer wants, and who it is."""

import re
from collections.abc import Sequence
from enum import StrEnum

from core.handover import Reason


class Skill(StrEnum):
    """What agents are trained for."""

    ACCOUNT = "account"
    COMPLAINT = "complaint"
    REPAIR = "repair"
    ENTERPRISE = "enterprise"
    ENGLISH = "english"


_REPAIR = {"report_fault_mobile", "report_fault_broadband", "report_fault_other", "book_repair", "complaint_network"}
_GRAVE = {Reason.THREAT, Reason.REPEATED, Reason.RISK}
_LATIN, _CHINESE = re.compile(r"[A-Za-z]{2,}"), re.compile(r"[\u4e00-\u9fff]")


def needed(text: str, intents: Sequence[str], enterprise: bool, reason: str = "") -> Skill:
    """Return the skill that a conversation needs: `text` is the last message, `intents` were understood, the last last.

    >>> str(needed("I want a person", (), False)), str(needed("转人工", ("report_fault_broadband", "handoff"), False))
    ('english', 'repair')
    >>> str(needed("转人工", ("complaint_billing",), True)), str(needed("查话费 YE", (), False))
    ('enterprise', 'account')
    """
    if _LATIN.search(text) and not _CHINESE.search(text) and " " in text.strip():
        return Skill.ENGLISH
    if enterprise:
        return Skill.ENTERPRISE
    if reason in _GRAVE:
        return Skill.COMPLAINT
    for intent in reversed(intents):
        if intent in _REPAIR:
            return Skill.REPAIR
        if intent.startswith("complaint_"):
            return Skill.COMPLAINT
    return Skill.ACCOUNT
