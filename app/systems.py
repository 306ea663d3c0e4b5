"""The systems that the bot and the desk work with: the carrier's own or ours, each behind the gate."""

from dataclasses import dataclass
from typing import Any

from app.settings import Settings
from backends.account.port import Accounts
from backends.account.sql import SqlAccounts
from backends.complaint.port import Complaints
from backends.complaint.sql import SqlComplaints
from backends.guarded import guarded
from backends.halls.port import Halls
from backends.halls.sql import SqlHalls
from backends.http import HttpBackend
from backends.orders.port import Orders
from backends.orders.sql import SqlOrders
from backends.outages.port import Outages
from backends.outages.sql import SqlOutages
from backends.payment.port import Payments
from backends.payment.sql import SqlPayments
from backends.ports import ACCOUNTS, COMPLAINTS, ORDERS, OUTAGES, PAYMENTS, REGISTRATIONS, REPAIRS
from backends.registration.port import Registrations
from backends.registration.sql import SqlRegistrations
from backends.remote import Port, remote
from backends.repair.port import Repairs
from backends.repair.sql import SqlRepairs
from compliance.audit import AuditLog
from core.clock import Clock
from database.handle import Database


@dataclass(frozen=True, kw_only=True)
class Systems:
    """Each by its port; the halls alone stand behind no gate, because where they are is public."""

    accounts: Accounts
    orders: Orders
    payments: Payments
    registrations: Registrations
    complaints: Complaints
    repairs: Repairs
    outages: Outages
    halls: Halls


def open_systems(settings: Settings, database: Database, audit: AuditLog, clock: Clock) -> Systems:
    """Return the systems: where the settings have an address it is the carrier's that is asked, and ours otherwise."""
    # One for each system, whichever of its ports is asked: it rests as a whole when it does not answer.
    far = {name: HttpBackend(name, there.url, there.token, clock) for name, there in settings.far_systems.items()}

    def behind_the_gate(port: Port, system: str, ours: Any) -> Any:
        return guarded(port, remote(port, far[system], audit) if system in far else ours, audit)

    accounts: Accounts = behind_the_gate(ACCOUNTS, "account", SqlAccounts(database, audit, clock))
    return Systems(
        accounts=accounts,
        orders=behind_the_gate(ORDERS, "account", SqlOrders(database, audit, clock)),
        payments=behind_the_gate(PAYMENTS, "account", SqlPayments(database, audit, clock)),
        registrations=behind_the_gate(REGISTRATIONS, "account", SqlRegistrations(database, audit, clock)),
        complaints=behind_the_gate(COMPLAINTS, "complaint", SqlComplaints(database, audit, clock, accounts)),
        repairs=behind_the_gate(REPAIRS, "repair", SqlRepairs(database, audit, clock, accounts)),
        outages=behind_the_gate(OUTAGES, "repair", SqlOutages(database, audit, clock)),
        halls=SqlHalls(database),
    )
