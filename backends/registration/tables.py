"""Table of the applications."""

from sqlalchemy import Boolean, Column, MetaData, String, Table

from database.handle import Moment
from database.sealed import Findable, Sealed

metadata = MetaData()

registration = Table(
    "registration",
    metadata,
    Column("identifier", String(20), primary_key=True),
    Column("key", String(64), nullable=False, unique=True),
    Column("name", Sealed(64, "registration.name"), nullable=False),
    # The hall compares it with the card; by it an owner's numbers are counted.
    Column("id_number", Findable(18, "registration.id_number"), nullable=False, index=True),
    Column("phone", Sealed(11, "registration.phone"), nullable=False),
    Column("number", Sealed(11, "registration.number"), nullable=False),
    Column("plan_code", String(32), nullable=False),
    # The terms that were agreed to, and when.
    Column("terms", String(16), nullable=False),
    Column("agreed_at", Moment, nullable=False, index=True),
    Column("held_until", Moment, nullable=False),
    Column("over_limit", Boolean, nullable=False),
)
