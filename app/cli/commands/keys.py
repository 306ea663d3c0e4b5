"""`kefu keys`: the keys that seal what identifies a person (K8)."""

import asyncio
import sys

from app.schema import upgrade
from app.settings import Settings
from database.handle import Database
from database.rotation import behind, rotate
from database.sealed import NoKey, new_key
from migrations.tables import METADATA


def print_new_key(name: str) -> int:
    """Print a new key of that name, as KEFU_DATA_KEYS takes it; return the exit status."""
    try:
        key = new_key(name)
    except ValueError as error:
        print(f"kefu: {error}", file=sys.stderr)
        return 2
    print(key)
    return 0


def rotate_keys(settings: Settings) -> int:
    """Seal everything with the newest key, with progress; return 1 where something can't be read with any key."""
    return asyncio.run(_rotated(settings))


async def unfinished(database: Database) -> int:
    """Return how many rows are not sealed with the newest key."""
    async with database.read() as db:
        return await behind(db, METADATA, database.keys.newest.name)


async def _rotated(settings: Settings) -> int:
    database = Database(settings.database_url, settings.keys)
    try:
        await upgrade(database)
        todo = await unfinished(database)

        def seen(rows: int) -> None:
            if sys.stderr.isatty():
                print(f"\r{rows} of {todo} rows", end="", file=sys.stderr, flush=True)

        done = await rotate(database, METADATA, seen)
        print(f"{done} rows sealed again; everything is sealed with key {database.keys.newest.name}")
        return 0
    except NoKey as error:
        print(f"kefu: {error}; give that key in KEFU_DATA_KEYS, after the newest", file=sys.stderr)
        return 1
    finally:
        await database.close()
