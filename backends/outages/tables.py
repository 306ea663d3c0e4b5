"""Tables of the embedded system's outages."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, MetaData, String, Table

from database.handle import Moment

metadata = MetaData()

outage = Table(
    "outage",
    metadata,
    Column("id", Integer, primary_key=True),
    # By which it was entered, or raised by the reports of an area.
    Column("key", String(128), nullable=False, unique=True),
    Column("area", String(64), nullable=False),
    Column("technology", String(16), nullable=False),
    Column("planned", Boolean, nullable=False, server_default="0"),
    Column("told", String(200), nullable=False),
    Column("begins_at", Moment, nullable=False),
    Column("expected_at", Moment),
    Column("state", String(16), nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("changed_at", Moment, nullable=False),
)

# What was said of it, a row each time; the last one is what the outage says now.
outage_version = Table(
    "outage_version",
    metadata,
    Column("outage_id", Integer, ForeignKey("outage.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("by", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("area", String(64), nullable=False),
    Column("technology", String(16), nullable=False),
    Column("planned", Boolean, nullable=False),
    Column("told", String(200), nullable=False),
    Column("begins_at", Moment, nullable=False),
    Column("expected_at", Moment),
)

# A fault as somebody reported it, whether it was an outage or not: many of one area raise one.
outage_report = Table(
    "outage_report",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(128), nullable=False, unique=True),
    Column("customer_id", Integer, nullable=False),
    Column("technology", String(16), nullable=False),
    Column("area", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    Column("outage_id", Integer, ForeignKey("outage.id")),
    # The version that was told to who reported it.
    Column("heard", Integer, nullable=False, server_default="0"),
    Index("outage_reports_of_area", "area", "technology", "at"),
    Index("outage_reports_of_outage", "outage_id", "customer_id"),
)
