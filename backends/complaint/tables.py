"""Tables of the embedded complaint system."""

from sqlalchemy import Column, Integer, MetaData, String, Table, Text

from database.handle import Moment

metadata = MetaData()

complaint_ticket = Table(
    "complaint_ticket",
    metadata,
    Column("number", String(24), primary_key=True),
    Column("key", String(128), nullable=False, unique=True),
    Column("customer_id", Integer, nullable=False, index=True),
    Column("kind", String(32), nullable=False),
    Column("facts", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("opened_at", Moment, nullable=False),
)
