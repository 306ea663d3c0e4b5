"""The confirmation ledger (C8, K3, M2; the third of N3's prohibitions: nothing is opened or changed unconfirmed).

Nothing of an account changes but here, and here nothing changes without the code that was sent to the subscriber for
this very order. Whoever calls (bot, agent, partner, REST) goes the same way: propose, read back, send a code, confirm.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from backends.identity.port import Issued, Verdict

PROPOSAL_LIVES = timedelta(minutes=30)
# How long an opened service may be undone free of charge; a plan that has not begun may be undone until it begins.
UNDO_WITHIN = timedelta(hours=24)


class Kind(StrEnum):
    """What may be changed."""

    CHANGE_PLAN = "change_plan"
    BUY_PACK = "buy_data_pack"
    OPEN_SERVICE = "open_service"
    CLOSE_SERVICE = "cancel_service"
    SUSPEND = "suspend"
    RESUME = "resume"
    UNDO = "undo"


@dataclass(frozen=True)
class Change:
    """What is wanted: `target` is the code of a plan, pack or service, an order's number, or empty."""

    kind: Kind
    target: str = ""


@dataclass(frozen=True)
class Terms:
    """What a change will do: charged at once, added to each month (negative: saved), from when, undone until when."""

    subject: str
    once_fen: int
    monthly_fen: int
    effective: date
    undo_until: datetime | None


class State(StrEnum):
    """Where an order stands."""

    PROPOSED = "proposed"
    DONE = "done"
    REPLACED = "replaced"  # by a newer proposal of the same subscriber
    UNDONE = "undone"


@dataclass(frozen=True)
class Order:
    """One line of the ledger."""

    number: str
    customer_id: int
    change: Change
    terms: Terms
    state: State
    proposed_at: datetime


class Refusal(StrEnum):
    """Why a change is not possible."""

    NO_SUCH_THING = "no_such_thing"
    ALREADY = "already"
    NOT_ON = "not_on"
    LOCKED_IN = "locked_in"
    NOT_FOR_YOU = "not_for_you"
    IN_ARREARS = "in_arrears"
    SUSPENDED = "suspended"
    TOO_LITTLE_MONEY = "too_little_money"
    TOO_LATE = "too_late"
    NO_SUCH_ORDER = "no_such_order"
    EXPIRED = "expired"


@dataclass(frozen=True)
class Option:
    """What is on sale. `fee_fen` is a month's fee, of a data pack its price; `refusal` why this subscriber can't."""

    code: str
    name: str
    fee_fen: int
    refusal: Refusal | None = None


class ChangeRefused(Exception):
    """The rules do not allow the change; `until` is the day on which a lock-in ends, `short_fen` what is lacking."""

    def __init__(self, why: Refusal, until: date | None = None, short_fen: int = 0) -> None:
        """Carry the reason."""
        super().__init__(why.value)
        self.why, self.until, self.short_fen = why, until, short_fen


class Orders(Protocol):
    """The ledger. Everything raises LookupError for a subscriber who is not there."""

    async def options(self, customer_id: int, kind: Kind, by: str) -> tuple[Option, ...]:
        """Return what is on sale of a kind, the cheapest first, each with what stands against it."""
        ...

    async def propose(self, customer_id: int, change: Change, key: str, by: str) -> Order:
        """Put a change into the ledger, once for a key; an older proposal of the subscriber is replaced.

        Raises ChangeRefused.
        """
        ...

    async def find(self, customer_id: int, number: str, by: str) -> Order | None:
        """Return the subscriber's own order, or None; somebody else's is none."""
        ...

    async def issue_code(self, customer_id: int, number: str, by: str) -> Issued:
        """Issue the one-time code of this order; it serves for no other. Raises ChangeRefused."""
        ...

    async def confirm(self, customer_id: int, number: str, code: str, by: str) -> Order | Verdict:
        """Carry the order out, once; asked again, return it as it was done. A wrong code returns how it was judged.

        Raises ChangeRefused where the proposal is too old, was replaced, or the rules forbid it by now.
        """
        ...
