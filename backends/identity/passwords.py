"""The service password (B1): six digits that prove who signs in; kept as argon2 has them, compared in a thread."""

from datetime import timedelta
from itertools import pairwise

from sqlalchemy import delete, insert, select

from backends.identity import attempts
from backends.identity.hashing import NOBODY, hash_of, matches, place
from backends.identity.port import Verdict
from backends.identity.tables import service_password
from core.clock import Clock
from database.handle import Database, hold

FAILURES_ALLOWED = 5
LOCKED_FOR = timedelta(minutes=30)
_LIMIT = attempts.Limit("service_password", FAILURES_ALLOWED, LOCKED_FOR)
# The purpose of the one-time code that a new password needs.
SET_PASSWORD = "set_password"  # noqa: S105 - a purpose, no password


def weakness(password: str, phone: str) -> str | None:
    """Return why a password is too easy to guess, or None.

    >>> weakness("280164", "13800138000"), weakness("123456", "13800138000") is None
    (None, False)
    """
    if len(password) != 6 or not password.isdecimal():
        return "服务密码是6位数字，请您重新设置。"
    steps = {int(later) - int(earlier) for earlier, later in pairwise(password)}
    if steps in ({0}, {1}, {-1}) or len(set(password)) < 3:
        return "这个密码过于简单，请您不要用相同或者连续的数字。"
    if password in phone or password == password[:3] * 2:
        return "这个密码容易被猜到，请您不要用手机号码里的数字或者重复的数字。"
    return None


class ServicePasswords:
    """Sets and judges service passwords over our own table."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Keep the hashes in `database`."""
        self._database, self._clock = database, clock

    async def set(self, customer_id: int, password: str) -> None:
        """Set or reset the password; whoever calls has judged a one-time code for SET_PASSWORD and `weakness`."""
        hashed = await hash_of(password)
        async with self._database.write() as db:
            await hold(db, f"customer:{customer_id}")
            await db.execute(delete(service_password).where(service_password.c.customer_id == customer_id))
            await db.execute(insert(service_password).values(customer_id=customer_id, hash=hashed))
            await attempts.was_right(db, _LIMIT, _known(customer_id))

    async def judge(self, customer_id: int | None, password: str, phone: str = "") -> Verdict:
        """Judge a password that is given for a number.

        A number that is nobody's, and a customer who has no password, are WRONG and LOCKED like others, and take as
        long. The attempt is counted before it is judged, so that many at once are no more than FAILURES_ALLOWED.
        """
        name = _known(customer_id) if customer_id is not None else phone
        with place():
            async with self._database.write() as db:
                if name and not await attempts.may_try(db, _LIMIT, name, self._clock.now()):
                    return Verdict.LOCKED
                own = service_password.c.customer_id == (0 if customer_id is None else customer_id)  # nobody is 0
                kept = (await db.execute(select(service_password.c.hash).where(own))).scalar_one_or_none()
            right = await matches(kept or NOBODY, password)
        if not right or kept is None:
            return Verdict.WRONG
        async with self._database.write() as db:
            await attempts.was_right(db, _LIMIT, name)
        return Verdict.RIGHT


def _known(customer_id: int) -> str:
    # A number may get another owner; the owner's id does not.
    return f"customer:{customer_id}"
