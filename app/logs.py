"""What is written down of the service's work: ours, and of the libraries their warnings only.

Their chattier levels write requests, addresses with a bot's token in them, and the values of SQL statements: all of
them hold what identifies a person or is secret.
"""

import logging
from datetime import UTC, datetime
from typing import override

from compliance.private import hidden

_LIBRARIES = ("aiosqlite", "alembic", "asyncio", "httpcore", "httpx", "rasa_sdk", "sqlalchemy", "telegram")


class Discreet(logging.Formatter):
    """Writes a line without anything that identifies a person, whoever forgot that it was in there.

    When in UTC, how grave, where, what; no text that somebody sent can begin a line of its own.
    """

    def __init__(self) -> None:
        """Take no wishes: every line looks alike."""
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    @override
    def format(self, record: logging.LogRecord) -> str:
        """Return the line, with its traceback."""
        return hidden(super().format(record))

    @override
    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        """Return when it was, in UTC and saying so."""
        return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")

    @override
    def formatMessage(self, record: logging.LogRecord) -> str:
        """Return the line; what would break it is written out."""
        return super().formatMessage(record).translate(_BREAKS)


_BREAKS = {at: chr(at).encode("unicode_escape").decode() for at in (*range(32), 0x7F, 0x85, 0x2028, 0x2029)}


def begin(level: int = logging.INFO) -> None:
    """Write to the standard error stream from `level` on."""
    handler = logging.StreamHandler()
    handler.setFormatter(Discreet())
    logging.basicConfig(level=level, handlers=[handler])
    quieten()


def quieten() -> None:
    """Let the libraries say their warnings only, whatever the level of ours is."""
    for name in _LIBRARIES:
        logging.getLogger(name).setLevel(logging.WARNING)
