"""The table of service halls."""

from sqlalchemy import Column, MetaData, String, Table

metadata = MetaData()

hall = Table(
    "hall",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("area", String(32), nullable=False),
    Column("address", String(128), nullable=False),
    Column("hours", String(64), nullable=False),
)
