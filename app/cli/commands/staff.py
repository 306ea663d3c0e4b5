"""`kefu staff add`: the first administrator, who adds the others at the desk (K7)."""

import asyncio
import re
import secrets
import sys

from app.schema import upgrade
from app.settings import Settings
from backends.identity.hashing import hash_of
from compliance.audit import AuditEntry
from core.clock import SystemClock
from core.roles import Role
from database.handle import Database
from storage import audit, people

_LOGIN = re.compile(r"[A-Za-z0-9._@-]{2,64}")


def add_administrator(settings: Settings, login: str, name: str, another: bool) -> int:
    """Add an administrator and print the password, once; return 1 where there is one, 2 where the sign-in is none."""
    if not _LOGIN.fullmatch(login) or not 0 < len(name) <= 20:
        print("kefu: a sign-in is 2 to 64 letters, digits and ._@-, a name 1 to 20 characters", file=sys.stderr)
        return 2
    return asyncio.run(_added(settings, login, name, another))


async def _added(settings: Settings, login: str, name: str, another: bool) -> int:
    database, clock, password = Database(settings.database_url, settings.keys), SystemClock(), secrets.token_urlsafe(16)
    try:
        await upgrade(database)
        hashed = await hash_of(password)
        async with database.write() as db:
            there = [
                each.login for each in await people.everybody(db) if each.active and each.role == Role.ADMINISTRATOR
            ]
            if there and not another:
                mend = f"colleagues are added at {settings.site}/desk/staff; --another if nobody can sign in there"
                print(f"kefu: there is an administrator already: {mend}", file=sys.stderr)
                return 1
            if not await people.add_staff(db, login, name, Role.ADMINISTRATOR, hashed, must_change=True):
                print(f"kefu: {login} is somebody's sign-in already: choose another", file=sys.stderr)
                return 1
            await audit.add(db, AuditEntry("operator", "staff.added", f"login:{login}", Role.ADMINISTRATOR), clock)
    finally:
        await database.close()
    print(f"{login} signs in at {settings.site}/desk with {password}")
    print("It is shown this once, and must be changed at the first sign-in.")
    return 0
