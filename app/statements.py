"""How many statements this process has sent to its database, by kind; counted for `kefu bench turns` alone."""

import atexit
import json
import os
import signal
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event

from database.handle import is_reading


def count_where_asked() -> None:
    """Count where KEFU_COUNT_STATEMENTS names a file: the totals are written there at SIGUSR1 and at the exit."""
    if not (named := os.environ.get("KEFU_COUNT_STATEMENTS")):
        return
    file, counts = Path(named), Counter[str]()

    def sent(_connection: Connection, _cursor: Any, statement: str, *_more: Any) -> None:
        kind = statement.split(None, 1)[0].lower()
        counts[kind] += kind != "begin"  # SQLite's own, which the transaction below is

    def of_transaction(kind: str, connection: Connection) -> None:
        counts[kind] += not is_reading(connection)

    def write(*_signal: Any) -> None:
        file.with_suffix(".new").write_text(json.dumps(+counts), encoding="utf-8")
        file.with_suffix(".new").replace(file)

    event.listen(Engine, "before_cursor_execute", sent)
    for kind in ("begin", "commit", "rollback"):
        event.listen(Engine, kind, lambda connection, kind=kind: of_transaction(kind, connection))
    signal.signal(signal.SIGUSR1, write)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # without it the end would be the signal's, with no exit
    atexit.register(write)
