"""What the conversations share."""

import pytest

from tests.conftest import Service


@pytest.fixture(autouse=True)
def nothing_reported_before(service: Service) -> None:
    """Take away the tickets of the conversations before: each begins as if nothing had been reported."""
    service.change("update complaint_ticket set state = 'withdrawn' where key not like 'demo%'")
    service.change("update repair_ticket set state = 'cancelled' where key not like 'demo%'")
