"""What keeps a conversation going: facts without a question, choices, and owning up to what can't be done yet."""

import re
from collections.abc import Sequence
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import Asked, Events, SubscriberAction
from actions.halls import CheckHalls
from actions.words import TOPICS
from core.chinese_time import names_a_month, read_month

_CHOICES = 3
_OWN = re.compile(r"自己|本人|本机|我的|这个号|我这")


class FollowUp(Action):
    """A fact or a "no" without an open question: 上个月的 and 查我自己的 are about what was talked of last."""

    def __init__(self, answers: Sequence[SubscriberAction], halls: CheckHalls) -> None:
        """Let that one of `answers` speak whose topic it is, or `halls`, which a place alone is an answer to."""
        self._answers, self._halls = {answer.topic: answer for answer in answers}, halls

    def name(self) -> str:
        """Its name in the domain."""
        return "action_follow_up"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Answer by what was talked about last."""
        asked = Asked.by(tracker)
        if asked.requested:
            if asked.intent != "deny":
                dispatcher.utter_message(response="utter_not_understood_in_form")
            return []
        topic = tracker.get_slot("topic")
        if read_month(asked.text, asked.at.date()) or names_a_month(asked.text):
            if topic == "bill":
                return await self._answers["bill"].run(dispatcher, tracker, domain)
            dispatcher.utter_message(response="utter_month_of_what")
        elif topic == self._halls.topic and asked.intent == "inform":
            return await self._halls.run(dispatcher, tracker, domain)
        elif topic in self._answers and _OWN.search(asked.text):
            return await self._answers[topic].run(dispatcher, tracker, domain)
        elif asked.intent == "deny":
            dispatcher.utter_message(response="utter_deny")
        else:
            dispatcher.utter_message(response="utter_not_understood", buttons=choices(asked))
        return []


class NotYet(Action):
    """Owns up to a request that only a person can fulfil so far."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_not_yet"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Name the request and offer a person."""
        asked = Asked.by(tracker)
        dispatcher.utter_message(
            response="utter_not_yet",
            topic=TOPICS.get(asked.intent, "这项业务"),
            buttons=[{"title": "转人工", "payload": "转人工"}],
        )
        return []


class ServicePassword(Action):
    """Where the service password is set: on a page, never in a conversation that is kept."""

    def __init__(self, site: str) -> None:
        """Lead to our pages at the address `site`."""
        self._site = site

    def name(self) -> str:
        """Its name in the domain."""
        return "action_password"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Tell the way."""
        dispatcher.utter_message(response="utter_password", link=f"{self._site}/password")
        return []


class NotUnderstood(Action):
    """One clarifying question, with choices (F5)."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_not_understood"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Ask which of the likeliest requests was meant; within a form, let the form ask again."""
        asked = Asked.by(tracker)
        if asked.requested:
            dispatcher.utter_message(response="utter_not_understood_in_form")
        else:
            dispatcher.utter_message(response="utter_not_understood", buttons=choices(asked))
        return []


def choices(asked: Asked) -> list[dict[str, str]]:
    """Return the likeliest requests as buttons, and a person as the last of them."""
    titles = [TOPICS[intent] for intent in asked.ranking if intent in TOPICS and intent not in ("other", "handoff")]
    return [{"title": title, "payload": title} for title in [*titles[:_CHOICES], "转人工"]]
