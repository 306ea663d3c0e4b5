"""What is no request is not guessed at: half of what is said to a voice menu is none."""

from __future__ import annotations

from typing import Any, Dict, List, Text

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.linear_model import LogisticRegression

from bot.engine.classifiers import NO_REQUEST, matrix, with_text
from bot.engine.learned import Learned
from bot.engine.normalise import essence

# Characters. Whoever tells a story wants something, however unsure it is what.
_SHORT = 25
_NOISE_FROM = 0.35
_CERTAIN = 0.85


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class Rejection(Learned, IntentClassifier):
    """Turns the intent into `nlu_fallback` where the customer should be asked back; the ranking stays.

    That is: a short message that sounds like no request (learned from the sentences of `nlu_fallback`), one
    whose likeliest request is not likely enough, and a request that changes something and is not sure.
    `other` and `out_of_scope` are requests, understood as such; they do not come here.
    """

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """`short`, `long`: the least confidence of a short and of a long message.

        `changing`: that of `changes`; `answering`: that of `answers`, which may answer a question of ours.
        """
        return {"short": 0.58, "long": 0.15, "changing": 0.75, "changes": [], "answering": 0.5, "answers": []}

    def train(self, training_data: TrainingData) -> Resource:
        """Learn how the short sentences that are no request differ from those that are."""
        examples = [message for message in with_text(training_data) if _is_short(message)]
        model = LogisticRegression(C=3, max_iter=300, class_weight="balanced")
        model.fit(matrix(examples), [message.get(INTENT) == NO_REQUEST for message in examples])
        return self.keep(model)

    def process(self, messages: List[Message]) -> List[Message]:
        """Set `intent` to nlu_fallback where it should be."""
        for message in messages:
            if message.get(TEXT) and self._unclear(message):
                confidence = message.get("intent")["confidence"]
                message.set("intent", {"name": NO_REQUEST, "confidence": 1.0 - confidence}, add_to_output=True)
        return messages

    def _unclear(self, message: Message) -> bool:
        best = message.get("intent")
        if best["name"] == NO_REQUEST:
            return True
        if best["name"] in self._config["changes"] and best["confidence"] < self._config["changing"]:
            return True
        if best["name"] in self._config["answers"]:
            return bool(best["confidence"] < self._config["answering"])
        if not _is_short(message):
            return bool(best["confidence"] < self._config["long"])
        if best["confidence"] > _CERTAIN:
            return False
        noise = self.knowledge.predict_proba(matrix([message]))[0][1]
        return bool(noise > _NOISE_FROM or best["confidence"] < self._config["short"])


def _is_short(message: Message) -> bool:
    return len(essence(message.get(TEXT))) <= _SHORT
