"""What is generated from the flows agrees with them."""

from app.cli import conversations_page
from app.training import rules
from bot.dialogue.flows import load


def test_the_page_of_conversations_is_that_of_the_flows() -> None:
    assert conversations_page.FILE.read_text(encoding="utf-8") == conversations_page.written(load())


def test_the_rules_are_those_of_the_flows() -> None:
    assert rules.FILE.read_text(encoding="utf-8") == rules.written(load())
