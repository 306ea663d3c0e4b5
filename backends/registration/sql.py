"""Applications on SQL."""

from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.account.port import Plan
from backends.account.tables import free_number, plan
from backends.identity.tables import resident_id
from backends.orders.port import NUMBER_HELD_FOR
from backends.orders.sql import NUMBERS_SHOWN, is_free
from backends.registration import rules
from backends.registration.port import Applicant, OnSale, Problem, Registration, RegistrationRefused
from backends.registration.tables import registration
from backends.tickets import ticket_number
from compliance.audit import AuditEntry, AuditLog
from core.clock import SHANGHAI, Clock
from database.handle import Database, hold


class SqlRegistrations:
    """Registrations (see port.py) over our own tables."""

    def __init__(self, database: Database, audit: AuditLog, clock: Clock) -> None:
        """Keep applications in `database`."""
        self._database, self._audit, self._clock = database, audit, clock

    async def on_sale(self) -> OnSale:
        """Return what may be chosen."""
        for_persons = select(plan).where(plan.c.enterprise.is_(False)).order_by(plan.c.monthly_fee_fen, plan.c.code)
        free = select(free_number.c.number).where(is_free(self._clock.now())).order_by(free_number.c.number)
        async with self._database.read() as db:
            plans = [
                Plan(row.code, row.name, row.monthly_fee_fen, row.data_mb, row.voice_minutes, row.sms)
                for row in await db.execute(for_persons)
            ]
            return OnSale(tuple(plans), tuple((await db.execute(free.limit(NUMBERS_SHOWN))).scalars()))

    async def register(self, applicant: Applicant, key: str, by: str) -> Registration:
        """Take an application, once for a key, and keep the number."""
        now = self._clock.now()
        if (why := rules.problem(applicant, now.astimezone(SHANGHAI).date())) is not None:
            raise RegistrationRefused(why)
        identifier = ticket_number("KH", now)
        await self._audit.record(AuditEntry(by, "registration.register", f"applicant:{identifier}"))
        async with self._database.write() as db:
            await hold(db, "registration")  # an owner's numbers are counted, then one is added
            known = (await db.execute(select(registration).where(registration.c.key == key))).one_or_none()
            if known is not None:
                return Registration(known.identifier, known.number, known.held_until, (), known.over_limit)
            sold = select(plan.c.code).where(plan.c.code == applicant.plan, plan.c.enterprise.is_(False))
            if (await db.execute(sold)).first() is None:
                raise RegistrationRefused(Problem.NO_SUCH_PLAN)
            until = now + NUMBER_HELD_FOR
            wanted = (free_number.c.number == applicant.number) & is_free(now)
            held = await db.execute(update(free_number).where(wanted).values(held_by=None, held_until=until))
            if held.rowcount == 0:
                raise RegistrationRefused(Problem.NUMBER_GONE)
            owners = await _owners(db, applicant.id_number)
            over = await _owned(db, owners, applicant.id_number, now) >= rules.MOST_NUMBERS
            values = {
                "identifier": identifier,
                "key": key,
                "name": applicant.name,
                "id_number": applicant.id_number,
                "phone": applicant.phone,
                "number": applicant.number,
                "plan_code": applicant.plan,
                "terms": applicant.terms,
                "agreed_at": now,
                "held_until": until,
                "over_limit": over,
            }
            await db.execute(insert(registration).values(values))
        return Registration(identifier, applicant.number, until, owners, over)


async def _owners(db: AsyncConnection, id_number: str) -> tuple[int, ...]:
    """Return the subscribers whose number is registered to a resident ID."""
    own = select(resident_id.c.customer_id).where(resident_id.c.number == id_number)
    return tuple((await db.execute(own.order_by(resident_id.c.customer_id))).scalars())


async def _owned(db: AsyncConnection, owners: tuple[int, ...], id_number: str, now: datetime) -> int:
    """Return how many numbers an owner has: in use, chosen as a second one, and kept for other applications."""
    chosen = select(func.count()).where(free_number.c.held_by.in_(owners), free_number.c.held_until > now)
    kept = select(func.count()).where(registration.c.id_number == id_number, registration.c.held_until > now)
    return len(owners) + (await db.execute(chosen)).scalar_one() + (await db.execute(kept)).scalar_one()
