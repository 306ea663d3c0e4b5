"""The facts inside a message, so that nobody asks the customer for them again."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List, Text

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.engine import formats
from bot.engine.learned import Learned
from bot.engine.normalise import normalise
from bot.engine.phrases import finder

_NAMED = ("plan", "service", "place", "device")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class CarrierEntities(Learned, EntityExtractorMixin):
    """What a carrier asks for.

    By shape (bot.engine.formats): phone, id_number, ticket_number, amount, data_size, duration, month, time,
    error_code. By name (bot.engine.phrases): plan, service, place, device, operator, channel.
    """

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """`dictionary_path`: the folder of jieba dictionaries; the file's name is the kind of its words."""
        return {"dictionary_path": "data/dictionary"}

    def train(self, training_data: TrainingData) -> Resource:
        """Take the names out of the trade's dictionary."""
        names = {}
        for kind in _NAMED:
            lines = Path(self._config["dictionary_path"], kind + ".txt").read_text(encoding="utf-8").splitlines()
            names[kind] = [line.rsplit(maxsplit=2)[0] for line in lines if line.strip()]
        return self.keep(tuple((kind, tuple(each)) for kind, each in names.items()))

    def process(self, messages: List[Message]) -> List[Message]:
        """Set `entities` of every message; offsets are those of the normalised text."""
        for message in messages:
            if message.get(TEXT):
                found = self._found(normalise(message.get(TEXT)))
                message.set("entities", message.get("entities", []) + found, add_to_output=True)
        return messages

    def _found(self, text: Text) -> List[Dict[Text, Any]]:
        found: List[Dict[Text, Any]] = []
        taken = [False] * len(text)
        names = finder(self.knowledge)
        for kind, start, end in [*names.addresses(text), *formats.found(text), *names.found(text)]:
            if any(taken[start:end]):
                continue
            taken[start:end] = [True] * (end - start)
            if kind == "-":  # looks like a fact and is none
                continue
            found.append(
                {
                    "entity": kind,
                    "value": formats.value(kind, text[start:end]),
                    "start": start,
                    "end": end,
                    "confidence": 1.0,
                    "extractor": type(self).__name__,
                }
            )
        return sorted(found, key=lambda entity: entity["start"])
