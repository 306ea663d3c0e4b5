"""Judging the NLU: predictions against labelled sentences (contract.md, `kefu eval`)."""

import random
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from statistics import quantiles
from typing import Any

# Intents that lead to a change for the customer, and the confidence from which one would be acted upon (intents.md).
CHANGING = {
    "recharge",
    "change_plan",
    "buy_data_pack",
    "open_service",
    "cancel_service",
    "suspend_or_resume",
    "replace_sim",
    "cancel_account",
    "port_out",
    "broadband_order",
    "international_roaming",
    "realname",
    "password",
}
ACTING = 0.75
# The label of a line that asks for nothing, and the intents whose answer changes nothing and asks what is wanted.
NO_REQUEST = "-"
ASKING_BACK = {"greet", "goodbye", "thanks", "affirm", "deny", "bot_challenge", "chitchat", "inform", "abuse"}

Line = Mapping[str, Any]


def prediction(parsed: Line) -> dict[str, Any]:
    """Return {"intent", "confidence", "fallback", "upset", "entities", "ms"} of what the engine parsed.

    A message that is rejected is reported under the likeliest intent, with `fallback` true.
    """
    ranked = [each for each in parsed.get("intent_ranking") or [] if each["name"] != "nlu_fallback"]
    best: Line = ranked[0] if ranked else {"name": "other", "confidence": 0.0}
    return {
        "intent": best["name"],
        "confidence": float(best["confidence"]),
        "fallback": (parsed.get("intent") or {}).get("name") == "nlu_fallback",
        "upset": int(parsed.get("upset") or 0),
        "entities": [str(entity["value"]) for entity in parsed.get("entities") or []],
        "ms": float(parsed.get("ms") or 0.0),
    }


def figures(truth: Sequence[Line], predicted: Sequence[Line]) -> dict[str, Any]:
    """Return the object that `kefu eval --json` prints; `truth` must not be empty."""
    pairs = list(zip(truth, predicted, strict=True))
    times = [guess["ms"] for _, guess in pairs]
    upset_pairs = [(line.get("upset", 0), guess["upset"]) for line, guess in pairs]
    return {
        "n": len(pairs),
        "intent_accuracy": _share(pairs, strict),
        "intent_accuracy_lenient": _share(pairs, lenient),
        "intent_macro_f1": _macro_f1([(line["intent"], guess["intent"]) for line, guess in pairs]),
        "acted_wrong_rate": _share(pairs, acted_wrong),
        "fallback_rate": _share(pairs, lambda _, guess: guess["fallback"]),
        "upset_f1_any": _f1([(real >= 1, judged >= 1) for real, judged in upset_pairs]),
        "upset_f1_angry": _f1([(real == 2, judged == 2) for real, judged in upset_pairs]),
        "entity_recall": _entity_recall(pairs),
        "ms_p50": round(quantiles(times, n=20)[9], 2) if len(times) > 1 else round(times[0], 2),
        "ms_p95": round(quantiles(times, n=20)[18], 2) if len(times) > 1 else round(times[0], 2),
        "per_origin": _by(pairs, lambda line: str(line.get("origin", "own"))),
        "per_intent": _by(pairs, lambda line: str(line["intent"])),
    }


def intervals(truth: Sequence[Line], predicted: Sequence[Line], resampled: int) -> dict[str, list[float]]:
    """Return, for the figures that are bars, the 95 % interval of a bootstrap over the lines."""
    pairs = list(zip(truth, predicted, strict=True))
    chance = random.Random(1)  # noqa: S311 - a repeatable draw, no secret
    samples = [chance.choices(pairs, k=len(pairs)) for _ in range(resampled)]
    found = {
        "intent_accuracy": [_share(sample, strict) for sample in samples],
        "intent_accuracy_lenient": [_share(sample, lenient) for sample in samples],
        "upset_f1_any": [
            _f1([(line.get("upset", 0) >= 1, guess["upset"] >= 1) for line, guess in sample]) for sample in samples
        ],
        "upset_f1_angry": [
            _f1([(line.get("upset", 0) == 2, guess["upset"] == 2) for line, guess in sample]) for sample in samples
        ],
    }
    return {name: [sorted(each)[int(resampled * at)] for at in (0.025, 0.975)] for name, each in found.items()}


def rejection(truth: Sequence[Line], predicted: Sequence[Line]) -> dict[str, Any]:
    """Return what became of the lines that are labelled NO_REQUEST, and of the others, as shares.

    rejected    the bot says that it has not understood, and asks
    asked_back  rejected, or answered by a sentence that asks what is wanted (ASKING_BACK)
    """
    pairs = list(zip(truth, predicted, strict=True))
    none = [pair for pair in pairs if pair[0]["intent"] == NO_REQUEST]
    requests = [pair for pair in pairs if pair[0]["intent"] != NO_REQUEST]
    return {
        "no_request": {
            "n": len(none),
            "rejected": _share(none, lambda _, guess: guess["fallback"]),
            "asked_back": _share(none, lambda _, guess: guess["fallback"] or guess["intent"] in ASKING_BACK),
        },
        "requests": {
            "n": len(requests),
            "rejected": _share(requests, lambda _, guess: guess["fallback"]),
            "right": _share(requests, lambda line, guess: not guess["fallback"] and strict(line, guess)),
        },
    }


def strict(line: Line, guess: Line) -> bool:
    """Return whether the label was found."""
    return bool(line["intent"] == guess["intent"])


def lenient(line: Line, guess: Line) -> bool:
    """Return whether the label or an alternative was found."""
    return guess["intent"] in (line["intent"], *line.get("alt_intents", ()))


def acted_wrong(line: Line, guess: Line) -> bool:
    """Return whether something would be changed for the customer that was not asked for."""
    sure = guess["intent"] in CHANGING and guess["confidence"] >= ACTING and not guess["fallback"]
    return sure and not lenient(line, guess)


def _share(pairs: Sequence[tuple[Line, Line]], judge: Any) -> float:
    return round(sum(bool(judge(line, guess)) for line, guess in pairs) / len(pairs), 4) if pairs else 0.0


def _f1(pairs: Sequence[tuple[bool, bool]]) -> float:
    hits = sum(real and judged for real, judged in pairs)
    total = sum(real for real, _ in pairs) + sum(judged for _, judged in pairs)
    return round(2 * hits / total, 4) if total else 0.0


def _macro_f1(pairs: Sequence[tuple[str, str]]) -> float:
    labels = {real for real, _ in pairs}
    scores = [_f1([(real == label, judged == label) for real, judged in pairs]) for label in labels]
    return round(sum(scores) / len(scores), 4)


def _entity_recall(pairs: Sequence[tuple[Line, Line]]) -> float:
    found: Counter[bool] = Counter()
    for line, guess in pairs:
        for value in (line.get("entities") or {}).values():
            for each in value if isinstance(value, list) else [value]:
                found[any(each in other or other in each for other in guess["entities"])] += 1
    total = sum(found.values())
    return round(found[True] / total, 4) if total else 1.0


def _by(pairs: Sequence[tuple[Line, Line]], key: Any) -> dict[str, dict[str, Any]]:
    groups: dict[str, list[tuple[Line, Line]]] = defaultdict(list)
    for pair in pairs:
        groups[key(pair[0])].append(pair)
    return {
        name: {
            "n": len(group),
            "intent_accuracy": _share(group, strict),
            "intent_accuracy_lenient": _share(group, lenient),
        }
        for name, group in sorted(groups.items())
    }
