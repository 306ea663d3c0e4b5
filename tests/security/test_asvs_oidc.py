"""What somebody could put in the place of the provider's word, and of its document."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from desk.session.oidc import Attempt, Oidc, Provider, Refused

ISSUER, BACK = "https://login.example", "https://kefu.example/desk/oidc/back"
OWN, FOREIGN = RSAKey.generate_key(2048, {"kid": "1"}), RSAKey.generate_key(2048, {"kid": "1"})
ATTEMPT = Attempt("the-state", "the-nonce", "the-verifier")
CAME = f"{BACK}?code=abc&state=the-state"


def word(key: Any = OWN, algorithm: str = "RS256", header: dict[str, Any] | None = None, **changed: Any) -> str:
    """Return an ID token as the provider makes one, but for what was changed."""
    now = int(time.time())
    claims = {
        "iss": ISSUER,
        "aud": "kefu",
        "exp": now + 60,
        "iat": now,
        "nonce": "the-nonce",
        "preferred_username": "agent1",
    }
    claims = {name: value for name, value in (claims | changed).items() if value is not None}
    return jwt.encode({"alg": algorithm, "kid": "1", **(header or {})}, claims, key, algorithms=[algorithm])


def provider(monkeypatch: pytest.MonkeyPatch, token: str, issuer: str = ISSUER) -> Provider:
    document = {
        "issuer": issuer,
        "authorization_endpoint": f"{ISSUER}/a",
        "token_endpoint": f"{ISSUER}/t",
        "jwks_uri": f"{ISSUER}/k",
    }
    answers: dict[str, Any] = {
        "/.well-known/openid-configuration": document,
        "/t": {"id_token": token, "access_token": "at", "token_type": "Bearer"},
        "/k": {"keys": [OWN.as_dict(private=False)]},
    }
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json=answers[request.url.path]))
    monkeypatch.setattr(httpx, "AsyncClient", partial(httpx.AsyncClient, transport=transport))
    return Provider(Oidc(ISSUER, "kefu", "a-secret"))


async def test_what_the_provider_gives_stays_on_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    token = word()
    assert await provider(monkeypatch, token).finish(ATTEMPT, BACK, CAME) == "agent1"
    url, attempt = await provider(monkeypatch, token).begin(BACK)
    assert token not in url + attempt.packed() and attempt.verifier not in url and "a-secret" not in url


def unsigned() -> str:
    head, body, _ = word().split(".")
    return f"eyJhbGciOiJub25lIn0.{body}." if head else ""


FORGED: dict[str, Callable[[], str]] = {
    "another key": lambda: word(FOREIGN),
    "a key of its own in the token": lambda: word(FOREIGN, header={"jwk": FOREIGN.as_dict(private=False)}),
    "no signature": unsigned,
    "claims changed": lambda: ".".join(
        [word().split(".")[0], word(preferred_username="admin1").split(".")[1], word().split(".")[2]]
    ),
    "too old": lambda: word(exp=int(time.time()) - 3600),
    "without an end": lambda: word(exp=None),
    "for another client": lambda: word(aud="another"),
    "of another issuer": lambda: word(iss="https://evil.example"),
    "of another sign-in": lambda: word(nonce="another"),
    "an access token": lambda: word(nonce=None, aud=f"{ISSUER}/userinfo"),
}


@pytest.mark.parametrize("forged", FORGED)
async def test_a_word_of_the_provider_that_is_not_whole_signs_nobody_in(
    forged: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Refused):
        await provider(monkeypatch, FORGED[forged]()).finish(ATTEMPT, BACK, CAME)


async def test_a_document_of_another_issuer_sends_nobody_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refused):
        await provider(monkeypatch, word(), "https://evil.example").begin(BACK)
    with pytest.raises(Refused):
        await provider(monkeypatch, word(iss="https://evil.example"), "https://evil.example").finish(
            ATTEMPT, BACK, CAME
        )
