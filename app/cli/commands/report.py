"""The page of `kefu eval --report`: figures by origin and by intent, and what is taken for what.

It holds counts and names of intents, never a sentence: what real customers said stays out of the repository.
"""

from collections import Counter
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

from bot import evaluation

_CELL, _MARGIN = 13, 190  # pixels
_RESAMPLED = 1000


def write(folder: Path, name: str, lines: Sequence[evaluation.Line], predicted: Sequence[evaluation.Line]) -> None:
    """Write figures.md and confusion.svg into `folder`, which is made where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "figures.md").write_text(figures(name, lines, predicted), encoding="utf-8")
    (folder / "confusion.svg").write_text(confusion(lines, predicted), encoding="utf-8")


def figures(name: str, lines: Sequence[evaluation.Line], predicted: Sequence[evaluation.Line]) -> str:
    """Return the tables as Markdown."""
    result = evaluation.figures(lines, predicted)
    spans = evaluation.intervals(lines, predicted, _RESAMPLED)
    rows = [
        "<!-- written by `./kefu eval FILE --report docs/nlu`; do not edit -->",
        f"# {name}: {result['n']} sentences",
        "",
        "| figure | value | 95 % interval (bootstrap) |",
        "| --- | --- | --- |",
    ]
    for figure, value in result.items():
        if not isinstance(value, dict) and figure != "n":
            rows.append(f"| {figure} | {value} | {_span(spans.get(figure))} |")
    for group, title in (("per_origin", "origin"), ("per_intent", "intent")):
        rows += ["", f"| {title} | sentences | strict | lenient |", "| --- | --- | --- | --- |"]
        rows += [
            f"| {each} | {found['n']} | {found['intent_accuracy']:.2f} | {found['intent_accuracy_lenient']:.2f} |"
            for each, found in result[group].items()
        ]
    rows += ["", "| label | taken for | times |", "| --- | --- | --- |"]
    rows += [
        f"| {label} | {taken} | {count} |" for (label, taken), count in _mistakes(lines, predicted).most_common(25)
    ]
    return "\n".join(rows) + "\n"


def confusion(lines: Sequence[evaluation.Line], predicted: Sequence[evaluation.Line]) -> str:
    """Return a picture: a row for each label, a column for each prediction, the darker the more often."""
    pairs = Counter((str(line["intent"]), str(guess["intent"])) for line, guess in zip(lines, predicted, strict=True))
    names = sorted({name for pair in pairs for name in pair})
    totals = Counter(str(line["intent"]) for line in lines)
    size = _MARGIN + _CELL * len(names) + 10
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}" ',
        'font-family="sans-serif" font-size="10">',
        f'<rect width="{size}" height="{size}" fill="#fff"/>',
    ]
    for at, name in enumerate(names):
        middle = _MARGIN + _CELL * at + _CELL // 2 + 3
        parts.append(f'<text x="{_MARGIN - 6}" y="{middle}" text-anchor="end">{escape(name)}</text>')
        parts.append(f'<text transform="translate({middle},{_MARGIN - 6}) rotate(-90)">{escape(name)}</text>')
    for (label, taken), count in sorted(pairs.items()):
        x, y = (_MARGIN + _CELL * names.index(each) for each in (taken, label))
        # Blue is right, orange is wrong: told apart by colour-blind eyes too.
        colour, share = ("#0072b2" if label == taken else "#d55e00"), count / totals[label]
        parts.append(
            f'<rect x="{x}" y="{y}" width="{_CELL - 1}" height="{_CELL - 1}" fill="{colour}" '
            f'fill-opacity="{0.15 + 0.85 * share:.2f}"><title>{escape(label)} → {escape(taken)}: {count}</title></rect>'
        )
    return "\n".join([*parts, "</svg>"]) + "\n"


def _mistakes(lines: Sequence[evaluation.Line], predicted: Sequence[evaluation.Line]) -> Counter[tuple[str, str]]:
    wrong: Counter[tuple[str, str]] = Counter()
    for line, guess in zip(lines, predicted, strict=True):
        if not evaluation.lenient(line, guess):
            wrong[str(line["intent"]), str(guess["intent"])] += 1
    return wrong


def _span(span: Any) -> str:
    return f"{span[0]:.2f}–{span[1]:.2f}" if span else ""
