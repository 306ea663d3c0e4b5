"""What must be true before the service may run for real customers: no secret missing, none that everybody can read."""

import asyncio
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError

from app.demo.data import PASSWORD, STAFF
from app.settings import DEMO_AUDIT_KEY, DEMO_PAYMENT_SECRET, DEMO_TOKEN, Settings
from backends.identity.hashing import verify
from channels.registry import kinds
from database.handle import Database
from storage import people

SHORTEST = 24
_RANDOM = f"{SHORTEST} or more random characters: openssl rand -base64 33"
# Passwords that stand in our own documentation.
_WRITTEN_DOWN = frozenset({"password", "PASSWORD", "SECRET"})


@dataclass(frozen=True)
class Refusal:
    """A secret with which nobody may start: its setting, what is wrong, and the mend."""

    setting: str
    why: str
    mend: str

    def __str__(self) -> str:
        """Return it in a line."""
        return f"{self.setting} {self.why}: {self.mend}"


def may_start(settings: Settings, own_engine: bool = False) -> bool:
    """Return whether the service may start; say in a line each why not.

    own_engine  whether the engine's secret is made at each start, as `kefu up` does
    """
    if settings.demo:
        return True
    found = [*refusals(settings, own_engine)]
    # Who can read the database with the demo's key alone is no installation yet.
    found = found or asyncio.run(published_accounts(settings))
    for each in found:
        print(f"kefu: {each}", file=sys.stderr)
    return not found


def refusals(settings: Settings, own_engine: bool = False) -> Iterator[Refusal]:
    """Yield what is wrong with the secrets of an installation outside the demo."""
    secrets = [
        ("KEFU_API_TOKEN", settings.api_token, DEMO_TOKEN),
        ("KEFU_AUDIT_KEY", settings.audit_key, DEMO_AUDIT_KEY),
        ("KEFU_PAYMENT_SECRET", settings.payment_secret, DEMO_PAYMENT_SECRET),
    ]
    if not own_engine:
        secrets.append(("KEFU_ENGINE_TOKEN", settings.engine_token, ""))
    for name, given, published in secrets:
        yield from _judged(name, given, published, f"set it to {_RANDOM}")
    if settings.keys.shares_with(Settings().keys):
        mend = "./kefu keys new k1, then ./kefu keys rotate if anything is sealed with the demo's"
        yield Refusal("KEFU_DATA_KEYS", "has the demo's key, which everybody can read", mend)
    for kind in kinds().values():
        for secret in kind.secrets(settings.given) if kind.secrets else ():
            yield from _judged(secret.setting, secret.given, secret.published, secret.mend, shortest=1)
    for system, far in settings.far_systems.items():
        if not far.token:
            yield Refusal(f"KEFU_{system.upper()}_TOKEN", "is missing", "set it to the token that the system wants")
    if make_url(settings.database_url).password in _WRITTEN_DOWN:
        yield Refusal("KEFU_DATABASE_URL", "has the password of the documentation", "give the database another one")


def _judged(name: str, given: str, published: str, mend: str, shortest: int = SHORTEST) -> Iterator[Refusal]:
    if not given:
        yield Refusal(name, "is missing", mend)
    elif given == published:
        yield Refusal(name, "is the demo's, which everybody can read", mend)
    elif len(given) < shortest:
        yield Refusal(name, f"has fewer than {shortest} characters", mend)


async def published_accounts(settings: Settings) -> list[Refusal]:
    """Return a refusal for each of the demo's staff who could still sign in with the demo's password."""
    database = Database(settings.database_url, settings.keys)
    try:
        async with database.read() as db:
            staff = [await people.staff_by_login(db, login) for login, _, _ in STAFF]
    except DBAPIError:
        return []  # nothing is there yet
    finally:
        await database.close()
    kept = [each for each in staff if each is not None and each.active and each.password_hash]
    open_with_it = {hashed for hashed in {each.password_hash for each in kept} if verify(hashed, PASSWORD)}
    mend = "begin with an empty database, or untick 在职 at /desk/staff"
    return [
        Refusal(f"staff {each.login}", "has the demo's password", mend)
        for each in kept
        if each.password_hash in open_with_it
    ]
