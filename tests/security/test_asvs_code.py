"""What the code does nowhere, read from the code itself, and what it does where the lists of docs/security.md say."""

import ast
import logging
import re
from collections.abc import Iterator
from functools import cache

import pytest
from argon2 import PasswordHasher, Type

from app.logs import Discreet
from app.settings import ROOT
from backends.identity import hashing
from compliance.pictures import NoPicture, clean
from desk.session.passwords import LONGEST, WORDS_OF_THE_HOUSE, weakness

ROOMS = ("actions", "app", "backends", "bot", "channels", "compliance", "conversation", "core", "database", "desk")
SECURITY = ROOT / "docs/security.md"


@cache
def sources() -> dict[str, ast.Module]:
    """Return every Python file that serves, by its path: tests, benches and Rasa's side are none."""
    files = [path for room in (*ROOMS, "storage") for path in sorted((ROOT / room).rglob("*.py"))]
    served = [path.relative_to(ROOT).as_posix() for path in files]
    served = [path for path in served if not path.startswith("bot/engine/") and "/bench" not in path]
    return {path: ast.parse((ROOT / path).read_text(encoding="utf-8")) for path in served}


def calls() -> Iterator[tuple[str, str, ast.Call]]:
    """Yield file, name as it is written ("hashlib.sha256"), and call of every call."""
    for path, tree in sources().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield path, ast.unparse(node.func), node


def imported(module: str) -> set[str]:
    """Return the files that import a module."""
    found = set()
    for path, tree in sources().items():
        for node in ast.walk(tree):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if any(name == module or name.startswith(f"{module}.") for name in names):
                found.add(path)
    return found


def listed(heading: str) -> set[str]:
    """Return the first cells of the table under a heading of docs/security.md, where they are code."""
    part = SECURITY.read_text(encoding="utf-8").split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return {name for row in re.findall(r"^\| (.*?) \|", part, re.M) for name in re.findall(r"`([^`]+)`", row)}


def test_nothing_that_was_sent_is_run_as_code_or_opened_as_an_object() -> None:
    running = {"eval", "exec", "compile", "__import__", "pickle.loads", "pickle.load", "marshal.loads"}
    assert {(path, name) for path, name, _ in calls() if name in running | {"os.system", "os.popen"}} == set()
    loads = [ast.unparse(call) for _, name, call in calls() if name == "yaml.load"]
    assert [each for each in loads if "Loader=yaml.CSafeLoader" not in each] == []
    assert imported("pickle") | imported("marshal") | imported("shelve") == set()


def test_a_program_is_begun_by_its_name_and_never_by_a_shell() -> None:
    begun = [(path, name, call) for path, name, call in calls() if name.startswith(("subprocess.", "os.exec"))]
    assert {path.split("/")[0] for path, _, _ in begun} <= {"app"}
    for path, _, call in begun:
        assert not [word for word in call.keywords if word.arg == "shell"], path
        assert not (call.args and isinstance(call.args[0], ast.JoinedStr | ast.Constant)), path


def test_no_sql_is_put_together_from_what_was_sent() -> None:
    texts = [(path, call) for path, name, call in calls() if name in ("text", "sqlalchemy.text", "exec_driver_sql")]
    assert texts
    made = [path for path, call in texts if isinstance(call.args[0], ast.BinOp)]
    assert made == []
    for path, call in texts:
        if isinstance(
            call.args[0], ast.JoinedStr
        ):  # of names that stand in the code: never in a room that hears people
            assert path.startswith(("database/", "storage/", "app/jobs/", "app/")), path


def test_a_template_is_a_file_of_ours_and_escapes() -> None:
    assert {name for _, name, _ in calls() if name.split(".")[-1] in ("from_string", "Template", "Markup")} == set()
    pages = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "desk/templates").glob("*.html")}
    unescaped = [
        (name, found) for name, page in pages.items() for found in re.findall(r"\{\{\s*(.*?)\s*\|\s*safe", page)
    ]
    assert unescaped == [("wallboard.html", "board")]  # which board.html, a template too, has made
    assert not [name for name, page in pages.items() if "autoescape" in page]


def test_whoever_we_call_must_prove_who_it_is_and_sends_us_nowhere_else() -> None:
    for path, name, call in calls():
        given = {word.arg: ast.unparse(word.value) for word in call.keywords}
        assert given.get("verify", "True") == "True", path
        assert given.get("follow_redirects", "False") == "False", path
        assert "unverified" not in name and "CERT_NONE" not in ast.unparse(call), path


def test_everybody_whom_we_call_is_on_the_list() -> None:
    opening = (
        "httpx.AsyncClient",
        "httpx.Client",
        "asyncio.open_connection",
        "urllib.request.urlopen",
        "socket.socket",
    )
    assert {path for path, name, _ in calls() if name in opening} == listed("Whom the service calls")


def test_every_use_of_cryptography_is_on_the_list() -> None:
    using = {
        path for kind in ("cryptography", "hashlib", "hmac", "argon2", "joserfc", "authlib") for path in imported(kind)
    }
    assert using == listed("Cryptography")


def test_what_is_sealed_is_sealed_by_authenticated_modes_alone() -> None:
    ciphers = {name for path, name, _ in calls() if path == "database/sealed.py" and name.startswith("AES")}
    assert ciphers == {"AESGCM", "AESSIV"}
    everywhere = {
        ast.unparse(node) for tree in sources().values() for node in ast.walk(tree) if isinstance(node, ast.Attribute)
    }
    assert not [name for name in everywhere if name.endswith((".ECB", ".PKCS1v15", ".ARC4", ".TripleDES", ".Blowfish"))]


def test_what_nobody_may_guess_comes_from_the_systems_generator_with_128_bits() -> None:
    short = []
    for path, name, call in calls():
        if name in ("secrets.token_urlsafe", "secrets.token_hex", "secrets.token_bytes") and call.args:
            size = call.args[0]
            if isinstance(size, ast.Constant) and int(str(size.value)) < 16:
                short.append(path)
    # The key by which a form that is sent twice is one: nobody gains anything by guessing it.
    assert sorted(short) == [
        "desk/tickets/callback_page.py",
        "desk/tickets/complaints.py",
        "desk/tickets/field.py",
        "desk/tickets/outages.py",
    ]
    draws = {path for path in imported("random") if "app/demo/" not in path and "bench" not in path}
    assert draws == {"bot/evaluation.py", "channels/sms/link.py"}  # a figure's interval, and how long to wait


def test_a_password_is_kept_by_argon2_at_today_s_cost() -> None:
    hasher: PasswordHasher = hashing._hasher
    assert (hasher.type, hasher.memory_cost >= 19 * 1024, hasher.time_cost >= 2) == (Type.ID, True, True)
    assert hashing.verify(hasher.hash("a" * LONGEST), "a" * LONGEST)


@pytest.mark.parametrize(
    "tried", ["correct horse battery", "Correct horse battery ", "correct horse batter", "x" * 128]
)
def test_a_password_is_compared_to_its_last_character_as_it_was_typed(tried: str) -> None:
    own = "Correct horse battery"
    assert not hashing.verify(hashing._hasher.hash(own), tried)
    assert hashing.verify(hashing._hasher.hash(own + "y" * 100), own + "y" * 100)
    assert not hashing.verify(hashing._hasher.hash(own + "y" * 100), own + "y" * 99 + "z")


@pytest.mark.parametrize(
    "easy", ["short", "agent1agent1", "kefu-kefu-10086", "Password12345", "aaaaaaaaaaaa", "客服客服客服客服12345"]
)
def test_a_password_of_the_staff_that_the_house_would_guess_is_refused(easy: str) -> None:
    assert weakness(easy, "agent1")


@pytest.mark.parametrize(
    "own", ["just small letters", "只有汉字的一个长密码啊", "92837465018273", "a" * 3 + "bcdefgh" * 9, "Ω≈ç√∫˜µ≤≥÷"]
)
def test_a_password_of_the_staff_may_be_of_any_characters_and_long(own: str) -> None:
    assert weakness(own, "agent1") is None
    assert LONGEST >= 64


def test_the_words_that_no_password_may_be_made_of_are_those_of_the_document() -> None:
    assert listed("Words that no password may be made of") == set(WORDS_OF_THE_HOUSE)


def test_a_line_of_the_log_says_when_in_utc_how_grave_and_where_and_stays_one_line() -> None:
    forged = "x\r\n2026-01-01T00:00:00.000+00:00 INFO app signed in\x1b[2J\u2028"
    record = logging.LogRecord("app.web", logging.WARNING, "", 0, "%s failed", (forged,), None)
    line = Discreet().format(record)
    assert len(line.splitlines()) == 1 and "\x1b" not in line
    assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00 WARNING app\.web x", line)


def test_what_is_written_of_events_is_on_the_list() -> None:
    actions = set()
    for _, name, call in calls():
        if name == "AuditEntry" and len(call.args) > 1 and isinstance(call.args[1], ast.Constant):
            actions.add(str(call.args[1].value).split(".")[0])
    assert actions <= listed("What is written down")
    handlers = {(path, name) for path, name, _ in calls() if name.startswith("logging.") and name.endswith("Handler")}
    assert handlers == {("app/logs.py", "logging.StreamHandler")}


def test_every_library_is_pinned_with_the_digest_of_its_file() -> None:
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    pinned = [line for line in lines if line and not line.lstrip().startswith("#")]
    assert len(pinned) > 50
    assert [line for line in pinned if not re.match(r"[\w.\[\]-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", line)] == []


def test_a_drawing_that_could_hold_a_script_is_no_picture() -> None:
    with pytest.raises(NoPicture):
        clean(b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')
