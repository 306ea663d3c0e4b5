"""What an agent may ask of the house for a customer, and how the customer's answer is read."""

import re
from dataclasses import dataclass
from enum import StrEnum

from pydantic import TypeAdapter

from backends.orders.port import Kind

# What goes through the ledger; the other kinds of orders ask for more than an agent may type for a customer.
ORDERS = frozenset(
    {
        Kind.CHANGE_PLAN,
        Kind.BUY_PACK,
        Kind.OPEN_SERVICE,
        Kind.CLOSE_SERVICE,
        Kind.SUSPEND,
        Kind.RESUME,
        Kind.INVOICE,
    }
)


class Other(StrEnum):
    """What is no order."""

    COMPLAINT = "complaint"
    REPAIR = "repair"
    RECHARGE = "recharge"  # a link at which the customer pays


KINDS = frozenset({*(kind.value for kind in ORDERS), *(kind.value for kind in Other)})


@dataclass(frozen=True)
class Wish:
    """What is wanted.

    about   a complaint's kind, or a fault's
    facts   what happened
    address, since, visit  of a fault: where, since when in words, the half day (YYYY-MM-DD 上午) or empty
    target  of an order: what is on sale, or an invoice's month
    amount_fen  of a top-up
    """

    kind: str
    about: str = ""
    facts: str = ""
    address: str = ""
    since: str = ""
    visit: str = ""
    target: str = ""
    amount_fen: int = 0


WRITTEN = TypeAdapter(Wish)

_YES = {"确认", "同意", "确认办理", "同意办理", "好的确认", "confirm", "i agree", "agree"}
_NO = {"取消", "不同意", "不办了", "不办理", "不确认", "不需要", "cancel", "no"}
_AGAIN = {"重发", "重新发送", "resend"}
_CODE = re.compile(r"\d{6}")
_SIGNS = re.compile(r"[\s，。！!,.“”\"‘’']+")


class Answer(StrEnum):
    """What a customer says to what was asked."""

    YES = "yes"
    NO = "no"
    CODE = "code"
    AGAIN = "again"  # another code is wanted


def answered(text: str) -> Answer | None:
    """Return what a message says as an answer, or None where it is none: only plain words count.

    >>> answered(" “确认”。"), answered("取消"), answered("123 456"), answered("确认一下我的话费")
    (<Answer.YES: 'yes'>, <Answer.NO: 'no'>, <Answer.CODE: 'code'>, None)
    """
    plain = _SIGNS.sub("", text).lower()
    if plain in _YES or plain == "iagree":
        return Answer.YES
    if plain in _NO:
        return Answer.NO
    if plain in _AGAIN:
        return Answer.AGAIN
    return Answer.CODE if _CODE.fullmatch(plain) else None
