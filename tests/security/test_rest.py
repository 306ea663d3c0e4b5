"""Who repeats another's message, or shares a sender with somebody, is told nothing of theirs."""

from typing import Any

import pytest

from tests.turn.conftest import InProcess

A, B = "13800138000", "13800138001"
TOKEN = {"Authorization": "Bearer demo-token"}


async def said(house: InProcess, text: str, sender: str, message_id: str, phone: str = "", token: bool = False) -> Any:
    """Say something over REST; `token` is brought without a number too."""
    metadata = {"message_id": message_id} | ({"phone": phone} if phone else {})
    body = {"sender": sender, "message": text, "metadata": metadata}
    headers = TOKEN if phone or token else {}
    answer = await house.client.post("/webhooks/rest/webhook", json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_repeat_of_ones_own_message_is_answered_alike_and_does_nothing_twice(house: InProcess) -> None:
    first = await said(house, "我的事", "s", "m1", A)
    assert await said(house, "我的事", "s", "m1", A) == first
    assert house.engine.dialogue.asked == ["我的事"]


@pytest.mark.parametrize("token", [False, True])
async def test_a_visitor_who_repeats_a_subscribers_message_is_told_nothing_of_it(house: InProcess, token: bool) -> None:
    await said(house, "我的事", "s", "m1", A)
    (told,) = await said(house, "别的事", "s", "m1", token=token)
    assert told["text"] == "听到：别的事"


async def test_the_same_id_for_another_subscriber_is_another_message(house: InProcess) -> None:
    await said(house, "第一件", "s", "m1", A)
    (told,) = await said(house, "第二件", "s", "m1", B)
    assert told["text"] == "听到：第二件"


async def test_nobody_without_the_token_repeats_the_message_of_who_brought_it(house: InProcess) -> None:
    await said(house, "第一件", "s", "m1", token=True)
    (told,) = await said(house, "第二件", "s", "m1")
    assert told["text"] == "听到：第二件"


async def test_a_sender_and_an_id_that_run_into_each_other_are_no_repeat(house: InProcess) -> None:
    await said(house, "第一件", "a:b", "c", A)
    (told,) = await said(house, "第二件", "a", "b:c", A)
    assert told["text"] == "听到：第二件"


async def test_who_fetches_gets_only_what_went_to_the_subscriber_for_whom_the_sender_spoke_last(
    house: InProcess,
) -> None:
    async def fetched(headers: dict[str, str]) -> list[str]:
        answer = await house.client.get("/webhooks/rest/messages", params={"sender": "s"}, headers=headers)
        return [each["text"] for each in answer.json()]

    await said(house, "甲的事", "s", "m1", A)
    await said(house, "乙的事", "s", "m2", B)
    assert await fetched(TOKEN) == ["听到：乙的事"]
    assert await fetched({}) == []
    await said(house, "甲又来", "s", "m3", A)
    assert await fetched(TOKEN) == ["听到：甲的事", "听到：甲又来"]


async def test_a_token_that_was_left_empty_opens_nothing(house: InProcess) -> None:
    object.__setattr__(house.parts.settings, "api_token", "")
    body = {"sender": "s", "message": "我的事", "metadata": {"phone": A}}
    answer = await house.client.post("/webhooks/rest/webhook", json=body, headers={"Authorization": "Bearer "})
    assert answer.status_code == 401
