"""What the customer wants, and how the customer feels."""

from __future__ import annotations

from typing import Any, List, Text, Tuple

import scipy.sparse
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.linear_model import LogisticRegression

from bot.engine.learned import Learned

_RANKED = 5
# Anger is rare in the training sentences and costly to miss, so it needs less than half of the probability.
_ANGRY_FROM, _UPSET_FROM = 0.3, 0.45


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class RequestClassifier(Learned, IntentClassifier):
    """Logistic regression over the n-grams and the meaning of a sentence.

    Rasa's own has a fixed C=1, under which a dense vector drowns in the sparse ones.
    """

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from every sentence that has an intent."""
        examples = [message for message in training_data.intent_examples if message.get(TEXT)]
        model = LogisticRegression(C=20, max_iter=400, class_weight="balanced")
        model.fit(_matrix(examples), [message.get(INTENT) for message in examples])
        return self.keep(model)

    def process(self, messages: List[Message]) -> List[Message]:
        """Set `intent` and `intent_ranking` (the best five) of every message."""
        for message in messages:
            if message.get(TEXT):
                ranking = self._ranking(message)
                message.set("intent", ranking[0], add_to_output=True)
                message.set("intent_ranking", ranking, add_to_output=True)
        return messages

    def _ranking(self, message: Message) -> List[Any]:
        shares: List[Tuple[float, Text]] = list(
            zip(self.knowledge.predict_proba(_matrix([message]))[0], self.knowledge.classes_)
        )
        best = sorted(shares, reverse=True)[:_RANKED]
        return [{"name": str(name), "confidence": float(share)} for share, name in best]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class MoodClassifier(Learned, IntentClassifier):
    """Judges each message: 0 calm, 1 dissatisfied, 2 angry or threatening.

    The truth is in the training data: `metadata: {upset: 1}` of a block of sentences.
    """

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from every sentence; one without a mark is calm."""
        examples = [message for message in training_data.intent_examples if message.get(TEXT)]
        model = LogisticRegression(C=10, max_iter=400, class_weight="balanced")
        model.fit(_matrix(examples), [_marked(message) for message in examples])
        return self.keep(model)

    def process(self, messages: List[Message]) -> List[Message]:
        """Set `upset` of every message."""
        for message in messages:
            if message.get(TEXT):
                message.set("upset", self._mood(message), add_to_output=True)
        return messages

    def _mood(self, message: Message) -> int:
        _, dissatisfied, angry = self.knowledge.predict_proba(_matrix([message]))[0]
        if angry >= _ANGRY_FROM:
            return 2
        return 1 if angry + dissatisfied >= _UPSET_FROM else 0


def _marked(message: Message) -> int:
    metadata = message.get("metadata") or {}
    return int((metadata.get("intent") or {}).get("upset", 0))


def _matrix(messages: List[Message]) -> scipy.sparse.csr_matrix:
    rows = []
    for message in messages:
        _, ngrams = message.get_sparse_features(TEXT)
        _, meaning = message.get_dense_features(TEXT)
        rows.append(scipy.sparse.hstack([ngrams.features, scipy.sparse.csr_matrix(meaning.features)]))
    return scipy.sparse.vstack(rows).tocsr()
