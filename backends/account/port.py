"""What the rest of the house may ask of the account system. All money is in fen, all data in megabytes."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from core.chinese_time import Month


@dataclass(frozen=True)
class Customer:
    """A subscriber. `level` is one of contract.md's; `state` is active or suspended.

    enterprise  the class (A, B, C) of the enterprise that the subscriber speaks for, or None
    born_on     the day of birth by the real-name registration, or None where it is not known
    """

    id: int
    phone: str
    name: str
    level: str
    state: str
    enterprise: str | None = None
    born_on: date | None = None

    def is_senior(self, today: date) -> bool:
        """Return whether the subscriber is of an age that goes straight to a person (M10).

        >>> someone = Customer(1, "", "", "standard", "active", born_on=date(1961, 11, 24))
        >>> someone.is_senior(date(2026, 11, 23)), someone.is_senior(date(2026, 11, 24))
        (False, True)
        """
        born = self.born_on
        if born is None:
            return False
        return (today.year - born.year, (today.month, today.day) >= (born.month, born.day)) >= (SENIOR_YEARS, True)


@dataclass(frozen=True)
class Plan:
    """A plan and its monthly allowances."""

    code: str
    name: str
    monthly_fee_fen: int
    data_mb: int
    voice_minutes: int
    sms: int


@dataclass(frozen=True)
class WaitingPlan:
    """A plan that was ordered and has not begun."""

    plan: Plan
    begins: date


@dataclass(frozen=True)
class Balance:
    """What is on the account; a negative balance is arrears.

    credit_fen  how far it may fall below nothing before the number is stopped
    """

    balance_fen: int
    state: str
    credit_fen: int = 0

    @property
    def arrears_fen(self) -> int:
        """What is owed, 0 where nothing is."""
        return max(-self.balance_fen, 0)


@dataclass(frozen=True)
class Usage:
    """What a month's allowance has been used for; what went beyond it is in `charged_use`."""

    month: Month
    plan: Plan
    data_used_mb: int
    voice_used_minutes: int
    sms_used: int
    packs_mb: int = 0

    @property
    def data_mb(self) -> int:
        """Data of the plan and of the packs that were bought for this month."""
        return self.plan.data_mb + self.packs_mb

    @property
    def data_left_mb(self) -> int:
        """Data left, never below 0."""
        return max(self.data_mb - self.data_used_mb, 0)

    @property
    def voice_left_minutes(self) -> int:
        """Minutes left, never below 0."""
        return max(self.plan.voice_minutes - self.voice_used_minutes, 0)

    @property
    def sms_left(self) -> int:
        """Short messages left, never below 0."""
        return max(self.plan.sms - self.sms_used, 0)


@dataclass(frozen=True)
class BillItem:
    """One line of a bill."""

    name: str
    amount_fen: int


@dataclass(frozen=True)
class Bill:
    """A month's charges by kind; the details of single calls need a step-up and are not here."""

    month: Month
    items: tuple[BillItem, ...]

    @property
    def total_fen(self) -> int:
        """The sum of the items."""
        return sum(item.amount_fen for item in self.items)


@dataclass(frozen=True)
class ChargedUse:
    """What was used on one day beyond the plan: `charge` is the item of the bill that it is part of.

    One of data_mb, minutes and sms says how much.
    """

    charge: str
    on: date
    amount_fen: int
    data_mb: int = 0
    minutes: int = 0
    sms: int = 0


@dataclass(frozen=True)
class Service:
    """A value-added service that is on."""

    code: str
    name: str
    monthly_fee_fen: int


@dataclass(frozen=True)
class Broadband:
    """A home line and where it was installed; `paid_until` is the last day that is paid, None where the plan pays.

    speed_mbps  what it has today; `faster_until` is the last day of a speed that a promotion gives, None without one
    """

    account: str
    speed_mbps: int
    address: str
    paid_until: date | None = None
    faster_until: date | None = None


@dataclass(frozen=True)
class Recharge:
    """Money that came in."""

    at: datetime
    amount_fen: int
    way: str


@dataclass(frozen=True)
class Points:
    """Points to spend; those of last year expire at the end of this one (N8)."""

    of_last_year: int
    of_this_year: int

    @property
    def total(self) -> int:
        """All that may be spent."""
        return self.of_last_year + self.of_this_year


# The levels of a person, the lowest first (contract.md).
LEVELS = ("standard", "silver", "gold", "diamond")
# Those whom a person serves as soon as the bot does not understand (N5).
PERSONAL_LEVELS = frozenset({"gold", "diamond"})
SENIOR_YEARS = 65


@dataclass(frozen=True)
class Promotion:
    """An offer for those of a level and a plan: `least_level` and above, `least_fee_fen` a month and above.

    gives       what is had by taking it, in words, as it is read back
    price_fen   charged at once; 0 for a gift
    data_mb     data of each of `months` billing months, this one the first
    mbps        the speed that the home line has for `months` months
    credit_fen  put on the account
    in_birth_month  it may be taken in the month of the customer's birthday alone
    """

    title: str
    told: str
    ends: date
    least_level: str = LEVELS[0]
    least_fee_fen: int = 0
    code: str = ""
    gives: str = ""
    price_fen: int = 0
    data_mb: int = 0
    months: int = 0
    mbps: int = 0
    credit_fen: int = 0
    in_birth_month: bool = False

    def suits(self, level: str, fee_fen: int, today: date) -> bool:
        """Return whether somebody of this level, with a plan of this fee, may take it today.

        >>> offer = Promotion("", "", date(2026, 11, 30), least_level="gold", least_fee_fen=5900)
        >>> offer.suits("diamond", 5900, date(2026, 11, 30)), offer.suits("silver", 12900, date(2026, 11, 30))
        (True, False)
        """
        high_enough = LEVELS.index(level) >= LEVELS.index(self.least_level)
        return high_enough and fee_fen >= self.least_fee_fen and today <= self.ends


class Accounts(Protocol):
    """The account system. Each reading of a customer's data goes to the audit log with `by`, who reads."""

    async def by_phone(self, phone: str) -> Customer | None:
        """Return the subscriber of a number, or None; not audited, because it is how somebody is found at all."""
        ...

    async def customer(self, customer_id: int, by: str) -> Customer:
        """Return the subscriber. Raises LookupError where there is none, as every reading here does."""
        ...

    async def balance(self, customer_id: int, by: str) -> Balance:
        """Return the balance at this moment."""
        ...

    async def plan(self, customer_id: int, by: str) -> Plan:
        """Return the present plan."""
        ...

    async def contract_ends(self, customer_id: int, by: str) -> date | None:
        """Return the last day of the subscriber's contract, None where there is none or it has ended."""
        ...

    async def waiting_plan(self, customer_id: int, by: str) -> WaitingPlan | None:
        """Return the plan that was ordered and has not begun, or None."""
        ...

    async def usage(self, customer_id: int, month: Month, by: str) -> Usage:
        """Return what was used of a month's allowance; a month without records is a month without use."""
        ...

    async def bill(self, customer_id: int, month: Month, by: str) -> Bill | None:
        """Return a month's bill, or None where there is none."""
        ...

    async def charged_use(self, customer_id: int, month: Month, by: str) -> tuple[ChargedUse, ...]:
        """Return the use behind a month's charges beyond the plan, day by day; it adds up to the items of the bill."""

    async def bill_months(self, customer_id: int, by: str) -> tuple[Month, ...]:
        """Return the months that have a bill, the newest first."""
        ...

    async def services(self, customer_id: int, by: str) -> tuple[Service, ...]:
        """Return the value-added services that are on."""
        ...

    async def recharges(self, customer_id: int, since: datetime, by: str) -> tuple[Recharge, ...]:
        """Return the recharges from `since` on, the newest first."""
        ...

    async def points(self, customer_id: int, by: str) -> Points:
        """Return the points that have not expired."""
        ...

    async def promotions(self, customer_id: int, by: str) -> tuple[Promotion, ...]:
        """Return the promotions that the customer may take today, those that end first first (C6)."""
        ...

    async def broadband(self, customer_id: int, by: str) -> Broadband | None:
        """Return the home line, or None."""
        ...

    async def living_in(self, area: str, after: int, most: int, by: str) -> tuple[Customer, ...]:
        """Return subscribers with a home line at an address that holds these words, by their ids after `after`.

        At most so many: fewer are the last of them.
        """
        ...
