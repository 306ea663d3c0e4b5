"""A judge of tone beside the list of compliance/wording.py: it has learned from sentences, and it only warns (M9).

A list finds what somebody thought of. The judge knows content/tone/harsh.txt and fine.txt, and how much of each a new
sentence has; so it finds more, and is wrong more often: whoever writes is asked to read the sentence once more.
"""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import cast

from spacy.lang.xx import MultiLanguage
from spacy.pipeline import TextCategorizer
from spacy.tokens import Doc
from spacy.training import Example

LEARNED = Path(__file__).resolve().parent.parent / "content" / "tone"
# From here on a sentence is called harsh: fewer false alarms below, fewer finds above (docs/rules.md has the figures).
HARSH = 0.5
_ROUNDS, _BATCH = 15, 32
_TOKEN = re.compile(r"[a-z0-9]+|\S", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]")
_SENTENCE = re.compile(r"[^。！？!?；\n]+[。！？!?；]*")
_MODEL = {
    "@architectures": "spacy.TextCatBOW.v3",
    "exclusive_classes": True,
    "ngram_size": 3,
    "length": 65536,
    "no_output_layer": False,
}


class Tone:
    """Learns from sentences of both kinds, and judges others; the same sentences make the same judge."""

    def __init__(self, harsh: Iterable[str], fine: Iterable[str]) -> None:
        """Learn, in about a second for a thousand sentences. Raises ValueError where one kind has none."""
        language = MultiLanguage()
        self._vocab = language.vocab
        self._judge = cast(TextCategorizer, language.add_pipe("textcat", config={"model": _MODEL}))
        examples = [
            Example.from_dict(self._doc(text), {"cats": {"harsh": float(is_harsh), "fine": float(not is_harsh)}})
            for is_harsh, texts in ((True, harsh), (False, fine))
            for text in texts
        ]
        if len({example.reference.cats["harsh"] for example in examples}) != 2:
            raise ValueError("content/tone needs sentences in harsh.txt and in fine.txt")
        optimizer = language.initialize(lambda: examples)
        optimizer.learn_rate = 0.01
        batches = -(-len(examples) // _BATCH)
        for at in list(range(batches)) * _ROUNDS:
            language.update(examples[at::batches], sgd=optimizer)  # of both kinds, of all topics
        self._harsh = self._judge.labels.index("harsh")

    def _doc(self, text: str) -> Doc:
        return Doc(self._vocab, words=_TOKEN.findall(text))

    def harshest(self, text: str) -> tuple[float, str]:
        """Return how harsh the harshest sentence of `text` is, 0 to 1, and the sentence; (0, "") of nothing."""
        sentences = [found for each in _SENTENCE.findall(text) if _LETTER.search(found := each.strip())]
        if not sentences:
            return 0.0, ""
        scores = self._judge.predict([self._doc(each) for each in sentences])
        return max((float(score[self._harsh]), each) for score, each in zip(scores, sentences, strict=True))


@cache
def tone() -> Tone:
    """Return the judge of this installation."""
    return Tone(*(_read(LEARNED / f"{kind}.txt") for kind in ("harsh", "fine")))


def _read(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def harsh(text: str) -> str:
    """Return the sentence of `text` that sounds harsh, the harshest where there are several; "" where none does."""
    score, sentence = tone().harshest(text)
    return sentence if score >= HARSH else ""
