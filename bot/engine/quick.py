"""Slow places of Rasa 3.6.21 made quick, without a change of what it accepts and answers.

- For every answer of an action Rasa checks its own JSON schema anew before it applies it: 55 ms of the turn. The schema
  never changes, so the validator is prepared once.
- For every message Rasa walks all paths through its graph, of which there are more with each component that needs two
  others. The set of what is needed is the same by one visit each.
- For every event that it reads back Rasa lists all subclasses of Event. No class is added while a server answers.
- Rasa understands one message after another. What takes longest of it, the embedding, needs no Python: it is asked for
  before the message's turn comes, and others go on meanwhile (bot/engine/encoder.py).
- Now and then Python's collector looks through everything that Rasa and TensorFlow loaded, for 30 ms, and finds nothing.
  What is there after the first message stays and is not looked at again.
"""

from __future__ import annotations

import ctypes
import gc
from functools import lru_cache
from typing import Any, Dict, List, Optional, Text

import rasa.shared.utils.common
from jsonschema import validators
from rasa.core.actions.action import RemoteAction
from rasa.core.channels.channel import UserMessage
from rasa.core.processor import MessageProcessor
from rasa.engine.graph import GraphSchema
from rasa.shared.core.trackers import DialogueStateTracker

from bot.engine.encoder import encoder
from bot.engine.normalise import essence

_SCHEMA = RemoteAction.action_response_format_spec()
_VALIDATOR = validators.validator_for(_SCHEMA)(_SCHEMA)
_parse_message = MessageProcessor.parse_message
_all_subclasses = lru_cache(maxsize=8)(rasa.shared.utils.common.all_subclasses)


def _validate(_action: RemoteAction, result: Dict[Text, Any]) -> bool:
    _VALIDATOR.validate(result)
    return True


def _all_dependencies(schema: GraphSchema, targets: List[Text]) -> List[Text]:
    found: Dict[Text, None] = {}
    to_visit = list(targets)
    while to_visit:
        name = to_visit.pop()
        if name not in found:
            found[name] = None
            if name in schema.nodes:  # an input of the graph is none of its nodes
                to_visit += schema.nodes[name].needs.values()
    return list(found)


async def _parse(
    processor: MessageProcessor,
    message: UserMessage,
    tracker: Optional[DialogueStateTracker] = None,
    only_output_properties: bool = True,
) -> Dict[Text, Any]:
    if message.text:
        await encoder.ahead(essence(message.text))
    parsed = await _parse_message(processor, message, tracker, only_output_properties)
    _settle()
    return parsed


@lru_cache(maxsize=1)
def _settle() -> None:
    """Once: keep what is loaded out of the collector's sight, and give the system back what loading left over."""
    gc.collect()
    gc.freeze()
    give_back = getattr(ctypes.CDLL(None), "malloc_trim", None)  # of glibc
    if give_back:
        give_back(0)


def make_quick() -> None:
    """Put the quick ones in place; twice is once."""
    RemoteAction._validate_action_result = _validate
    GraphSchema._all_dependencies_schema = _all_dependencies
    rasa.shared.utils.common.all_subclasses = _all_subclasses
    MessageProcessor.parse_message = _parse
