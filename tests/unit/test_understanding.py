"""Several requests in one message, and the judging of the NLU."""

from collections.abc import Sequence
from typing import Any

import yaml

from app.training import model
from bot.dialogue.flows import load
from bot.dialogue.state import State
from bot.evaluation import ACTING, CHANGING, figures, intervals, prediction
from bot.listening import listen
from bot.several import clauses, parts, plain_requests, requests
from core.handover import Trend, trend
from core.message import Understanding


def reading(intent: str, confidence: float = 0.8) -> Understanding:
    return Understanding(intent, intent, confidence)


def test_two_requests_are_parted_and_one_is_left_whole() -> None:
    assert parts("查一下话费，顺便看看流量还剩多少") == ["查一下话费", "看看流量还剩多少"]
    assert parts("我还有多少话费") == ["我还有多少话费"]
    assert parts("顺便") == ["顺便"]
    assert parts("帮我查一下余额和流量") == ["查余额", "查流量"]


def test_a_request_that_asks_back_is_answered_last() -> None:
    pieces = [reading("report_fault_broadband"), reading("query_bill")]
    assert [each.intent for each in requests(reading("query_bill"), pieces)] == ["query_bill", "report_fault_broadband"]


def test_pieces_that_are_no_requests_leave_the_message_whole() -> None:
    whole = reading("complaint_billing")
    assert requests(whole, [reading("complaint_billing"), reading("inform")]) == [whole]
    assert requests(whole, [reading("query_bill"), reading("query_bill")]) == [whole]
    assert requests(whole, [reading("query_bill"), reading("query_usage", 0.1)]) == [whole]


def test_a_pause_parts_a_short_message_and_no_story() -> None:
    assert clauses("查一下话费，彩铃给我退了") == ["查一下话费", "彩铃给我退了"]
    assert clauses("查一下话费") == ["查一下话费"]
    story = "，".join(["打了三次电话都没有人接"] * 7)
    assert clauses(story) == [story]


def test_only_plain_and_sure_requests_are_answered_one_by_one() -> None:
    whole, calm = reading("query_balance"), [reading("query_balance", 0.9), reading("cancel_service", 0.9)]
    assert plain_requests(whole, [reading("greet", 0.9), *calm]) == calm
    assert plain_requests(whole, [reading("query_balance", 0.9), reading("complaint_billing", 0.9)]) == [whole]
    assert plain_requests(whole, [reading("query_balance", 0.9), reading("cancel_service", 0.65)]) == [whole]
    fault = reading("report_fault_broadband", 0.9)
    assert plain_requests(whole, [fault, reading("query_balance", 0.9)]) == [reading("query_balance", 0.9), fault]
    assert plain_requests(whole, [reading("recharge", 0.9), fault]) == [whole]
    upset = Understanding("x", "query_balance", 0.9, upset=1)
    assert plain_requests(upset, calm) == [upset]
    assert plain_requests(upset, [fault, *calm[:1]]) == [*calm[:1], fault]


def test_who_asks_of_a_name_asks_whatever_the_engine_makes_of_it() -> None:
    names = {"provider": "1069000011"}
    whole, balance = reading("query_balance"), reading("query_balance", 0.9)
    asked = Understanding("1069000011是谁", "inform", 0.6, acts={"question_who": 0.9}, names=names)
    told = Understanding("1069000011", "inform", 0.6, acts={"answer": 0.9}, names=names)
    assert plain_requests(whole, [balance, asked]) == requests(whole, [balance, asked]) == [balance, asked]
    assert plain_requests(whole, [balance, told]) == requests(whole, [balance, told]) == [whole]


class Naming:
    """An engine that reads every text in one way, and the names in it."""

    async def ready(self) -> bool:
        return True

    async def understand(self, texts: Sequence[str]) -> list[Understanding]:
        intents = {"怎么退订": "cancel_service", "帮我查话费": "query_balance"}
        return [
            Understanding(
                text,
                intents.get(text, "inform"),
                0.9,
                acts={"question_who": 0.9},
                names={"provider": "1069000011"} if "1069000011" in text else {},
            )
            for text in texts
        ]


async def test_what_is_asked_further_of_a_name_belongs_to_it_and_another_request_does_not() -> None:
    for text, read in (
        ("1069000011是谁，怎么退订", ["1069000011是谁，怎么退订"]),
        ("帮我查话费，1069000011是谁", ["帮我查话费", "1069000011是谁"]),
    ):
        assert [each.text for each in await listen(Naming(), load(), State(), text)] == read


def test_the_trend_follows_the_moods() -> None:
    assert [trend(moods) for moods in ((), (0, 0), (0, 1), (1, 2), (1, 1, 1), (0, 2, 1), (1, 0))] == [
        Trend.CALM,
        Trend.CALM,
        Trend.RISING,
        Trend.RISING,
        Trend.UPSET,
        Trend.FALLING,
        Trend.FALLING,
    ]


def test_the_acting_threshold_is_that_of_the_pipeline() -> None:
    pipeline = yaml.safe_load((model.ROOT / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    rejection = next(part for part in pipeline if part["name"].endswith("Rejection"))
    assert (rejection["changing"], set(rejection["changes"])) == (ACTING, CHANGING)


def test_an_interval_holds_its_figure() -> None:
    truth: list[dict[str, Any]] = [{"text": "a", "intent": "query_bill", "upset": 0}] * 50
    right, wrong = prediction(parsed("query_bill", 0.9)), prediction(parsed("query_plan", 0.9))
    low, high = intervals(truth, [right, wrong] * 25, 200)["intent_accuracy"]
    assert 0.3 < low < 0.5 < high < 0.7


def parsed(intent: str, confidence: float, upset: int = 0) -> dict[str, Any]:
    return {"intent": {"name": intent}, "intent_ranking": [{"name": intent, "confidence": confidence}], "upset": upset}


def test_the_figures_count_labels_alternatives_and_wrong_deeds() -> None:
    truth: list[dict[str, Any]] = [
        {"text": "a", "intent": "query_bill"},
        {"text": "b", "intent": "query_bill", "alt_intents": ["query_balance"]},
        {"text": "c", "intent": "query_plan", "upset": 2},
        {"text": "d", "intent": "thanks"},
    ]
    guesses: list[dict[str, Any]] = [
        prediction(each)
        for each in (
            parsed("query_bill", 0.9),
            parsed("query_balance", 0.9),
            parsed("change_plan", 0.9, upset=2),
            parsed("thanks", 0.9, upset=1),
        )
    ]
    result = figures(truth, guesses)
    assert result["n"] == 4
    assert result["intent_accuracy"] == 0.5
    assert result["intent_accuracy_lenient"] == 0.75
    assert result["acted_wrong_rate"] == 0.25
    assert result["upset_f1_angry"] == 1.0
    assert result["upset_f1_any"] == 0.6667


def test_a_rejected_message_is_reported_under_its_likeliest_intent() -> None:
    guess = prediction(
        {
            "intent": {"name": "nlu_fallback"},
            "intent_ranking": [{"name": "nlu_fallback", "confidence": 0.7}, {"name": "hall", "confidence": 0.2}],
        }
    )
    assert (guess["intent"], guess["fallback"]) == ("hall", True)
