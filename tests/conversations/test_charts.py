"""The allowance as a picture, on channels that show pictures (C2)."""

import httpx
import pytest

from tests.conftest import Service

ME = "13800138000"


def test_the_allowance_comes_with_a_chart_that_names_nobody(service: Service, sender: str) -> None:
    (answer,) = service.say(sender, "流量还剩多少", ME)
    assert "还剩" in answer["text"]
    assert ME not in answer["image"]
    chart = httpx.get(f"{service.url}{answer['image']}")
    assert (chart.status_code, chart.headers["content-type"]) == (200, "image/svg+xml")
    assert "流量" in chart.text


@pytest.mark.parametrize("channel", ["sms", "telegram"])
def test_where_no_picture_of_ours_is_shown_the_words_alone_come(service: Service, sender: str, channel: str) -> None:
    (answer,) = service.say(sender, "流量还剩多少", ME, channel=channel)
    assert "image" not in answer


@pytest.mark.parametrize("asked", ["", "data=1-2", "data=1-2&voice=x&sms=1-1", "data=<b>-1&voice=1-1&sms=1-1"])
def test_a_chart_of_nonsense_is_refused(service: Service, asked: str) -> None:
    assert httpx.get(f"{service.url}/charts/usage.svg?{asked}").status_code == 422


def test_a_chart_of_nothing_is_an_empty_bar(service: Service) -> None:
    drawn = httpx.get(f"{service.url}/charts/usage.svg?data=0-0&voice=9-3&sms=0-100").text
    assert drawn.count("剩0%") == 2
    assert "剩100%" in drawn
