"""Words of a carrier's customers: jieba with the trade's dictionary."""

from __future__ import annotations

from typing import List, Text

import jieba
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.jieba_tokenizer import JiebaTokenizer
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.training_data.message import Message

from bot.engine.normalise import essence


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=True)
class CarrierTokenizer(JiebaTokenizer):
    """jieba over the essence of a message, without the whitespace tokens that Rasa's own tokenizer keeps."""

    def tokenize(self, message: Message, attribute: Text) -> List[Token]:
        """Return the tokens of `attribute`; an empty text has none."""
        words = jieba.tokenize(essence(message.get(attribute)).lower())
        tokens = [Token(word, start) for word, start, _ in words if word.strip()]
        return self._apply_token_pattern(tokens)
