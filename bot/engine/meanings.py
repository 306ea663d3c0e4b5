"""What a text means, as the app compares it with what is known: a vector and words."""

from __future__ import annotations

import base64
from typing import Any, Dict, List, Sequence, Text

import jieba
import numpy as np

from bot.engine.encoder import encoder
from bot.engine.normalise import essence


def meaning(text: Text) -> Dict[Text, Any]:
    """Return the meaning of a message, which costs nothing more where it was parsed just before."""
    return _told(essence(text), encoder.vector(essence(text)))


def meanings(texts: Sequence[Text]) -> List[Dict[Text, Any]]:
    """Return the meanings of many texts; none of them is kept."""
    short = [essence(text) for text in texts]
    return [_told(text, vector) for text, vector in zip(short, encoder.many(short))]


def _told(text: Text, vector: np.ndarray) -> Dict[Text, Any]:
    """Return 384 half-precision numbers in base64, and the words that jieba cuts with the trade's dictionary."""
    packed = base64.b64encode(vector.astype("<f2").tobytes()).decode()
    return {"vector": packed, "words": [word for word in jieba.lcut(text.lower()) if word.strip()]}
