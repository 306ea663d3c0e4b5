"""What a page's address or form may ask for, so that nothing else reaches the database."""

from datetime import date, datetime
from typing import Annotated

from fastapi import Form, Path, Query
from pydantic import AfterValidator, BeforeValidator

from backends.account.port import Accounts
from core.identifiers import identifiers

_YEARS = range(2000, 3000)


def _this_age[Given: date | None](given: Given) -> Given:
    if given is not None and given.year not in _YEARS:
        raise ValueError("it must be between 2000 and 2999")
    return given


# A form sends an empty text where nothing was chosen.
EMPTY = BeforeValidator(lambda given: given or None)
# A number in an address: one that a database has as an id.
Id = Annotated[int, Path(gt=0, lt=2**31)]
Day = Annotated[date | None, EMPTY, AfterValidator(_this_age), Query()]
FormDayOrNone = Annotated[date | None, EMPTY, AfterValidator(_this_age), Form()]
FormDay = Annotated[date, AfterValidator(_this_age), Form()]
# When a meeting is, by the clock in Shanghai.
MeetsAt = Annotated[datetime | None, EMPTY, AfterValidator(_this_age), Form()]


async def customer_typed(accounts: Accounts, text: str) -> int | None:
    """Return the id of the customer whose number somebody typed, 0 where it is nobody's, None where it is no number."""
    phones = [each.value for each in identifiers(text) if each.kind == "phone"]
    if not phones:
        return None
    customer = await accounts.by_phone(phones[0])
    return customer.id if customer else 0
