"""What the engine is asked of a message, in the light of where the conversation stands, and what it reads (F2)."""

from collections.abc import Sequence
from dataclasses import replace

from bot.dialogue.flows import Flows
from bot.dialogue.heard import KNOWN
from bot.dialogue.reading import decided_first, in_general_words, needs_no_reading
from bot.dialogue.state import State
from bot.door import Engine
from bot.several import clauses, parts, plain_requests, requests
from core.message import Understanding

_NOTHING_READ = "nlu_fallback"
_RATHER = 0.5


def agreed(reading: Understanding, general: Understanding) -> dict[str, float]:
    """Return how surely a message agrees: in its own words and in its general words, one for the other.

    Either alone is no yes: whoever only says again what is wanted (开通一个彩铃) has not agreed to its price.
    """
    return {"yes": (reading.consent.get("yes", 0.0) + general.consent.get("yes", 0.0)) / 2}


async def listen(engine: Engine, flows: Flows, state: State, text: str) -> list[Understanding]:
    """Return the reading of a message, or of its parts where each is one of its own; the engine is asked once.

    Raises EngineDown where it does not answer; what needs no reading is understood even then (M11).
    """
    if needs_no_reading(state, flows, text):
        return [Understanding(text, _NOTHING_READ, 0.0)]
    if (parted := decided_first(state, flows, text)) is not None:
        head, rest = parted
        return [Understanding(head, _NOTHING_READ, 0.0), *await engine.understand([rest])]
    if (general := in_general_words(state, flows, text)) is not None:
        reading, agreeing = await engine.understand([text, general])
        return [replace(reading, consent=agreed(reading, agreeing))]
    choose, pieces = requests, parts(text)
    if len(pieces) == 1:
        choose, pieces = plain_requests, clauses(text)
    if state.top or len(pieces) == 1:
        return await engine.understand([text])
    reading, *read = await engine.understand([text, *pieces])
    if _is_one_question(reading, read):
        return [reading]
    if _is_about_what_it_names(flows, reading, read):
        return [reading]
    found = choose(reading, read)
    return found if len(found) == 1 else [replace(piece, upset=reading.upset) for piece in found]


def _is_about_what_it_names(flows: Flows, whole: Understanding, pieces: Sequence[Understanding]) -> bool:
    """Return whether a piece means the very thing that another piece names: 1069000011是谁，怎么退订."""
    over = {intent for _, begin in flows.started_by_names(whole.names, whole.text) for intent in begin.over}
    return any(piece.intent in over and not piece.names for piece in pieces)


def _is_one_question(whole: Understanding, pieces: Sequence[Understanding]) -> bool:
    """Return whether a message is one question with a story before it, which one article answers."""
    answers = {piece.articles[0].name for piece in pieces if piece.articles and piece.articles[0].share >= KNOWN}
    known = bool(whole.articles) and whole.articles[0].share >= KNOWN and len(answers) <= 1
    asks = sum(share for act, share in whole.acts.items() if act.startswith("question")) >= _RATHER
    return known and asks and not any(map(_wants_something_done, pieces))


def _wants_something_done(piece: Understanding) -> bool:
    return piece.intent.startswith("report_") or piece.acts.get("request", 0.0) >= _RATHER
