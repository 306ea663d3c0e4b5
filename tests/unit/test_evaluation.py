"""Judging the NLU on lines of which many ask for nothing."""

from pathlib import Path
from typing import Any

import pytest

from app.cli.commands.judge import labelled
from bot.evaluation import rejection


def _guess(intent: str, fallback: bool = False) -> dict[str, Any]:
    return {"intent": intent, "fallback": fallback, "confidence": 0.9, "upset": 0, "entities": [], "ms": 1.0}


def test_no_request_counts_as_asked_back_when_rejected_or_only_talked_to() -> None:
    truth = [{"intent": "-"}, {"intent": "-"}, {"intent": "-"}, {"intent": "query_bill"}, {"intent": "query_bill"}]
    predicted = [
        _guess("recharge", fallback=True),
        _guess("greet"),
        _guess("query_bill"),
        _guess("query_bill"),
        _guess("query_bill", fallback=True),
    ]
    assert rejection(truth, predicted) == {
        "no_request": {"n": 3, "rejected": 0.3333, "asked_back": 0.6667},
        "requests": {"n": 2, "rejected": 0.5, "right": 0.5},
    }


def test_labels_name_lines_of_another_file(tmp_path: Path) -> None:
    pool, labels = tmp_path / "pool.txt", tmp_path / "labels.tsv"
    pool.write_text("甲\n乙\n丙\n", encoding="utf-8")
    labels.write_text("3\t-\n1\tquery_bill\n", encoding="utf-8")
    assert labelled(pool, labels) == [{"text": "丙", "intent": "-"}, {"text": "甲", "intent": "query_bill"}]


@pytest.mark.parametrize("row", ["9\t-", "2", "x\t-", "2\t", "0\t-"])
def test_a_broken_label_names_its_line(tmp_path: Path, row: str) -> None:
    pool, labels = tmp_path / "pool.txt", tmp_path / "labels.tsv"
    pool.write_text("甲\n乙\n", encoding="utf-8")
    labels.write_text(f"1\t-\n{row}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"labels\.tsv line 2"):
        labelled(pool, labels)
