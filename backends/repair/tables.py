"""Tables of the embedded repair system."""

from sqlalchemy import Column, Date, ForeignKey, Integer, MetaData, String, Table, Text, UniqueConstraint

from database.handle import Moment
from database.sealed import Sealed

metadata = MetaData()

repair_ticket = Table(
    "repair_ticket",
    metadata,
    Column("number", String(24), primary_key=True),
    Column("key", String(128), nullable=False, unique=True),
    Column("customer_id", Integer, nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("address", Sealed(200, "repair_ticket.address"), nullable=False),
    Column("since", String(64), nullable=False),
    Column("visit", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("opened_at", Moment, nullable=False),
    # When its clock began: when it was opened, or the engineer was called again.
    Column("begun_at", Moment),
    Column("finished_at", Moment),
    Column("engineer_id", Integer, index=True),
    Column("urged", Integer, nullable=False, server_default="0"),
    Column("waiver_drafted_at", Moment),
    Column("record", Text, nullable=False, server_default=""),
    Column("score", Integer),
    # The class of the enterprise that it was reported for.
    Column("enterprise", String(1)),
    # The end of a visit that the customer chose although one within the promise was free: the promise waits for it.
    Column("put_off_to", Moment),
    # When its customer was told of the waiver.
    Column("waiver_told_at", Moment),
)

repair_event = Table(
    "repair_event",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(128), nullable=False, unique=True),
    Column("number", String(24), ForeignKey("repair_ticket.number"), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("by", String(64), nullable=False),
    Column("deed", String(16), nullable=False),
    Column("text", Text, nullable=False),
)

engineer = Table(
    "engineer",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("staff_id", Integer, nullable=False, unique=True),
    Column("name", String(64), nullable=False),
    # A word of the addresses in the area; empty for all.
    Column("area", String(32), nullable=False),
    Column("skill", String(16), nullable=False),
)

# One seat of an engineer's half day: no two visits have the same.
visit = Table(
    "visit",
    metadata,
    Column("number", String(24), ForeignKey("repair_ticket.number"), primary_key=True),
    Column("engineer_id", Integer, ForeignKey("engineer.id"), nullable=False),
    Column("day", Date, nullable=False),
    Column("part", String(8), nullable=False),
    Column("seat", Integer, nullable=False),
    UniqueConstraint("engineer_id", "day", "part", "seat", name="one_visit_a_seat"),
)
