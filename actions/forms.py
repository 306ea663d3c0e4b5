"""What both forms need to know of an answer: is it a change of mind, or another matter altogether?"""

import re

from actions.base import Asked

_BREAK_OFF = re.compile(r"算了|不(?:用|必|要)?修了|不用了|不投诉了|不报了|不办了|取消|又好了|已经好了|自己好了")
# A question that is answered in between; after it the form asks again.
_INTERRUPTING = {
    "query_balance",
    "query_usage",
    "query_bill",
    "query_plan",
    "query_services",
    "query_points",
    "query_recharge_record",
    "query_ticket_status",
    "bot_challenge",
    "greet",
    "thanks",
    "hall",
}
_SURE = 0.5


def breaks_off(asked: Asked) -> bool:
    """Return whether the customer wants to stop filling in the form."""
    return asked.requested is not None and bool(_BREAK_OFF.search(asked.text))


def interrupts(asked: Asked) -> bool:
    """Return whether the message is another question and not an answer."""
    return asked.intent in _INTERRUPTING and asked.confidence >= _SURE
