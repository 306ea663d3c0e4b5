"""All tables of the house, room by room: what the migrations must add up to."""

import backends.account.tables
import backends.complaint.tables
import backends.halls.tables
import backends.identity.tables
import backends.orders.tables
import backends.outages.tables
import backends.payment.tables
import backends.registration.tables
import backends.repair.tables
import storage.tables
from channels.registry import kinds

METADATA = [
    storage.tables.metadata,
    backends.account.tables.metadata,
    backends.complaint.tables.metadata,
    backends.halls.tables.metadata,
    backends.identity.tables.metadata,
    backends.orders.tables.metadata,
    backends.outages.tables.metadata,
    backends.payment.tables.metadata,
    backends.registration.tables.metadata,
    backends.repair.tables.metadata,
    *(kind.tables() for kind in kinds().values() if kind.tables),
]
