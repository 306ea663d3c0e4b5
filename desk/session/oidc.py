"""Signing in by the carrier's own identity provider (OpenID Connect): it says who somebody is; the rights are ours."""

import json
import secrets
from dataclasses import asdict, dataclass, field
from typing import Any

import httpx
from authlib.common.errors import AuthlibBaseError
from authlib.oauth2.rfc6749.parameters import parse_authorization_code_response, prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

COOKIE = "kefu_oidc"
# So long somebody may take at the provider's page.
SECONDS = 600
_LEEWAY_SECONDS = 60
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"]
_DOWN = "统一登录暂时没有响应，请您稍后再试，或者用账号密码登录。"
_AGAIN = "登录没有完成，请您重新登录。"


@dataclass(frozen=True)
class Oidc:
    """The provider: its issuer's address, our client there, and the claim that is the sign-in of our staff."""

    issuer: str
    client_id: str
    secret: str = field(default="", repr=False)
    claim: str = "preferred_username"


class Refused(Exception):
    """Nobody was signed in; `reason` is for the page."""

    def __init__(self, reason: str) -> None:
        """Say why."""
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Attempt:
    """What the browser keeps while it is at the provider's: it alone can finish what it has begun."""

    state: str
    nonce: str
    verifier: str = field(repr=False)

    def packed(self) -> str:
        """Return it as a cookie's value."""
        return json.dumps(asdict(self)).encode().hex()

    @staticmethod
    def unpacked(packed: str) -> "Attempt":
        """Return the attempt of a cookie. Raises Refused."""
        try:
            return Attempt(**json.loads(bytes.fromhex(packed)))
        except (ValueError, TypeError) as error:
            raise Refused(_AGAIN) from error


class Provider:
    """The provider's end of a sign-in: code flow with PKCE, state and nonce."""

    def __init__(self, oidc: Oidc) -> None:
        """Ask nothing yet: its addresses and keys are looked up at each sign-in."""
        self._oidc = oidc

    async def begin(self, back: str) -> tuple[str, Attempt]:
        """Return the provider's address for the browser, and what it keeps. Raises Refused."""
        attempt = Attempt(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48))
        async with httpx.AsyncClient(timeout=10) as client:
            found = await self._found(client)
        url = prepare_grant_uri(
            found["authorization_endpoint"],
            self._oidc.client_id,
            "code",
            redirect_uri=back,
            scope="openid profile",
            state=attempt.state,
            nonce=attempt.nonce,
            code_challenge=create_s256_code_challenge(attempt.verifier),  # type: ignore[no-untyped-call]
            code_challenge_method="S256",
        )
        return str(url), attempt

    async def finish(self, attempt: Attempt, back: str, came: str) -> str:
        """Return the sign-in of whoever came back with the address `came`. Raises Refused."""
        try:
            code = parse_authorization_code_response(came, attempt.state)["code"]
            async with httpx.AsyncClient(timeout=10) as client:
                found = await self._found(client)
                token = await self._exchanged(
                    client, found["token_endpoint"], code=code, back=back, verifier=attempt.verifier
                )
                keys = (await client.get(found["jwks_uri"])).raise_for_status().json()
            claims = jwt.decode(token["id_token"], KeySet.import_key_set(keys), algorithms=_ALGORITHMS).claims
            jwt.JWTClaimsRegistry(
                leeway=_LEEWAY_SECONDS,
                iss={"essential": True, "value": found["issuer"]},
                aud={"essential": True, "value": self._oidc.client_id},
                exp={"essential": True},
                nonce={"essential": True, "value": attempt.nonce},
            ).validate(claims)
            return str(claims[self._oidc.claim])
        except httpx.HTTPStatusError as error:  # a code that was used, or was never given
            raise Refused(_AGAIN) from error
        except httpx.HTTPError as error:
            raise Refused(_DOWN) from error
        except (AuthlibBaseError, JoseError, KeyError, ValueError) as error:
            raise Refused(_AGAIN) from error

    async def _exchanged(
        self, client: httpx.AsyncClient, where: str, code: str, back: str, verifier: str
    ) -> dict[str, Any]:
        asked = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "client_id": self._oidc.client_id,
            "code_verifier": verifier,
        }
        auth = (self._oidc.client_id, self._oidc.secret) if self._oidc.secret else httpx.USE_CLIENT_DEFAULT
        token: dict[str, Any] = (await client.post(where, data=asked, auth=auth)).raise_for_status().json()
        return token

    async def _found(self, client: httpx.AsyncClient) -> dict[str, Any]:
        where = self._oidc.issuer.rstrip("/") + "/.well-known/openid-configuration"
        try:
            found: dict[str, Any] = (await client.get(where)).raise_for_status().json()
        except (httpx.HTTPError, ValueError) as error:
            raise Refused(_DOWN) from error
        # Another issuer's document would send us, and whoever signs in, to where it likes.
        if found.get("issuer", "").rstrip("/") != self._oidc.issuer.rstrip("/"):
            raise Refused(_DOWN)
        return found
