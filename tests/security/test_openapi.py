"""Every interface, fed with what its document allows and what it does not, never fails by itself."""

import os
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode

from tests.security.conftest import Target

FEW = 2
EXAMPLES = int(os.environ.get("KEFU_FUZZ_EXAMPLES", FEW))
EVERYBODY = ("nobody", "customer", "agent1", "supervisor1", "admin1", "partner", "operator")
# What reaches the second database is mostly the same: a short run takes those who write most there.
ON_POSTGRESQL = EVERYBODY if EXAMPLES > FEW else ("customer", "agent1")
# A short run deals the interfaces out: each is attacked by one in three callers, and over all of them by two or three.
DEALT = 1 if EXAMPLES > FEW else 3
# A stream that never ends answers nothing that could be judged; who signs out is nobody in the requests after it.
LEFT_OUT = r"/(events|stream|sign-out|logout)$"


@pytest.mark.parametrize(
    ("target", "who"),
    [*(("sqlite", who) for who in EVERYBODY), *(("postgresql", who) for who in ON_POSTGRESQL)],
    indirect=["target"],
)
def test_no_request_makes_the_server_fail(target: Target, who: str) -> None:
    caller, attacked = target.caller(who), 0
    failed = list[str]()
    schema = schemathesis.openapi.from_url(f"{target.url}/openapi.json").exclude(path_regex=LEFT_OUT)
    for number, found in enumerate(schema.get_all_operations(), EVERYBODY.index(who)):
        if number % DEALT:
            continue
        operation = found.ok()  # type: ignore[union-attr]  # our own document is valid
        for mode in GenerationMode.POSITIVE, GenerationMode.NEGATIVE:

            @given(case=operation.as_strategy(generation_mode=mode))
            @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
            def attack(case: Any) -> None:
                if isinstance(case.body, dict) and "csrf" in case.body and caller.csrf:
                    case.body["csrf"] = caller.csrf  # the form's own, or nothing behind it would be reached
                case.call_and_validate(
                    checks=[not_a_server_error], cookies=caller.cookies, headers=caller.headers, timeout=30
                )

            try:
                attack()
                attacked += 1
            except Unsatisfiable:
                continue  # what takes nothing can be given nothing wrong
            except Exception as error:
                failed.append(f"{operation.label}: {error}")
    assert failed == []
    assert attacked > 100 / DEALT
