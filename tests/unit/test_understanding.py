"""Several requests in one message, and the judging of the NLU."""

from typing import Any

from bot.evaluation import figures, prediction
from bot.several import parts, requests
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
