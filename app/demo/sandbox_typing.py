"""What the sandbox's phones show of somebody who is writing: until a message comes, and a few seconds at most."""

from datetime import datetime, timedelta

from core.clock import Clock

# So long the platforms show it.
LASTS = timedelta(seconds=5)


class Typing:
    """Who is being written to at the moment; known to this process alone, as all that lasts for seconds."""

    def __init__(self, clock: Clock) -> None:
        """Tell the time by `clock`."""
        self._clock = clock
        self._since: dict[str, datetime] = {}

    def begins(self, phone: str) -> None:
        """Somebody begins to write to a phone."""
        now = self._clock.now()
        self._since = {each: since for each, since in self._since.items() if since > now - LASTS} | {phone: now}

    def ends(self, phone: str) -> None:
        """A message has come to a phone."""
        self._since.pop(phone, None)

    def shown(self, phone: str) -> bool:
        """Return whether a phone shows that somebody is writing to it."""
        since = self._since.get(phone)
        return since is not None and since > self._clock.now() - LASTS
