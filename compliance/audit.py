"""What the audit log takes down: who did what to whom and why (K6)."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

# What stands before the first link of the chain.
BEGINNING = "0" * 64


@dataclass(frozen=True)
class AuditEntry:
    """One line of the log. It holds ids, never names, numbers or texts.

    actor    "bot", "agent:3", "system", "api"
    action   "account.balance.read", "gate.refused", "conversation.taken"
    subject  "customer:12", "conversation:7"
    """

    actor: str
    action: str
    subject: str
    reason: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


class AuditLog(Protocol):
    """A log that can only grow."""

    async def record(self, entry: AuditEntry) -> None:
        """Keep `entry` durably before returning."""
        ...


def link(key: bytes, previous: str, number: int, at: datetime, entry: AuditEntry) -> str:
    """Return the hash, 64 hexadecimal digits, that ties an entry to the link before it (K6).

    number  the entry's id in the log
    Without the key nobody can make a link that fits, so nothing sealed can be changed, left out or moved unseen.
    """
    said = [previous, number, at.astimezone(UTC).isoformat(timespec="microseconds"), entry.actor, entry.action]
    said += [entry.subject, entry.reason, dict(entry.details)]
    words = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hmac.new(key, words.encode(), hashlib.sha256).hexdigest()


# Why an agent may see a customer's whole name and number (M12).
REVEALS = {"verify": "核对身份", "call": "回拨客户", "visit": "安排上门", "complaint": "投诉核查"}
