"""The channel's own table."""

from sqlalchemy import Column, Index, Integer, MetaData, String, Table

from database.handle import Moment
from database.sealed import Findable

metadata = MetaData()

# What an account may be sent: each row is a window that the customer's own step has opened.
wechat_window = Table(
    "wechat_window",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("openid", Findable(64, "wechat_window.openid"), nullable=False),
    Column("kind", String(8), nullable=False),  # message, menu, follow, scan
    Column("opened_by", String(260), nullable=False),  # the platform's id of the step
    Column("until", Moment, nullable=False),
    Column("allowed", Integer, nullable=False),
    Column("spent", Integer, nullable=False),
    Index("windows_of_account", "openid", "until"),
)
