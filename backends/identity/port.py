"""Proof that somebody holds a phone number: a one-time code by SMS (B1)."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

CODE_LIVES = timedelta(minutes=5)
ATTEMPTS_ALLOWED = 5
NEXT_CODE_AFTER = timedelta(seconds=30)
# So many for what anybody may ask for with a number, and so many for what its signed-in owner asks for: a stranger who
# uses up the first leaves the owner the second.
CODES_AN_HOUR = 5
SIGN_IN, REGISTER, BIND, LEAVE = "sign_in", "register", "bind:", "grant:"
ANYBODYS = (SIGN_IN, REGISTER, BIND, LEAVE)
# Of the first so many: the subscriber can still sign in.
LEAVES_AN_HOUR = 2


def asked_at(purpose: str, address: str) -> str:
    """Return the purpose of a code that serves only where it was asked for: elsewhere nobody can even guess at it.

    >>> asked_at("sign_in", "4f2a") == asked_at("sign_in", "9c1b"), len(asked_at("register", "4f2a"))
    (False, 20)
    """
    return f"{purpose}:{hashlib.sha256(address.encode()).hexdigest()}"[:20]


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
