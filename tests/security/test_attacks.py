"""The classic attacks, each tried on the running app of both databases."""

import socket
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.generation import GenerationMode

from tests.security.conftest import Caller, Target

# What asks for no session of a browser, so that no other site can misuse one: it brings a token or a signature, or is
# the sign-in itself.
WITHOUT_A_SESSION = r"^/(api/v1|webhooks|internal|chat/session$|desk/login|pay|sandbox)"


def asked(target: Target, path: str) -> bytes:
    """Return what comes back for a path as it is written: no client tidies it."""
    where = urlsplit(target.url)
    with socket.create_connection((where.hostname or "", where.port or 0), timeout=20) as door:
        door.sendall(f"GET {path} HTTP/1.1\r\nHost: kefu\r\nConnection: close\r\n\r\n".encode())
        parts = []
        while part := door.recv(65536):
            parts.append(part)
    return b"".join(parts)


@pytest.mark.parametrize(
    "root", ["/static", "/desk/static", "/static-offline-docs", "/chat/pictures", "/desk/pictures", "/sandbox", ""]
)
@pytest.mark.parametrize(
    "up", ["/../", "/%2e%2e/", "/..%2f", "/%252e%252e/", "/....//", "/..\\", "/%c0%ae%c0%ae/", "//"]
)
def test_no_path_leads_out_of_the_files_that_are_served(target: Target, root: str, up: str) -> None:
    for file in ("etc/passwd", "pyproject.toml"):
        for depth in (1, 4):
            said = asked(target, root + up * depth + file)
            assert b" 200 " not in said.split(b"\r\n", 1)[0] or b"<!doctype html>" in said.lower(), (root, up, file)
            for content in (b"root:", b"[project]"):
                assert content not in said, (root, up, file)


EXPRESSIONS = (
    "{{7*191}}",
    "{% print(7*191) %}",
    "${7*191}",
    "#{7*191}",
    "<%= 7*191 %>",
    "{0.__class__}",
    "{text.__class__.__mro__}",
    "{customer}",
    "%(text)s %s",
    "<b onmouseover=alert(1)>",
)


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_what_is_said_is_words_and_never_a_template(target: Target, expression: str) -> None:
    sender = f"template-{abs(hash(expression))}"
    with httpx.Client(base_url=target.url, timeout=30) as client:
        for text in (expression, "转人工"):
            body = {"sender": sender, "message": text}
            answer = client.post("/webhooks/rest/webhook", json=body)
            assert answer.status_code == 200
            assert "1337" not in answer.text and "class '" not in answer.text
    staff = target.caller("supervisor1")
    with httpx.Client(base_url=target.url, cookies=staff.cookies, timeout=30) as desk:
        for path in ("/desk", "/desk/search", "/desk/wallboard"):
            page = desk.get(path, params={"q": expression}, headers={"accept": "text/html"}).text
            assert "1337" not in page and "class '" not in page
            assert "<b onmouseover" not in page
        form = {"csrf": staff.csrf, "title": expression, "text": expression}
        assert desk.post("/desk/team/bulletins", data=form).status_code in (303, 404, 422)
        page = desk.get("/desk/team", headers={"accept": "text/html"}).text
        assert "1337" not in page and "class '" not in page and "<b onmouseover" not in page


def test_a_cookie_that_somebody_has_planted_signs_nobody_in_and_is_not_kept(target: Target) -> None:
    planted = "planted-by-somebody-else"
    with httpx.Client(base_url=target.url, cookies={"kefu_desk": planted}, timeout=30) as client:
        answer = client.post("/desk/login", data={"login": "agent2", "password": "kefu-demo"})
        assert answer.status_code == 303
        given = answer.cookies["kefu_desk"]
    assert given != planted
    assert "agent2" not in httpx.get(f"{target.url}/desk/me", cookies={"kefu_desk": planted}).text
    again = httpx.post(
        f"{target.url}/desk/login", data={"login": "agent2", "password": "kefu-demo"}, cookies={"kefu_desk": given}
    )
    assert again.cookies["kefu_desk"] != given  # who knew the first knows nothing of the second
    with httpx.Client(base_url=target.url, cookies={"kefu_chat": planted}, timeout=30) as client:
        opened = client.post("/chat/session")
        assert opened.cookies["kefu_chat"] != planted
    with httpx.Client(base_url=target.url, timeout=30) as client:
        client.post("/chat/session")
        client.cookies.set("kefu_chat", client.cookies["kefu_chat"] + "x")
        assert client.get("/chat/export").status_code == 401


@pytest.mark.parametrize("who", ["customer", "supervisor1", "admin1", "auditor1"])
def test_every_request_that_changes_something_brings_the_pages_own_token(target: Target, who: str) -> None:
    caller: Caller = target.caller(who)
    answers = list[tuple[int, str]]()
    schema = schemathesis.openapi.from_url(f"{target.url}/openapi.json").exclude(path_regex=WITHOUT_A_SESSION)
    for found in schema.include(method=["POST", "PUT", "PATCH", "DELETE"]).get_all_operations():
        operation = found.ok()  # type: ignore[union-attr]  # our own document is valid

        @given(case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE))
        @settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        def forge(case: Any) -> None:
            if isinstance(case.body, dict) and "csrf" in case.body:
                case.body["csrf"] = "forged"
            headers = {name: value for name, value in (case.headers or {}).items() if name.lower() != "x-csrf"}
            case.headers = headers | {"X-CSRF": "forged"}
            answer = case.call(cookies=caller.cookies, timeout=30)
            answers.append((answer.status_code, case.operation.label))

        forge()
    assert [answer for answer in answers if answer[0] < 400] == []
    refused = {label for status, label in answers if status == 403}
    assert len(refused) > 10  # it was the token, not something else that was missing


def test_every_answer_says_what_a_browser_may_do_with_it(target: Target) -> None:
    for path in (
        "/",
        "/desk",
        "/consent",
        "/password",
        "/register",
        "/healthz",
        "/static/site.css",
        "/no-such-page",
        "/chat/frame",
    ):
        headers = httpx.get(target.url + path, timeout=30).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors" in policy, path
        assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "no-referrer", path


def test_who_guesses_a_password_is_locked_out_and_learns_nothing(target: Target) -> None:
    with httpx.Client(base_url=target.url, timeout=60) as client:
        unknown = client.post("/desk/login", data={"login": "nobody-here", "password": "guess"})
        guesses = [client.post("/desk/login", data={"login": "engineer1", "password": f"g{n}"}) for n in range(8)]
        assert unknown.status_code == guesses[0].status_code == 401
        right = client.post("/desk/login", data={"login": "engineer1", "password": "kefu-demo"})
        assert right.status_code == 401 or right.status_code == 429
