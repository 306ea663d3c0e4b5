"""Which tickets a text speaks of: repairs (WX…), complaints (TS…), or either."""

import re
from typing import Literal

Kind = Literal["repair", "complaint"]

# The tickets' own names go before what they may be about: a complaint about the engineer is a complaint.
_NAMED: dict[Kind, re.Pattern[str]] = {
    "repair": re.compile(r"报修|报障|维修工?单|\b(?:repairs?|fault reports?)\b|(?<![A-Za-z])WX\d", re.IGNORECASE),
    "complaint": re.compile(
        r"投诉|建议|反映|举报|\b(?:complain(?:t|ts|ed|ing)?|suggestions?)\b|(?<![A-Za-z])TS\d", re.IGNORECASE
    ),
}
_ABOUT: dict[Kind, re.Pattern[str]] = {
    "repair": re.compile(
        r"修|师傅|故障|宽带|断网|没网|信号|光猫|上门|\b(?:fix(?:ed)?|mend(?:ed)?|faults?|engineer|technician|broadband"
        r"|internet|signal|visit|report(?:ed)?)\b",
        re.IGNORECASE,
    ),
    "complaint": re.compile(r"退费|退款|扣费|处理结果|\b(?:refund(?:ed)?|charged)\b", re.IGNORECASE),
}
_SEVERAL = re.compile(
    r"所有|全部|哪[些几]|每[一个张]|[两几]个?[个张件]|另[一外]|其[他它]|别的|\b(?:all|both|every|others?|tickets|list)\b",
    re.IGNORECASE,
)


def kind_named(text: str) -> Kind | None:
    """Return the kind of ticket that a text speaks of, or None where it names neither, or both alike.

    >>> kind_named("师傅什么时候来"), kind_named("催一下"), kind_named("status of my complaint about the engineer")
    ('repair', None, 'complaint')
    """
    for words in (_NAMED, _ABOUT):
        found = [kind for kind, pattern in words.items() if pattern.search(text)]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def kind_of(number: str) -> Kind:
    """Return the kind of a ticket by its number.

    >>> kind_of("WX20261126000001"), kind_of("TS20261126000001")
    ('repair', 'complaint')
    """
    return "repair" if number.upper().startswith("WX") else "complaint"


def speaks_of_several(text: str) -> bool:
    """Return whether a text speaks of more than one ticket.

    >>> [speaks_of_several(text) for text in ("我有哪些工单", "any news on my ticket", "all my tickets")]
    [True, False, True]
    """
    return _SEVERAL.search(text) is not None
