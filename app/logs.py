"""What is written down of the service's work: ours, and of the libraries their warnings only.

Their chattier levels write requests, addresses with a bot's token in them, and the values of SQL statements: all of
them hold what identifies a person or is secret.
"""

import logging

from compliance.private import hidden

_LIBRARIES = ("aiosqlite", "alembic", "asyncio", "httpcore", "httpx", "rasa_sdk", "sqlalchemy", "telegram")


class Discreet(logging.Formatter):
    """Writes a line without anything that identifies a person, whoever forgot that it was in there."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, with its traceback."""
        return hidden(super().format(record))


def begin(level: int = logging.INFO) -> None:
    """Write to the standard error stream from `level` on."""
    handler = logging.StreamHandler()
    handler.setFormatter(Discreet("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=level, handlers=[handler])
    quieten()


def quieten() -> None:
    """Let the libraries say their warnings only, whatever the level of ours is."""
    for name in _LIBRARIES:
        logging.getLogger(name).setLevel(logging.WARNING)
