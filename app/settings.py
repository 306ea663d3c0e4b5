"""Settings from the environment; the demo's defaults stand here and nowhere else."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from conversation.inbox.floods import PER_ADDRESS, PER_SENDER, PER_SIGN_IN
from core.quiet import QuietHours
from database.sealed import KeyRing
from desk.session.oidc import Oidc

ROOT = Path(__file__).resolve().parent.parent
DEMO_TOKEN = "demo-token"
DEMO_AUDIT_KEY = "demo-audit-key"
DEMO_PAYMENT_SECRET = "demo-payment-secret"
DEMO_DATA_KEYS = "demo:ZGVtbyBkYXRhIGtleSwgd2hpY2ggaXMgbm8gc2VjcmU="
# Of an installation with customers; a newcomer who tries the demo at night gets everything at once.
QUIET_HOURS = "22:00-08:00"
_IN_FILE = "_FILE"


@dataclass(frozen=True)
class FarSystem:
    """A system of the carrier's own: where it answers, and the token that it wants."""

    url: str
    token: str = field(default="", repr=False)


@dataclass(frozen=True)
class Settings:
    """How this installation runs.

    demo          the demo set-up: demo data, the sandbox, published passwords; listens on loopback only
    seed          the demo data's seed
    shell_phone   as whom `rasa shell` talks, a number of the demo data; empty: as a visitor
    engine_token  the secret that app and engine share; `kefu up` makes a new one at each start
    api_token     what a REST client must bring to act for a subscriber
    payment_secret  with what the payment provider signs its notices (docs/howto/payments.md)
    audit_key     the secret with which the audit log is sealed; who has it could forge the log
    per_sender    how much one sender may send, and per_address one network address to our own pages;
                  per_sign_in: how often one address may try to sign in or ask for a code (inbox/floods.py)
    quiet_hours   when a short message that can wait is not sent, by Shanghai's clock; "" is never
    far_systems   the carrier's own systems (docs/ports/) by name: account, complaint, repair; ours where it has none
    public_url    the address of our pages from outside, where it is not host and port
    oidc          the carrier's own sign-in for the staff, beside passwords (docs/howto/staff.md)
    given         the environment with the secrets of files, of which each channel reads its own (docs/howto/)
    embedders     the other sites ("https://www.example.com") on whose pages the chat may stand; "*" is any
    """

    database_url: str = f"sqlite+aiosqlite:///{ROOT}/var/kefu.db"
    host: str = "127.0.0.1"
    port: int = 8080
    engine_url: str = "http://127.0.0.1:5055"
    engine_token: str = field(default="", repr=False)
    api_token: str = field(default=DEMO_TOKEN, repr=False)
    payment_secret: str = field(default=DEMO_PAYMENT_SECRET, repr=False)
    audit_key: str = field(default=DEMO_AUDIT_KEY, repr=False)
    keys: KeyRing = field(default=KeyRing.of(DEMO_DATA_KEYS), repr=False)
    demo: bool = True
    seed: int = 1
    shell_phone: str = ""
    public_url: str = ""
    embedders: tuple[str, ...] = ()
    per_sender: str = PER_SENDER
    per_address: str = PER_ADDRESS
    per_sign_in: str = PER_SIGN_IN
    quiet_hours: str = ""
    far_systems: Mapping[str, FarSystem] = field(default_factory=dict)
    oidc: Oidc | None = None
    given: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def site(self) -> str:
        """The address of our pages, as a customer's browser finds them."""
        return self.public_url or self.here

    @property
    def here(self) -> str:
        """Where this process itself answers."""
        return f"http://{self.host}:{self.port}"

    @staticmethod
    def from_environment() -> "Settings":
        """Return the settings that the environment gives; raises ValueError with the mend where one is wrong."""
        default = Settings()
        given = _with_files(os.environ)
        try:
            port, seed = int(given.get("PORT", default.port)), int(given.get("KEFU_SEED", default.seed))
        except ValueError:
            raise ValueError("PORT and KEFU_SEED must be whole numbers") from None
        demo = given.get("KEFU_DEMO", "1") == "1"
        return Settings(
            database_url=given.get("KEFU_DATABASE_URL", default.database_url),
            host=given.get("KEFU_HOST", default.host),
            port=port,
            engine_url=given.get("KEFU_ENGINE_URL", default.engine_url),
            engine_token=given.get("KEFU_ENGINE_TOKEN", ""),
            api_token=given.get("KEFU_API_TOKEN", default.api_token),
            payment_secret=given.get("KEFU_PAYMENT_SECRET", default.payment_secret),
            audit_key=given.get("KEFU_AUDIT_KEY", default.audit_key),
            keys=_keys(given.get("KEFU_DATA_KEYS", DEMO_DATA_KEYS)),
            demo=demo,
            seed=seed,
            shell_phone=given.get("KEFU_SHELL_PHONE", "") if demo else "",
            far_systems={
                name: FarSystem(url, given.get(f"KEFU_{name.upper()}_TOKEN", ""))
                for name in ("account", "complaint", "repair")
                if (url := given.get(f"KEFU_{name.upper()}_URL", ""))
            },
            given=given,
            embedders=_origins(given.get("KEFU_EMBED_ON", "")),
            per_sender=given.get("KEFU_LIMIT_SENDER", default.per_sender),
            per_address=given.get("KEFU_LIMIT_ADDRESS", default.per_address),
            per_sign_in=given.get("KEFU_LIMIT_SIGN_IN", default.per_sign_in),
            quiet_hours=_hours(given.get("KEFU_QUIET_HOURS", "" if demo else QUIET_HOURS)),
            public_url=given.get("KEFU_PUBLIC_URL", default.public_url).rstrip("/"),
            oidc=_oidc(given),
        )


def _with_files(environment: Mapping[str, str]) -> Mapping[str, str]:
    """Return the environment, and of each setting that stands in a file what stands there: KEFU_API_TOKEN_FILE."""
    given = dict(environment)
    for name, path in environment.items():
        if name.startswith("KEFU_") and name.endswith(_IN_FILE) and path:
            try:
                given[name.removesuffix(_IN_FILE)] = Path(path).read_text(encoding="utf-8").strip()
            except OSError as error:
                raise ValueError(f"{name}: {error.strerror}") from None
    return given


def _keys(given: str) -> KeyRing:
    try:
        return KeyRing.of(given)
    except ValueError as error:
        raise ValueError(f"KEFU_DATA_KEYS must hold keys as `kefu keys new` prints them: {error}") from None


def _hours(given: str) -> str:
    try:
        QuietHours.of(given)
    except ValueError:
        raise ValueError("KEFU_QUIET_HOURS must be written like 22:00-08:00, or be empty") from None
    return given


def _origins(given: str) -> tuple[str, ...]:
    origins = tuple(given.split())
    for origin in origins:
        if not re.fullmatch(r"\*|https?://[A-Za-z0-9.-]+(:\d+)?", origin):
            raise ValueError("KEFU_EMBED_ON must be sites like https://www.example.com, with spaces between, or *")
    return origins


def _oidc(given: Mapping[str, str]) -> Oidc | None:
    issuer, client_id = given.get("KEFU_OIDC_ISSUER", ""), given.get("KEFU_OIDC_CLIENT_ID", "")
    if bool(issuer) != bool(client_id):
        raise ValueError("KEFU_OIDC_ISSUER and KEFU_OIDC_CLIENT_ID belong together: give both or neither")
    if not issuer:
        return None
    claim = given.get("KEFU_OIDC_CLAIM", Oidc.claim)
    return Oidc(issuer, client_id, given.get("KEFU_OIDC_SECRET", ""), claim)
