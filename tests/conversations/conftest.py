"""What the conversations share."""

import pytest

from tests.conftest import Service


@pytest.fixture(autouse=True)
def nothing_reported_before(service: Service) -> None:
    """Take away the repairs of the conversations before: a fault that is reported already is not reported again."""
    service.change("update repair_ticket set state = 'cancelled' where key not like 'demo%'")
