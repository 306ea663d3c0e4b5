"""Reading what somebody sends, of which nobody knows how long it is."""

from collections.abc import AsyncIterable


class TooLong(ValueError):
    """There was more than was allowed; nothing of it is kept."""


async def bounded(pieces: AsyncIterable[bytes], most: int) -> bytes:
    """Return what comes, at most `most` bytes. Raises TooLong as soon as there is more."""
    found = bytearray()
    async for piece in pieces:
        found += piece
        if len(found) > most:
            raise TooLong(f"at most {most} bytes are taken")
    return bytes(found)
