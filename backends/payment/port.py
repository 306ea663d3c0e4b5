"""What the rest of the house may ask about paying in (C3). All money is in fen."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from core.amounts import Unclear, amounts

LEAST_FEN, MOST_FEN = 100, 500_000
PAYMENT_LIVES = timedelta(minutes=30)


class State(StrEnum):
    """Where a payment stands."""

    WAITING = "waiting"
    PAID = "paid"


@dataclass(frozen=True)
class Payment:
    """A recharge that was asked for. `number` begins with CZ; until it is paid nothing is on the account."""

    number: str
    customer_id: int
    amount_fen: int
    state: State
    opened_at: datetime


class AmountRefused(ValueError):
    """An amount that can't be paid in: negative, below or above the limits, or with parts of a fen."""

    def __init__(self, why: str) -> None:
        """Carry the amount."""
        super().__init__(why)
        self.why = why


class AmountUnclear(AmountRefused):
    """An amount is named, but not which: 三四十块, 50或者100块. One asks back."""


class PaymentRefused(Exception):
    """There is no such payment, or it was not paid in time."""

    def __init__(self, why: str) -> None:
        """Carry the reason, for the log."""
        super().__init__(why)
        self.why = why


class Payments(Protocol):
    """Payments of subscribers."""

    async def start(self, customer_id: int, amount_fen: int, key: str, by: str) -> Payment:
        """Note what is to be paid, once for a key. Raises AmountRefused."""
        ...

    async def find(self, number: str) -> Payment | None:
        """Return a payment, or None."""
        ...

    async def paid(self, number: str, by: str) -> Payment:
        """Put the money on the account, once; a subscriber who was cut off for arrears and owes nothing is restored.

        Raises PaymentRefused where it is unknown or too old.
        """
        ...


def read_amount(text: str) -> int | None:
    """Return the amount in fen that `text` names, or None where it names none.

    Raises AmountUnclear where it can't be read exactly or there are several, AmountRefused outside the limits.

    >>> read_amount("充50块"), read_amount("充值两百"), read_amount("交话费")
    (5000, 20000, None)
    """
    try:
        sums = {amount.fen for amount in amounts(text, bare=True)}
    except Unclear as unclear:
        raise AmountUnclear(str(unclear)) from unclear
    if len(sums) > 1:
        raise AmountUnclear(text)
    return checked(sums.pop()) if sums else None


def checked(amount_fen: int) -> int:
    """Return the amount. Raises AmountRefused outside the limits."""
    if not LEAST_FEN <= amount_fen <= MOST_FEN:
        raise AmountRefused(str(amount_fen))
    return amount_fen


def payable(short_fen: int) -> int:
    """Return what is to be paid in where so much is lacking: just that, or the least or the most that can be.

    >>> payable(4208), payable(5), payable(700000)
    (4208, 100, 500000)
    """
    return min(max(short_fen, LEAST_FEN), MOST_FEN)
