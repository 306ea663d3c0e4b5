"""docs/conversations.md, generated from the flows: what can be talked through, and how.

`python -m app.cli.conversations_page` writes it; a test says that page and flows agree.
"""

from collections.abc import Callable
from pathlib import Path

from bot.dialogue.flows import Beginning, Flow, Flows, Step, load

FILE = Path(__file__).resolve().parents[2] / "docs" / "conversations.md"
_HEAD = """# What is talked through, and how

Generated from [bot/flows](../bot/flows) by `python -m app.cli.conversations_page`. \
What holds in every flow and at every
step (the answer, a correction, a question in the middle, a yes and what is none, breaking off, another request, choices
by number, other people's numbers, first things first) stands once in [bot/dialogue](../bot/dialogue); its golden table
is `tests/dialogue/test_decisions.py`, and why it is so is told in [0017](adr/0017-one-dialogue-manager.md).

A flow is begun by an intent or a name that a directory knows (in brackets: only with certain words), or, after another
flow, by what refers to it.
"""
_GROUPS: tuple[tuple[str, Callable[[Flow], bool]], ...] = (
    ("Questions about the own number", lambda flow: not flow.asks and not flow.talk and flow.needs == "subscriber"),
    ("Known to anybody", lambda flow: not flow.asks and not flow.talk and flow.needs != "subscriber"),
    ("Changes, complaints, repairs", lambda flow: flow.asks),
    ("Talk", lambda flow: flow.talk),
)


def written(flows: Flows) -> str:
    """Return the page for these flows."""
    parts = [_HEAD]
    for title, belongs in _GROUPS:
        parts.append(
            f"\n## {title}\n\n| flow | begun by | steps | questions answered | what may follow |\n|"
            + " --- |" * 5
            + "\n"
        )
        parts += [_row(flow) for flow in sorted(flows.by_name.values(), key=lambda each: each.flow) if belongs(flow)]
    return "".join(parts)


def _row(flow: Flow) -> str:
    starts = ", ".join(map(_begun_by, flow.starts))
    steps = " → ".join(_step(step) for step in flow.steps)
    cells = (
        f"{flow.flow} {flow.title}",
        starts or "the dialogue itself",
        steps,
        ", ".join(flow.facts),
        ", ".join(flow.after),
    )
    return "| " + " | ".join(cell or " " for cell in cells) + " |\n"


def _begun_by(begin: Beginning) -> str:
    what = begin.intent or (f"the name of a {begin.names}" if begin.names else "words alone")
    return f"{what} ({begin.said})" if begin.said else what


def _step(step: Step) -> str:
    what = (
        (step.ask and f"ask {step.ask}")
        or (step.read_back and "read back")
        or (step.prove and f"prove {step.prove}")
        or (step.say and "say")
        or step.do.removeprefix("action_").replace("_", " ")
        or "end"
    )
    condition = (step.when and f" if {step.when}") or (step.unless and f" unless {step.unless}") or ""
    return f"{what}{condition}"


if __name__ == "__main__":
    FILE.write_text(written(load()), encoding="utf-8")
