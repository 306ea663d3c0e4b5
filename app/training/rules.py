"""data/rules, generated from what starts the flows: Rasa's rules say that the dialogue answers, the flows say how.

`python -m app.training.rules` writes the file; a test says that file and flows agree.
"""

from pathlib import Path

from bot.dialogue.flows import Flows, load

FILE = Path(__file__).resolve().parents[2] / "data" / "rules" / "rules.yml"
# Intents that start nothing by themselves: the dialogue reads them in the light of what is open.
_ALWAYS = ("handoff", "inform", "nlu_fallback")
_HEAD = """# Generated from bot/flows by `python -m app.training.rules`: what starts a flow, \
the dialogue answers (bot/dialogue).
version: "3.1"

rules:
"""


def written(flows: Flows) -> str:
    """Return the rules' file for these flows."""
    lines = [_HEAD]
    for intent in sorted({*flows.intents, *_ALWAYS}):
        started = sorted(flow.flow for flow in flows.by_name.values() if any(b.intent == intent for b in flow.starts))
        told = ", ".join(started) or "what is open"
        lines.append(f'  - rule: "{intent}: {told}"\n')
        lines.append(f"    steps: [{{intent: {intent}}}, {{action: action_converse}}]\n")
    return "".join(lines)


if __name__ == "__main__":
    FILE.write_text(written(load()), encoding="utf-8")
