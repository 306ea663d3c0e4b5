"""What partners (SPs, channels) may ask for (K4), always with the subscriber's own word for it."""

from enum import StrEnum


class Scope(StrEnum):
    """What a partner's client may do, once the subscriber has confirmed it with a code."""

    BALANCE = "balance.read"
    PLAN = "plan.read"
    SERVICES = "services.read"
    ORDERS = "orders"
    ADVERTS = "adverts"  # confirmed not by a code but by the subscriber's consent


# What a subscriber can be asked to allow, in the words of the short message that asks.
ALLOWED: dict[Scope, str] = {
    Scope.BALANCE: "查询话费余额",
    Scope.PLAN: "查询套餐",
    Scope.SERVICES: "查询已开通的增值业务",
    Scope.ORDERS: "为您申请办理业务",
}


def too_many(asked: int, an_hour: int) -> bool:
    """Return whether so many questions within an hour are more than a partner has; then it is stopped (K4).

    >>> too_many(100, 100), too_many(101, 100)
    (False, True)
    """
    return asked > an_hour
