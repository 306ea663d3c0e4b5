"""What the customer wants, and how the customer feels."""

from __future__ import annotations

import re
from typing import Any, List, Text, Tuple

import numpy as np
import scipy.sparse
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from bot.engine.learned import Learned
from bot.engine.normalise import normalise
from bot.engine.signs import signs

NO_REQUEST = "nlu_fallback"
_ROW = "kefu_row"
_RANKED = 5
# Makes a probability of the distances to the hyperplanes: with 5 the confidence is calibrated, in
# cross-validation over the training sentences (the least log loss of 2 to 5) and on real sentences alike.
_SHARPNESS = 5.0
# Beside the thousands of n-grams a sign would drown them with a larger weight and drown with a smaller one.
_WEIGHT_OF_SIGNS = 0.3
# What follows in a conversation (`metadata: {follows: 1}`) is far more numerous and vaguer than what opens one: with its
# full weight six of a hundred real first messages more were misread, with this one or two, and of what follows one more.
_WEIGHT_OF_FOLLOWING = 0.15
# For the mood less still: who is in the middle of a conversation is impatient more quietly.
_MOOD_OF_FOLLOWING = 0.05
# English shares no word with Chinese and needs few sentences: with its full weight it drew the mood of Chinese to itself
# (own sentences 0.853, with this one 0.876; of English kept apart none is read otherwise).
_MOOD_OF_ENGLISH = 0.3
# Of the probability of anger, and of any discontent, from which a message is called so.
_ANGRY_FROM, _UPSET_FROM = 0.5, 0.6
_HAN = re.compile("[\u4e00-\u9fff]")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class RequestClassifier(Learned, IntentClassifier):
    """A linear support vector machine over the n-grams and the meaning of a sentence.

    Of what was tried (docs/adr/0006) it was the best on unseen manners of speaking, and learns in two seconds.
    """

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from every sentence that has an intent."""
        examples = with_text(training_data)
        model = LinearSVC(C=0.5, class_weight="balanced", random_state=0)
        weights = [_weight(message, _WEIGHT_OF_FOLLOWING) for message in examples]
        model.fit(matrix(examples), [message.get(INTENT) for message in examples], sample_weight=weights)
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
        distances = self.knowledge.decision_function(matrix([message]))[0]
        shares = np.exp(_SHARPNESS * (distances - distances.max()))
        shares /= shares.sum()
        best: List[Tuple[float, Text]] = sorted(zip(shares, self.knowledge.classes_), reverse=True)[:_RANKED]
        return [{"name": str(name), "confidence": float(share)} for share, name in best]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class MoodClassifier(Learned, IntentClassifier):
    """Judges each message: 0 calm, 1 dissatisfied, 2 angry or threatening.

    Beside words and meaning it weighs the signs of bot.engine.signs. The truth is in the training data:
    `metadata: {upset: 1}` of a block of sentences.
    """

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from every sentence; one without a mark is calm."""
        examples = with_text(training_data)
        model = LogisticRegression(C=5, max_iter=400, class_weight="balanced")
        weights = [
            _weight(message, _MOOD_OF_FOLLOWING) * (1.0 if _HAN.search(message.get(TEXT)) else _MOOD_OF_ENGLISH)
            for message in examples
        ]
        model.fit(self._matrix(examples), [_mood(message) for message in examples], sample_weight=weights)
        return self.keep(model)

    def process(self, messages: List[Message]) -> List[Message]:
        """Set `upset` of every message, and `anger`, how surely it is 2."""
        for message in messages:
            if message.get(TEXT):
                _, upset, angry = self.knowledge.predict_proba(self._matrix([message]))[0]
                mood = 2 if angry > _ANGRY_FROM else 1 if upset + angry > _UPSET_FROM else 0
                message.set("upset", mood, add_to_output=True)
                message.set("anger", round(float(angry), 2), add_to_output=True)
        return messages

    @staticmethod
    def _matrix(messages: List[Message]) -> scipy.sparse.csr_matrix:
        seen = np.array([signs(normalise(message.get(TEXT))) for message in messages]) * _WEIGHT_OF_SIGNS
        return scipy.sparse.hstack([matrix(messages), scipy.sparse.csr_matrix(seen)]).tocsr()


def with_text(training_data: TrainingData) -> List[Message]:
    """Return the examples that are sentences: the dialogue's own bring names of intents without a text."""
    return [message for message in training_data.intent_examples if message.get(TEXT)]


def matrix(messages: List[Message]) -> scipy.sparse.csr_matrix:
    """Return what the featurizers gave, one row for each message."""
    rows = [_row(message) for message in messages]
    return rows[0] if len(rows) == 1 else scipy.sparse.vstack(rows).tocsr()


def _row(message: Message) -> scipy.sparse.csr_matrix:
    # Three classifiers ask for it, and scipy's own hstack costs more than they do.
    known = message.get(_ROW)
    if known is None:
        sparse, dense = message.get_sparse_features(TEXT)[1].features, message.get_dense_features(TEXT)[1].features[0]
        width = sparse.shape[1]
        data = np.concatenate([sparse.data, dense])
        columns = np.concatenate([sparse.indices, np.arange(width, width + len(dense), dtype=sparse.indices.dtype)])
        known = scipy.sparse.csr_matrix((data, columns, [0, len(data)]), shape=(1, width + len(dense)))
        message.set(_ROW, known)
    return known


def _marked(message: Message, name: Text) -> int:
    return int((message.get("metadata") or {}).get("intent", {}).get(name, 0))


def _mood(message: Message) -> int:
    return _marked(message, "upset")


def _weight(message: Message, following: float) -> float:
    return following if _marked(message, "follows") else 1.0
