"""Consent on sentences by another hand: what is none is never taken for one."""

from pathlib import Path

import pytest

from app.training import model
from tests.nlu.consent import HERE, measure

# The bar is 0.03 (issue 18); what is measured stands in the README. What is not heard is asked for again; it may not
# get worse.
MOST_MISSED = 0.15


@pytest.mark.parametrize("file", ["consent-sealed.tsv", "consent-sealed-2.tsv"])
def test_of_sealed_sentences_no_one_that_is_no_yes_is_taken_for_one(file: str) -> None:
    trained: Path = model.path() if model.path().exists() else model.train()
    figures = measure(HERE / file, trained)
    assert not figures.wrong
    assert figures.missed / figures.yes <= MOST_MISSED
