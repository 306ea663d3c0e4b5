"""What the rest of the house may ask about paying in (C3). All money is in fen."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

LEAST_FEN, MOST_FEN = 100, 500_000
PAYMENT_LIVES = timedelta(minutes=30)
_AMOUNT = re.compile(r"(-?)(\d+(?:\.\d+)?|[一二两三四五六七八九]百|一千)\s*(?:块|元|话费)?")
_HUNDREDS = {character: value * 100 for value, character in enumerate("一二三四五六七八九", start=1)} | {"两": 200}


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
    """Return the amount in fen that `text` names, or None where it names none. Raises AmountRefused.

    >>> read_amount("充50块"), read_amount("充值两百"), read_amount("交话费")
    (5000, 20000, None)
    """
    match = _AMOUNT.search(text)
    if match is None:
        return None
    minus, figure = match.groups()
    whole, _, cents = figure.partition(".")
    if minus or len(cents) > 2:
        raise AmountRefused(figure)
    if whole.isdigit():
        fen = int(whole) * 100 + int(cents.ljust(2, "0")) if cents else int(whole) * 100
    else:
        fen = 100_000 if whole == "一千" else _HUNDREDS[whole[0]] * 100
    return checked(fen)


def checked(amount_fen: int) -> int:
    """Return the amount. Raises AmountRefused outside the limits."""
    if not LEAST_FEN <= amount_fen <= MOST_FEN:
        raise AmountRefused(str(amount_fen))
    return amount_fen
