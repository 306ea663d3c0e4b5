"""`kefu bench gate`: what the gate's decisions cost, without the audit entry that each of them leaves (M1)."""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from backends.orders.port import Change, Kind
from compliance.calls import before_calling
from compliance.gate import Advert, before_advertising, before_sending
from compliance.tone import tone
from compliance.wording import wording

SENTENCES = Path(__file__).resolve().parent.parent / "unit" / "wording" / "first.tsv"
TIMES = 20_000
PHONE = "13800138000"
_CHANGE = {"change": Change(Kind.OPEN_SERVICE, "cl"), "code": "123456"}


def _milliseconds(decide: Callable[[str], object], texts: list[str]) -> dict[str, float]:
    took = []
    for number in range(TIMES):
        text = texts[number % len(texts)]
        begun = time.perf_counter()
        decide(text)
        took.append((time.perf_counter() - begun) * 1000)
    cuts = statistics.quantiles(took, n=100)
    return {"p50_ms": round(cuts[49], 4), "p95_ms": round(cuts[94], 4), "p99_ms": round(cuts[98], 4)}


def main() -> int:
    """Print milliseconds a decision; return 1 where a bar is missed: 1 ms at the 95th percentile."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--json", action="store_true")
    as_json = arguments.parse_args().json
    texts = [line.split("\t")[-1] for line in SENTENCES.read_text(encoding="utf-8").splitlines() if line.strip()]
    # As long as a bill or the answer to a complaint.
    texts += ["".join(texts[at : at + 12])[:300] for at in range(0, len(texts) - 12, 12)]
    wording()
    tone()
    result = {
        "an agent's text": _milliseconds(lambda text: before_sending(text, "agent", PHONE), texts),
        "the bot's text": _milliseconds(lambda text: before_sending(text, "bot", PHONE), texts),
        "an advertisement": _milliseconds(
            lambda text: before_advertising(Advert("offers", "sms", text), True, PHONE), texts
        ),
        "a call of a system": _milliseconds(lambda text: before_calling("orders.confirm", "bot", _CHANGE), texts),
    }
    if as_json:
        print(json.dumps(result, ensure_ascii=False))
    else:
        for what, figures in result.items():
            print(f"{what:20} " + "  ".join(f"{name} {value:.4f}" for name, value in figures.items()))
    return 0 if all(figures["p95_ms"] < 1 for figures in result.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
