"""What browsers are told and asked: headers, cookies, kinds of content, methods, and what a page keeps."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from app.bootstrap import build
from app.settings import ROOT, Settings
from app.web import create_app
from desk.pages import MENU
from tests.fakes.engine import FakeEngine
from tests.security.conftest import describe_everything
from tests.turn.conftest import InProcess, running
from tests.turn.test_people import HTML, somebody
from tests.turn.test_turn import Visitor

PAGES = ("/", "/desk", "/consent", "/password", "/register", "/tariffs", "/chat/frame", "/docs")
FILES = ("/static/site.css", "/widget.js", "/desk/static/desk.js", "/static/icon.svg")
# An answer of every kind: a page, a file, data, a picture, and what is refused for every reason that there is.
EVERY_KIND = (
    *(("GET", path, 200) for path in (*PAGES, *FILES, "/openapi.json", "/charts/usage.svg?data=1-2&voice=1-2&sms=1-2")),
    ("GET", "/no-such-page", 404),
    ("GET", "/complaints", 401),
    ("DELETE", "/chat/session", 405),
    ("TRACE", "/", 405),
    ("POST", "/chat/code", 422),
)
STATIC = ("app/customer_pages/static", "app/demo/static", "desk/static")
SCRIPTS = [script for folder in STATIC for script in sorted((ROOT / folder).glob("*.js"))]
TEMPLATES = ("app/customer_pages/templates", "app/demo/templates", "desk/templates")
MARKUP = [page for folder in TEMPLATES for page in sorted((ROOT / folder).glob("*.html"))]


@pytest.fixture
async def outside(demo_url: str) -> AsyncIterator[InProcess]:
    """The service as it runs outside the demo, on the demo's data."""
    engine = FakeEngine()
    settings = Settings(database_url=demo_url, demo=False)
    async with running(build(settings, engine=engine, dialogue=engine.dialogue), engine) as there:
        yield there


def failing(house: InProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_given: object) -> None:
        raise RuntimeError("the bill of 13800138000 is in /srv/kefu/secret.py")

    monkeypatch.setattr(house.parts.inbox, "receive", broken)


async def asked(house: InProcess, method: str, path: str) -> httpx.Response:
    return await house.client.request(method, path, headers={"Accept": "application/json"})


async def test_every_kind_of_answer_tells_the_browser_what_it_may_do(house: InProcess) -> None:
    for method, path, status in EVERY_KIND:
        answer = await asked(house, method, path)
        assert answer.status_code == status, path
        policy = answer.headers["content-security-policy"]
        for directive in ("default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
            assert directive in policy, path
        assert "object-src" not in policy  # nothing widens what default-src forbids
        assert answer.headers["x-content-type-options"] == "nosniff", path
        assert answer.headers["referrer-policy"] == "no-referrer", path


async def test_an_error_that_nobody_foresaw_has_the_headers_too_and_says_nothing_of_the_inside(
    house: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(house, monkeypatch)
    answer = await house.client.post("/webhooks/rest/webhook", json={"sender": "s", "message": "话费"})
    assert (answer.status_code, answer.json()["error"]) == (500, "internal")
    for inside in ("13800138000", "secret.py", "Traceback", "RuntimeError"):
        assert inside not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"


async def test_what_an_answer_is_said_to_be_is_what_it_is(house: InProcess) -> None:
    begins = {"text/html": b"<!doctype html>", "application/json": b"", "image/svg+xml": b"<svg"}
    for method, path, _ in EVERY_KIND:
        answer = await asked(house, method, path)
        kind, _, charset = answer.headers["content-type"].partition("; charset=")
        assert answer.content.lstrip().lower().startswith(begins.get(kind, b"")), path
        assert kind in {*begins, "text/css", "text/javascript", "text/plain"}, path
        if kind == "application/json":
            answer.json()
        if kind.startswith("text/"):
            assert charset == "utf-8", path


async def test_nothing_but_files_is_kept_by_a_browser(house: InProcess) -> None:
    for path in (*PAGES, "/no-such-page"):
        assert (await house.client.get(path)).headers["cache-control"] == "no-store", path


async def test_what_a_subscriber_or_an_agent_reads_is_kept_by_no_browser(house: InProcess) -> None:
    agent = await somebody(house, "supervisor1")
    for path in ("/desk", "/complaints", "/desk/search?q=1", "/desk/me"):
        assert (await agent.client.get(path, headers=HTML)).headers["cache-control"] == "no-store"
    visitor = Visitor(house)
    await visitor.begin()
    code = await visitor.code("13800138000")
    told = await visitor.post("sign-in", phone="13800138000", code=code)
    assert told.headers["cache-control"] == "no-store"
    assert (await visitor.client.get("/chat/export")).headers["cache-control"] == "no-store"


async def test_no_other_site_is_let_in_by_cors(house: InProcess) -> None:
    elsewhere = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"}
    for method, path in (("GET", "/"), ("POST", "/chat/session"), ("OPTIONS", "/chat/messages"), ("GET", "/desk")):
        answer = await house.client.request(method, path, headers=elsewhere)
        assert not [name for name in answer.headers if name.startswith("access-control")]


async def test_a_request_that_any_site_may_send_without_asking_does_nothing(house: InProcess) -> None:
    visitor = Visitor(house)
    await visitor.begin()
    body = b'{"id": "browser-1", "text": "hello"}'
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        given = await visitor.client.post("/chat/messages", content=body, headers={"Content-Type": kind})
        assert given.status_code >= 400, kind
    forged = {"Content-Type": "application/json", "Origin": "https://elsewhere.example"}
    assert (await visitor.client.post("/chat/messages", content=body, headers=forged)).status_code == 403


async def test_what_changes_something_is_asked_by_no_safe_method(house: InProcess) -> None:
    app = create_app(house.parts)
    describe_everything(app)
    paths = app.openapi()["paths"]
    changing = re.compile(r"/(take|messages|notes|close|transfer|refund|sign-out|logout|login|password|erase|confirm)$")
    by_get = [path for path, methods in paths.items() if changing.search(path) and "get" in methods]
    # Which read, or show a page with a form.
    assert set(by_get) == {"/webhooks/rest/messages", "/sandbox/messages", "/password"}


async def test_no_method_is_answered_that_repeats_or_explores(house: InProcess) -> None:
    for method in ("TRACE", "TRACK", "DEBUG", "CONNECT", "PROPFIND"):
        answer = await house.client.request(method, "/", headers={"Cookie": "kefu_desk=secret-of-a-session"})
        assert answer.status_code == 405, method
        assert "secret-of-a-session" not in answer.text


async def test_no_folder_is_listed_and_nothing_of_the_repository_is_served(house: InProcess) -> None:
    for path in (
        "/.git/config",
        "/.git/HEAD",
        "/.env",
        "/static/",
        "/static",
        "/desk/static/",
        "/var/kefu.db",
        "/app/",
    ):
        answer = await house.client.get(path)
        assert answer.status_code in (307, 404, 405), path
        assert "site.css" not in answer.text and "[core]" not in answer.text


async def test_outside_the_demo_a_browser_is_held_to_tls(outside: InProcess, house: InProcess) -> None:
    for path in ("/", "/desk", "/no-such-page", "/static/site.css"):
        said = (await outside.client.get(path)).headers["strict-transport-security"]
        assert re.fullmatch(r"max-age=(\d+); includeSubDomains", said)
        assert int(re.findall(r"\d+", said)[0]) >= 365 * 24 * 3600
        assert "strict-transport-security" not in (await house.client.get(path)).headers


def cookies(answer: httpx.Response) -> list[str]:
    found = answer.headers.get_list("set-cookie")
    assert found
    return found


async def test_outside_the_demo_every_cookie_is_tied_to_this_host_and_to_tls(outside: InProcess) -> None:
    signed_in = await outside.client.post("/desk/login", data={"login": "agent1", "password": "kefu-demo"})
    given = cookies(signed_in) + cookies(await outside.client.post("/chat/session"))
    assert {cookie.split("=")[0] for cookie in given} == {
        "__Host-kefu_desk",
        "__Host-kefu_chat",
        "__Secure-kefu_device",
    }
    for cookie in given:
        assert "; secure" in cookie.lower() and "domain=" not in cookie.lower()
        assert ("path=/;" in cookie.lower() + ";") == cookie.startswith("__Host-")


async def test_outside_the_demo_a_cookie_by_a_name_that_others_may_set_is_nobodys(outside: InProcess) -> None:
    signed_in = await outside.client.post("/desk/login", data={"login": "agent1", "password": "kefu-demo"})
    token = next(re.findall(r"kefu_desk=([^;]+)", each)[0] for each in cookies(signed_in) if "kefu_desk" in each)
    outside.client.cookies.clear()
    for name, status in (("kefu_desk", 401), ("__Host-kefu_desk", 200)):
        answer = await outside.client.get("/complaints", headers={"Cookie": f"a=b; {name}={token}; c=d"})
        assert answer.status_code == status, name


async def test_no_script_reads_a_session_and_no_other_site_sends_it(house: InProcess) -> None:
    signed_in = await house.client.post("/desk/login", data={"login": "agent1", "password": "kefu-demo"})
    for cookie in cookies(signed_in) + cookies(await house.browser().post("/chat/session")):
        assert "; httponly" in cookie.lower() and "; samesite=strict" in cookie.lower(), cookie.split("=")[0]


async def test_a_sessions_token_stands_in_its_cookie_alone(house: InProcess) -> None:
    visitor = Visitor(house)
    begun = await visitor.client.post("/chat/session")
    assert visitor.client.cookies["kefu_chat"] not in begun.text + str(begun.url)
    agent = await somebody(house, "agent1")
    for path in ("/desk", "/desk/me", "/complaints"):
        assert agent.client.cookies["kefu_desk"] not in (await agent.client.get(path, headers=HTML)).text


async def test_who_signs_out_leaves_nothing_in_the_browser(house: InProcess) -> None:
    agent = await somebody(house, "agent1")
    away = await agent.send("/desk/logout")
    visitor = Visitor(house)
    await visitor.begin()
    for answer in (away, await visitor.post("sign-out")):
        assert answer.headers["clear-site-data"] == '"cache", "storage"'


async def test_every_page_of_the_staff_has_the_button_to_sign_out(house: InProcess) -> None:
    for login in ("supervisor1", "admin1", "auditor1", "engineer1"):
        who = await somebody(house, login)
        pages = [await who.client.get(path, headers=HTML) for path in {path for path, _, _ in MENU}]
        opened = [page for page in pages if page.status_code == 200]
        assert opened
        assert [page.url.path for page in opened if 'action="/desk/logout"' not in page.text] == []


async def test_nobody_is_sent_to_another_site(house: InProcess) -> None:
    elsewhere = "https://elsewhere.example/"
    for path in ("/desk", "/desk/me", "/complaints", "/chat/frame", "/"):
        for given in ({"next": elsewhere}, {"redirect": elsewhere}, {"url": f"/{elsewhere}"}):
            headers = {**HTML, "Referer": elsewhere, "Host": "elsewhere.example"}
            answer = await house.client.get(path, params=given, headers=headers)
            assert answer.headers.get("location", "/").startswith("/")
            assert "elsewhere.example" not in answer.headers.get("location", "")
    form = {"login": "agent1", "password": "kefu-demo", "next": elsewhere}
    assert (await house.client.post("/desk/login", data=form)).headers["location"] == "/desk"


async def test_nobody_is_signed_in_by_a_page_that_was_only_opened(house: InProcess) -> None:
    for path in ("/", "/desk", "/chat/frame", "/consent", "/password", "/register"):
        answer = await house.client.get(path)
        assert answer.status_code == 200 and "set-cookie" not in answer.headers


async def test_a_password_is_masked_while_it_is_typed_and_may_be_pasted_or_filled_in(house: InProcess) -> None:
    typed = "".join(path.read_text(encoding="utf-8") for path in (*SCRIPTS, *MARKUP))
    typed += (await house.client.get("/password")).text
    fields = re.findall(r'<input[^>]*name="(?:password|old|new|again)"[^>]*>', typed)
    assert len(fields) == 5
    for field in fields:
        assert 'type="password"' in field
        assert re.search(r'autocomplete="(current|new)-password"', field)
    # In the chat and at the desk a picture may be pasted, into the text alone.
    heard = re.findall(r'(\$\("[^"]+"\))\.addEventListener\("paste"', typed)
    assert set(heard) == {'$("textarea")', '$("text")'} and typed.count('"paste"') == 2 and "onpaste" not in typed


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts_make_elements_of_words_and_run_no_words(script: Path) -> None:
    text = script.read_text(encoding="utf-8")
    for dangerous in (
        "eval(",
        "new Function",
        "document.write",
        "outerHTML",
        "insertAdjacentHTML",
        "__proto__",
        "srcdoc",
    ):
        assert dangerous not in text, dangerous
    # What comes as markup was written by our own templates, which escape; in the chat no markup comes at all.
    given = [*re.findall(r"innerHTML = ([^;]+);", text), *re.findall(r"innerHTML: ([^ }]+)", text)]
    assert set(given) <= {"MARKUP", "JSON.parse(event.data)", "html", "read.get(past)", "answer.body"}


def test_a_message_between_frames_is_heard_from_our_own_frame_alone() -> None:
    widget = (ROOT / "app/customer_pages/static/widget.js").read_text(encoding="utf-8")
    (heard,) = re.findall(r'addEventListener\("message", \(event\) => \{\s*if \((.*?)\)\n', widget, re.S)
    for condition in ("event.source === frame.contentWindow", "event.origin === home", 'kefuOpen === "boolean"'):
        assert condition in heard
    for other in {path.read_text(encoding="utf-8") for path in SCRIPTS} - {widget}:
        assert "postMessage" not in other


@pytest.mark.parametrize("page", MARKUP, ids=lambda path: path.name)
def test_a_page_is_made_of_markup_styles_and_scripts_alone(page: Path) -> None:
    text = page.read_text(encoding="utf-8").lower()
    for outdated in ("<object", "<embed", "<applet", "<frame ", "x-shockwave", "activex", "silverlight"):
        assert outdated not in text
    assert not re.search(r"\son\w+=", text) and "javascript:" not in text


async def test_outside_the_demo_there_is_no_sandbox_and_no_demo(outside: InProcess) -> None:
    for path in (
        "/sandbox",
        "/sandbox/phone",
        "/sandbox/messages?to=13800138000",
        "/desk/design",
        "/desk/design/design.js",
    ):
        assert (await outside.client.get(path)).status_code == 404
    assert (
        await outside.client.post("/webhooks/rest/webhook", json={"sender": "s", "message": "hi"})
    ).status_code == 401
    begun = (await outside.client.post("/chat/session")).json()
    assert begun["demo"] is False
