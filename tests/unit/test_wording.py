"""Every text that the bot can say, by the wording norms (N6, K5)."""

import re
from pathlib import Path

import pytest
import yaml

from actions.words import TOPICS
from compliance import scripts
from compliance.masking import mask
from compliance.wording import taboos

ROOT = Path(__file__).resolve().parent.parent.parent
RESPONSES = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["responses"]
TEXTS = [variant["text"] for variants in RESPONSES.values() for variant in variants] + list(scripts.ALL)


@pytest.mark.parametrize("text", TEXTS)
def test_no_text_breaks_the_wording_norms(text: str) -> None:
    assert not taboos(text)
    assert not re.search("你(?!好)", text), "customers are addressed with 您"
    assert mask(text) == text
    assert "!" not in text
    assert "！" not in text


@pytest.mark.parametrize("text", [text for text in TEXTS if text.endswith("？") or "请问" in text])
def test_a_question_is_asked_politely(text: str) -> None:
    assert "请" in text or "好吗" in text


def test_each_intent_of_the_contract_has_a_name_for_customers_or_is_talk() -> None:
    intents = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["intents"]
    talk = {
        "greet",
        "goodbye",
        "thanks",
        "affirm",
        "deny",
        "bot_challenge",
        "chitchat",
        "inform",
        "abuse",
        "out_of_scope",
        "praise",
        "nlu_fallback",
    }
    assert set(intents) == set(TOPICS) | talk
