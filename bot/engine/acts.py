"""What a message does in a conversation, whose number it is about, and what must come before everything else.

Three readings learned from the sentences of data/acts, beside the intent: a question about a price is no order, and
"好贵啊" is no yes, whatever it is about. The dialogue (bot/dialogue) decides what follows.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Dict, List, Pattern, Sequence, Text, Tuple

import numpy as np
import scipy.sparse
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from bot.engine.classifiers import with_text
from bot.engine.encoder import encoder
from bot.engine.learned import Learned
from bot.engine.normalise import essence, normalise

# What is read, and the file of its sentences: a label, a tab, a sentence a line.
READINGS = {"acts": "act", "whose": "whose", "urgent": "urgent", "consent": "consent"}
# As in RequestClassifier: makes shares of distances.
_SHARPNESS = 3.0
# Most of what is said is about the own number and can wait: the sentences of the intents say how that sounds, but those
# of intents, and with words, that may be otherwise.
_ORDINARY: Dict[Text, Tuple[Text, Tuple[Text, ...], Pattern[Text]]] = {
    "whose": (
        "own",
        (),
        re.compile(
            "[妈爸爷奶婆公儿女孩他她友姐弟哥妹叔姨舅]|别人|人家|老板|同事|老人|家人|家里人|亲戚|邻居|对象|1[3-9]\\d{5}"
        ),
    ),
    "urgent": (
        "none",
        ("suspend_or_resume", "handoff", "complaint_spam", "abuse", "complaint_service"),
        re.compile("骗|丢|偷|抢|死"),
    ),
}
_REPORTED = 0.02


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class ActReader(Learned, IntentClassifier):
    """Sets `acts`, `whose`, `urgent` and `consent` of every message: labels with their shares, which add up to 1."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """`acts_path`: the folder of the sentences."""
        return {"acts_path": "data/acts"}

    def train(self, training_data: TrainingData) -> Resource:
        """Learn every reading from its own sentences, and what is ordinary from those of the intents, over one set of features."""
        read = {name: _sentences(Path(self._config["acts_path"], f"{file}.txt")) for name, file in READINGS.items()}
        for message in with_text(training_data):
            for name, (label, intents, words) in _ORDINARY.items():
                if message.get(INTENT) not in intents and not words.search(message.get(TEXT)):
                    read[name].append((label, message.get(TEXT)))
        texts = [text for sentences in read.values() for _, text in sentences]
        vectors = encoder.learn(sorted({essence(text) for text in texts}))
        centre = np.mean(vectors, axis=0)
        shapes = TfidfVectorizer(analyzer="char", ngram_range=(1, 4), sublinear_tf=True, min_df=2)
        shapes.fit([_shape(text) for text in texts])
        learned = {}
        for name, sentences in read.items():
            model = LinearSVC(C=0.5, tol=1e-3, class_weight="balanced", random_state=0)
            model.fit(_matrix(shapes, centre, [text for _, text in sentences]), [label for label, _ in sentences])
            model.coef_ = model.coef_.astype(np.float32)  # half the memory, and the same shares to four digits
            learned[name] = model
        return self.keep((shapes, centre, learned))

    def process(self, messages: List[Message]) -> List[Message]:
        """Read every message."""
        shapes, centre, learned = self.knowledge
        for message in messages:
            text = message.get(TEXT)
            if text:
                row = _matrix(shapes, centre, [text])
                for name, model in learned.items():
                    message.set(name, _shares(model, row), add_to_output=True)
        return messages


def _sentences(file: Path) -> List[Tuple[Text, Text]]:
    """Return (label, sentence) of a file; raises ValueError with the line that is none."""
    found = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        label, tab, text = line.partition("\t")
        if not (tab and label and text.strip()):
            raise ValueError(f"{file}:{number}: write a label, a tab and a sentence")
        found.append((label, text))
    return found


def _shape(text: Text) -> Text:
    # Its beginning and end say much of what a sentence does; punctuation stays, unlike for the intent.
    return f"^{normalise(text)[:200].lower()}$"


def _matrix(shapes: TfidfVectorizer, centre: np.ndarray, texts: Sequence[Text]) -> scipy.sparse.csr_matrix:
    meanings = np.array([_meaning(text, centre) for text in texts])
    return scipy.sparse.hstack([shapes.transform([_shape(text) for text in texts]), meanings]).tocsr()


def _meaning(text: Text, centre: np.ndarray) -> np.ndarray:
    vector = encoder.vector(essence(text)) - centre
    return vector / (np.linalg.norm(vector) or 1.0)


def _shares(model: LinearSVC, row: scipy.sparse.csr_matrix) -> Dict[Text, float]:
    distances = model.decision_function(row)[0]
    if distances.ndim == 0:  # of two labels scikit-learn gives one distance
        distances = np.array([-distances, distances])
    shares = np.exp(_SHARPNESS * (distances - distances.max()))
    shares /= shares.sum()
    return {str(label): round(float(share), 4) for label, share in zip(model.classes_, shares) if share >= _REPORTED}
