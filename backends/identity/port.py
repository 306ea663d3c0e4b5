"""Proof that somebody holds a phone number: a one-time code by SMS (B1)."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

CODE_LIVES = timedelta(minutes=5)
ATTEMPTS_ALLOWED = 5
NEXT_CODE_AFTER = timedelta(seconds=30)
CODES_AN_HOUR = 5
# Of these a partner may use so many to ask for a subscriber's leave: the subscriber can still sign in.
LEAVE, LEAVES_AN_HOUR = "grant:", 2
SIGN_IN = "sign_in"


class Verdict(StrEnum):
    """How a code was judged."""

    RIGHT = "right"
    WRONG = "wrong"
    EXPIRED = "expired"  # too old, used, replaced by a newer one, or never issued
    LOCKED = "locked"  # too many wrong attempts


@dataclass(frozen=True)
class Issued:
    """A code, or None with the seconds to wait before the next may be asked for."""

    code: str | None
    wait_seconds: int = 0


class OneTimeCodes(Protocol):
    """Issues and judges one-time codes. A code serves once, and for the `purpose` that it was issued for alone."""

    async def issue(self, phone: str, purpose: str = SIGN_IN) -> Issued:
        """Issue a code of six digits for `phone`, unless one was issued just now or too many this hour."""
        ...

    async def judge(self, phone: str, code: str, purpose: str = SIGN_IN) -> Verdict:
        """Judge `code`."""
        ...
