"""Marked people use and misuse everything, and nothing of them stands where it should not (N3 一)."""

from tests.lab.leaks import main


def test_nothing_that_was_written_shows_the_marked_people() -> None:
    assert main() == 0
