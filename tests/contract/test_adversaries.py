"""Whoever calls, nothing of a customer's changes without the customer's own code (K3, K4)."""

from tests.lab.calls import Attack


async def test_hundreds_of_hostile_calls_change_nothing_and_then_the_customers_own_do(database_url: str) -> None:
    """Given every kind of caller, when each proposes, guesses, exchanges and replays, then no table has changed."""
    found = await Attack(database_url, 3).run(400)
    assert found["carried_out_without_confirmation"] == 0 == found["tables_changed"]
    assert found["then_confirmed_by_a_customer"] > 0 < found["and_through_a_partner"]
