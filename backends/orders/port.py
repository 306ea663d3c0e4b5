"""The confirmation ledger (C8, K3, M2; the third of N3's prohibitions: nothing is opened or changed unconfirmed).

Nothing of an account changes but here, and here nothing changes without the code that was sent to the subscriber for
this very order. Whoever calls (bot, agent, partner, REST) goes the same way: propose, read back, send a code, confirm.
What only its owner may read (details of calls, the PUK) is asked for the same way and handed out once proved (B3).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from backends.account.port import BillItem
from backends.identity.passwords import FAILURES_ALLOWED, LOCKED_FOR
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
    REDEEM = "redeem_points"
    ROAMING = "buy_roaming_pack"
    ORDER_BROADBAND = "order_broadband"
    RENEW_BROADBAND = "renew_broadband"
    MOVE_BROADBAND = "move_broadband"
    REPLACE_SIM = "replace_sim"
    CANCEL_ACCOUNT = "cancel_account"
    PORT_OUT = "port_out"
    TRANSFER = "transfer"
    NEW_NUMBER = "new_number"
    INVOICE = "invoice"
    TAKE_PROMOTION = "take_promotion"
    READ_DETAILS = "read_details"
    READ_PUK = "read_puk"
    UNDO = "undo"
    REFUND = "refund"


# Who takes over a number with these takes over what hangs on it, and a second one is registered to the same owner:
# the owner's ID number is asked for too (N3).
NEEDS_ID_NUMBER = frozenset({Kind.REPLACE_SIM, Kind.CANCEL_ACCOUNT, Kind.PORT_OUT, Kind.TRANSFER, Kind.NEW_NUMBER})
# Before a customer leaves, what might keep them is asked about, once (N5).
LEAVING = frozenset({Kind.CANCEL_ACCOUNT, Kind.PORT_OUT})
# Nothing changes and nothing costs, so there is nothing to agree to: the code alone is asked for (B3).
READINGS = frozenset({Kind.READ_DETAILS, Kind.READ_PUK})
ID_ATTEMPTS = 3
# So many attempts to stop a lost phone without signing in, of one number and of one who asks, within so long.
STOP_ATTEMPTS, STOP_LOCKED_FOR = FAILURES_ALLOWED, LOCKED_FOR


class Proof(StrEnum):
    """What proves the owner of a lost phone, whom no code reaches (C8)."""

    PASSWORD = "password"  # noqa: S105 - a kind of proof, no password
    ID_NUMBER = "id_number"


# How long what a proved order hands out may be read with it.
HANDED_OUT_FOR = timedelta(minutes=10)
# How long a chosen number waits for its card to be fetched; until then the order may be undone.
NUMBER_HELD_FOR = timedelta(days=7)
PORT_CODE_LIVES = timedelta(minutes=60)


@dataclass(frozen=True)
class Change:
    """What is wanted: `target` is the code of what is on sale, a month, an address, an order's number, or empty.

    Of an invoice it may be several months that follow each other (2026-08..2026-10).

    title, tax_number  the company that an invoice is made out to; empty for a person
    """

    kind: Kind
    target: str = ""
    title: str = ""
    tax_number: str = ""


@dataclass(frozen=True)
class Terms:
    """What a change will do: charged at once, added to each month (negative: saved), from when, undone until when.

    A negative `once_fen` is credited; `points` are spent; `lasts` is the last day of what is had for a time.
    `billed`: what an invoice is made out for.
    """

    subject: str
    once_fen: int
    monthly_fen: int
    effective: date
    undo_until: datetime | None
    points: int = 0
    lasts: date | None = None
    billed: tuple[BillItem, ...] = ()

    @property
    def billed_fen(self) -> int:
        """The sum of what is billed."""
        return sum(item.amount_fen for item in self.billed)


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


@dataclass(frozen=True)
class Invoice:
    """A paper that was made out, as the ledger has it: it says the same whenever it is looked at.

    number  its own, begins with FP; order  of the order that it came from
    months  YYYY-MM, or YYYY-MM..YYYY-MM
    tail    the last four digits of the number that it is for
    """

    number: str
    order: str
    months: str
    title: str
    tax_number: str
    tail: str
    items: tuple[BillItem, ...]
    made_at: datetime

    @property
    def total_fen(self) -> int:
        """The sum of the items."""
        return sum(item.amount_fen for item in self.items)


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
    TOO_FEW_POINTS = "too_few_points"
    NO_BROADBAND = "no_broadband"
    HAS_BROADBAND = "has_broadband"
    IN_CONTRACT = "in_contract"
    TOO_MANY = "too_many"
    TOO_LOW_LEVEL = "too_low_level"
    TOO_LOW_PLAN = "too_low_plan"
    TOO_EARLY = "too_early"
    BIRTHDAY_UNKNOWN = "birthday_unknown"
    NO_NEED = "no_need"
    ENDED = "ended"
    NO_BILL = "no_bill"
    WRONG_TITLE = "wrong_title"
    LEAVING = "leaving"
    ID_NUMBER_MISSING = "id_number_missing"
    ONLY_BY_STAFF = "only_by_staff"
    TOO_LATE = "too_late"
    NO_SUCH_ORDER = "no_such_order"
    EXPIRED = "expired"


@dataclass(frozen=True)
class Option:
    """What is on sale: what it costs at once, each month, and in points; `refusal` says why this subscriber can't.

    includes  what is in it, in words (国内流量10GB、通话100分钟), or empty
    """

    code: str
    name: str
    once_fen: int = 0
    monthly_fen: int = 0
    points: int = 0
    refusal: Refusal | None = None
    includes: str = ""

    @property
    def price(self) -> int:
        """The figure that a customer names it by, in fen or points."""
        return self.once_fen or self.monthly_fen or self.points


@dataclass(frozen=True)
class Tariff:
    """One thing of the public price list: what it costs and what is in it; whatever does not apply is 0.

    kind        the order that buys it, does it, or asks for it
    code        the order's target; empty where there is only one of its kind
    once_fen    charged at once; monthly_fen: each month; points: spent at once
    data_mb, minutes, sms  what is in it: each month of a plan, this month of a pack
    mbps        speed of a line that is paid for a year; days: of roaming; credit_fen: put on the account
    enterprise  only enterprises may have it
    """

    kind: Kind
    code: str
    name: str
    once_fen: int = 0
    monthly_fen: int = 0
    points: int = 0
    data_mb: int = 0
    minutes: int = 0
    sms: int = 0
    mbps: int = 0
    days: int = 0
    credit_fen: int = 0
    enterprise: bool = False

    @property
    def price(self) -> int:
        """The figure that a customer compares it by, in fen or points."""
        return self.once_fen or self.monthly_fen or self.points


@dataclass(frozen=True)
class Rate:
    """What use beyond a plan costs: `fen` for every `per` units that are begun.

    >>> Rate(100, 200).fen_for(201), Rate(100, 200).fen_for(0)
    (200, 0)
    """

    fen: int
    per: int = 1

    def fen_for(self, units: int) -> int:
        """Return what so many units cost, in fen."""
        return -(-units // self.per) * self.fen


@dataclass(frozen=True)
class Rates:
    """What is charged beside the plan: for data by megabytes, for calls by minutes, for each short message."""

    data: Rate
    voice: Rate
    sms: Rate


@dataclass(frozen=True)
class PriceList:
    """All tariffs on sale (R4), of each kind the cheapest first, and the rates beyond a plan."""

    tariffs: tuple[Tariff, ...]
    rates: Rates


class ChangeRefused(Exception):
    """The rules do not allow the change; with the reason come the figures of which the customer is to be told.

    until      the day on which what stands against it ends: a contract, a promotion, a line's year, an undo
    short_fen  what is lacking on the account
    subject    the name of what was wanted, or of what stands against it: a pack, the home line
    fee_fen    what it costs, at once or each month
    least_fen  what a plan must cost at least
    points, points_there  what it costs in points, and how many there are
    since      the day on which it began already, or may begin
    has, most  how many there are, and how many there may be
    months     those that have a bill (YYYY-MM), the newest first
    level, least_level    the customer's level, and the lowest that may have it
    """

    def __init__(
        self,
        why: Refusal,
        until: date | None = None,
        short_fen: int = 0,
        subject: str = "",
        fee_fen: int = 0,
        least_fen: int = 0,
        points: int = 0,
        points_there: int = 0,
        since: date | None = None,
        has: int = 0,
        most: int = 0,
        months: tuple[str, ...] = (),
        level: str = "",
        least_level: str = "",
    ) -> None:
        """Carry the reason and its figures."""
        super().__init__(why.value)
        self.why, self.until, self.since, self.subject = why, until, since, subject
        self.short_fen, self.fee_fen, self.least_fen = short_fen, fee_fen, least_fen
        self.points, self.points_there, self.has, self.most, self.months = points, points_there, has, most, months
        self.level, self.least_level = level, least_level


class Orders(Protocol):
    """The ledger. Everything raises LookupError for a subscriber who is not there."""

    async def price_list(self) -> PriceList:
        """Return every tariff on sale and the rates beyond the plans; it is everybody's to read (R4)."""
        ...

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

    async def recent(self, customer_id: int, since: datetime, by: str) -> tuple[Order, ...]:
        """Return the subscriber's orders that were carried out since a moment, the newest first; readings apart."""
        ...

    async def invoices(self, customer_id: int, by: str) -> tuple[Invoice, ...]:
        """Return the subscriber's invoices, the newest first."""
        ...

    async def issue_code(self, customer_id: int, number: str, by: str) -> Issued:
        """Issue the one-time code of this order; it serves for no other. Raises ChangeRefused."""
        ...

    async def prove_id_number(self, customer_id: int, number: str, id_number: str, by: str) -> bool:
        """Compare the resident ID with the one that the number is registered to; the order keeps that it was right.

        Raises ChangeRefused, and ends the order, after ID_ATTEMPTS wrong ones.
        """
        ...

    async def confirm(self, customer_id: int, number: str, code: str, by: str) -> Order | Verdict:
        """Carry the order out, once; asked again, return it as it was done. A wrong code returns how it was judged.

        Raises ChangeRefused where the proposal is too old, was replaced, or the rules forbid it by now; where the ID
        number is needed and was not proved.
        """
        ...

    async def prove_password(self, customer_id: int, number: str, password: str, by: str) -> bool:
        """Compare the service password, for an order that a lost phone's owner may prove so (C8); attempts are limited.

        Raises ChangeRefused, and ends the order, where the password is locked.
        """
        ...

    async def stop(self, customer_id: int, number: str, by: str) -> Order:
        """Carry out a SUSPEND whose owner was proved by ID number or service password instead of a code (C8), once.

        Raises ChangeRefused for anything else.
        """
        ...

    async def stop_lost(self, phone: str, proof: Proof, secret: str, asker: str, key: str, by: str) -> Order | Verdict:
        """Stop a number, once for a key, for who is not signed in and proves to be its owner (C8).

        asker  a digest of who asks; WRONG ones are counted for it and for the number
        A proof that is not right is WRONG, after STOP_ATTEMPTS within STOP_LOCKED_FOR it is LOCKED: alike, and after
        as long, whether the number is a subscriber's or not, so nobody learns that. Nothing is proposed before the
        proof. Raises ChangeRefused where a number that was proved can't be stopped.
        """
        ...

    async def may_port(self, customer_id: int, name: str, id_number: str, key: str, by: str) -> Verdict:
        """Judge whether the number may be ported out, for who names its owner (R8); nothing is ordered.

        RIGHT where it may. A name or a resident ID that is not the owner's is WRONG, and LOCKED after STOP_ATTEMPTS
        wrong ones within STOP_LOCKED_FOR; the same key is no further attempt. Raises ChangeRefused with what stands
        against it.
        """
        ...

    async def port_code(self, customer_id: int, name: str, id_number: str, key: str, by: str) -> Order | Verdict:
        """Order the porting code, once for a key, for who names the number's owner in the regulator's own form (R8).

        That form is the confirmation, and no code is asked for: the porting code goes to the number alone, so who has
        not its card has nothing of it. Judged, counted and refused as in `may_port`.
        """
        ...

    async def refund(
        self, customer_id: int, complaint: str, month: str, charge: str, overcharged_fen: int, by: str
    ) -> Order:
        """Return double what was overcharged (D5): once for a complaint, a month and a charge, confirmed by an agent.

        Raises ChangeRefused where `by` is not "agent:…", or that month's bill has no such charge of at least so much.
        """
        ...

    async def handed_out(self, customer_id: int, number: str, by: str) -> tuple[str, ...]:
        """Return what a proved order entitles its owner to see: a PUK, a month's calls, a porting code.

        Raises ChangeRefused for an order that is not done, and for one that was proved longer than HANDED_OUT_FOR ago.
        """
        ...
