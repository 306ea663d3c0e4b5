"""What the rest of the house may ask about becoming a customer (B5, N9 flow 1)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from backends.account.port import Plan


@dataclass(frozen=True)
class Applicant:
    """Somebody who wants to become a customer.

    phone  where the applicant is reached, of any carrier; whoever calls has proved it by a one-time code
    number, plan  what was chosen of `OnSale`
    terms  the version of the terms that were agreed to
    """

    name: str
    id_number: str
    phone: str
    number: str
    plan: str
    terms: str


@dataclass(frozen=True)
class OnSale:
    """What somebody who is no customer may choose: plans, the cheapest first, and free numbers."""

    plans: tuple[Plan, ...]
    numbers: tuple[str, ...]


@dataclass(frozen=True)
class Registration:
    """An application that was taken: `identifier` begins with KH and is the customer's from now on.

    number      kept for the applicant until `held_until`, who fetches its card at a hall with the ID card
    owned_by    the subscribers with the same resident ID: they are told, in case somebody misuses it
    over_limit  there are as many as one owner may have; the hall says so to the owner, and nobody else may know
    """

    identifier: str
    number: str
    held_until: datetime
    owned_by: tuple[int, ...] = ()
    over_limit: bool = False


class Problem(StrEnum):
    """Why an application is not taken. None of these says whether a phone or a resident ID is known."""

    NAME = "name"
    PHONE = "phone"
    ID_NUMBER = "id_number"
    TOO_YOUNG = "too_young"
    TERMS = "terms"
    NO_SUCH_PLAN = "no_such_plan"
    NUMBER_GONE = "number_gone"


class RegistrationRefused(Exception):
    """An application that is not taken."""

    def __init__(self, why: Problem) -> None:
        """Carry the reason."""
        super().__init__(why.value)
        self.why = why


class Registrations(Protocol):
    """Applications of those who are no customers yet."""

    async def on_sale(self) -> OnSale:
        """Return what may be chosen."""
        ...

    async def register(self, applicant: Applicant, key: str, by: str) -> Registration:
        """Take an application, once for a key, and keep the number. Raises RegistrationRefused."""
        ...
