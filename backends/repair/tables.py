"""Tables of the embedded repair system."""

from sqlalchemy import Column, Integer, MetaData, String, Table

from database.handle import Moment

metadata = MetaData()

repair_ticket = Table(
    "repair_ticket",
    metadata,
    Column("number", String(24), primary_key=True),
    Column("key", String(128), nullable=False, unique=True),
    Column("customer_id", Integer, nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("address", String(200), nullable=False),
    Column("since", String(64), nullable=False),
    Column("visit", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("opened_at", Moment, nullable=False),
)
