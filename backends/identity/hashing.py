"""What is kept of secrets that we may only compare (argon2), and the threads in which they are compared."""

import asyncio
from contextlib import AbstractContextManager

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from core.pool import Pool

_hasher = PasswordHasher()
# A hash of nothing that anybody can type: compared where there is none, so that the answer takes as long.
NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$MDAwMDAwMDAwMDAwMDAwMA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
# Argon2 takes 64 MB and all the cores that it gets, and anybody can ask for it: one secret is compared at a time,
# behind everything else that this machine does, and who comes when so many wait is asked to come again.
PLACES = 32
_POOL = Pool("argon2", threads=1, places=PLACES, steps_back=True)


async def hash_of(secret: str) -> str:
    """Return what may be kept of a secret; for who has proved who he is, so it waits in no line."""
    return await asyncio.to_thread(_hasher.hash, secret)


def place() -> AbstractContextManager[None]:
    """Hold a place for a comparison, before its attempt is counted. Raises Busy where all are taken."""
    return _POOL.place()


async def matches(hashed: str, secret: str) -> bool:
    """Return whether `hashed` was made of `secret`; whoever calls holds a place."""
    return await _POOL.run(verify, hashed, secret)


def verify(hashed: str, secret: str) -> bool:
    """Return whether `hashed` was made of `secret`; takes a tenth of a second of every core."""
    try:
        return _hasher.verify(hashed, secret)
    except VerificationError:
        return False
