"""A little of `kefu bench fuzz`: what strangers send makes no decoder fail, and the bench would see it if it did."""

from pathlib import Path

import pytest

from tests.lab import fuzz
from tests.lab.decoders import Decoder, decoders


@pytest.mark.parametrize("number", range(len(decoders())), ids=[each.name for each in decoders()])
def test_no_changed_input_makes_a_decoder_fail(number: int) -> None:
    found = fuzz.decoded(number, piece=0, inputs=200, seed=7)
    assert (found.inputs, found.finds) == (200, [])


def test_the_same_seed_plays_the_same_inputs() -> None:
    assert fuzz.decoded(0, 0, 50, 7).refused == fuzz.decoded(0, 0, 50, 7).refused


def test_what_fails_is_found_and_its_place_told(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = Decoder("broken", lambda chance: "x", lambda text: text[1])
    monkeypatch.setattr(fuzz, "decoders", lambda: (broken,))
    (find,) = fuzz.decoded(0, 0, 20, 7).finds
    assert find.startswith(f"IndexError {Path(__file__)}")
