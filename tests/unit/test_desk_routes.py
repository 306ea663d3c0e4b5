"""Every route of the desk says at its head who may call it, and what changes something from which page."""

from collections.abc import Iterator

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from desk.routes import LIMITED_ROUTES, ROUTES
from desk.session import rights, sign_in

SIGNING_IN = [f"/desk{path}" for path in ("", "/login", "/oidc", "/oidc/back")]
EVERY = [route for router in (*LIMITED_ROUTES, *ROUTES) for route in router.routes if isinstance(route, APIRoute)]
OTHERS = [route for route in EVERY if route.path not in SIGNING_IN]


def asked(dependant: Dependant) -> Iterator[Dependant]:
    """Yield what a route asks for, and what that asks for."""
    yield dependant
    for each in dependant.dependencies:
        yield from asked(each)


def test_only_who_signs_in_is_nobody_yet() -> None:
    open_to_all = [route for route in sign_in.routes.routes if isinstance(route, APIRoute)]
    assert sorted(SIGNING_IN) == sorted(route.path for route in open_to_all if route.path != "/desk/logout")


@pytest.mark.parametrize("route", OTHERS, ids=lambda route: f"{route.name} {route.path}")
def test_a_route_asks_who_calls_it(route: APIRoute) -> None:
    assert rights.__name__ in {getattr(each.call, "__module__", "") for each in asked(route.dependant)}


@pytest.mark.parametrize(
    "route", [route for route in OTHERS if route.methods != {"GET"}], ids=lambda route: f"{route.name} {route.path}"
)
def test_what_changes_something_brings_the_token_of_its_page(route: APIRoute) -> None:
    brought = {param.alias for each in asked(route.dependant) for param in (*each.body_params, *each.header_params)}
    assert brought & {"csrf", "x-csrf"}
