"""Table of the payments."""

from sqlalchemy import Column, Integer, MetaData, String, Table

from database.handle import Moment

metadata = MetaData()

payment = Table(
    "payment",
    metadata,
    Column("number", String(20), primary_key=True),
    Column("key", String(64), nullable=False, unique=True),
    Column("customer_id", Integer, nullable=False, index=True),
    Column("amount_fen", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("paid_at", Moment),
)

# Notices of the provider that were taken, as long as one might be sent again by somebody who has read it.
payment_notice = Table(
    "payment_notice",
    metadata,
    Column("signature", String(64), primary_key=True),
    Column("at", Moment, nullable=False),
)
