"""The ways in and out: one folder a channel (CONTRIBUTING.md, "A new channel"), and one line here."""

NAMES = (
    "web",
    "rest",
    "sms",
    "wechat",
    "telegram",
)
