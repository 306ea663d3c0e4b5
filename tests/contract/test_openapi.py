"""What other programs call changes by decision alone."""

from app.cli.openapi import FILE, interface


def test_the_interface_is_the_one_that_is_frozen() -> None:
    """Where it is not: `python -m app.cli.openapi`, look at the difference, and write it down in changes/."""
    assert interface() == FILE.read_text(encoding="utf-8")
