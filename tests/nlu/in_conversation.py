"""What the engine reads in messages from the middle of conversations, which people wrote who knew no rule of ours.

in-conversation.tsv holds one in ten of the messages of data/nlu/in-conversation.yml and data/acts, drawn by a hash of
the text and never learned from: text, intent, act, whose, urgent, upset. The figures are printed by
`.venv/bin/python -m tests.nlu.in_conversation`.
"""

from pathlib import Path
from typing import Any

from app.cli.commands.judge import parses
from app.training import model

FILE = Path(__file__).with_name("in-conversation.tsv")


def measure(trained: Path) -> dict[str, Any]:
    """Return the shares that are read rightly: of all messages, and of angry ones how many were found and false."""
    rows = [line.split("\t") for line in FILE.read_text(encoding="utf-8").splitlines()]
    read = parses([row[0] for row in rows], trained)
    right = {"intent": 0, "among three": 0, "act": 0, "kind of act": 0, "whose": 0, "urgent": 0, "upset": 0}
    for (_, intent, act, whose, urgent, upset), each in zip(rows, read, strict=True):
        ranking = [ranked["name"] for ranked in each["intent_ranking"] if ranked["name"] != "nlu_fallback"]
        right["intent"] += ranking[0] == intent
        right["among three"] += intent in ranking[:3]
        right["act"] += _likeliest(each["acts"]) == act
        right["kind of act"] += _likeliest(_kinds(each["acts"])) == act.partition("_")[0]
        right["whose"] += _likeliest(each["whose"]) == whose
        right["urgent"] += _likeliest(each["urgent"]) == urgent
        right["upset"] += each["upset"] == int(upset)
    angry = [each["upset"] == 2 for each in read]
    truly = [row[5] == "2" for row in rows]
    both = sum(a and b for a, b in zip(angry, truly, strict=True))
    shares = {name: round(number / len(rows), 3) for name, number in right.items()}
    return {"messages": len(rows), **shares, "angry": f"{both} of {sum(truly)} found, {sum(angry) - both} false"}


def _kinds(acts: dict[str, float]) -> dict[str, float]:
    kinds: dict[str, float] = {}
    for act, share in acts.items():
        kind = act.partition("_")[0]
        kinds[kind] = kinds.get(kind, 0.0) + share
    return kinds


def _likeliest(shares: dict[str, float]) -> str:
    return max(shares, key=lambda name: shares[name], default="")


if __name__ == "__main__":
    for name, figure in measure(model.path()).items():
        print(f"{name:12} {figure}")
