"""Settings from the environment; the demo's defaults stand here and nowhere else."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, override

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

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


def _keys(given: str | KeyRing) -> KeyRing:
    try:
        return given if isinstance(given, KeyRing) else KeyRing.of(given)
    except ValueError as error:
        raise ValueError(f"must hold keys as `kefu keys new` prints them: {error}") from None


def _hours(given: str) -> str:
    try:
        QuietHours.of(given)
    except ValueError:
        raise ValueError("must be written like 22:00-08:00, or be empty") from None
    return given


def _origins(given: str | tuple[str, ...]) -> tuple[str, ...]:
    origins = tuple(given.split()) if isinstance(given, str) else given
    for origin in origins:
        if not re.fullmatch(r"\*|https?://[A-Za-z0-9.-]+(:\d+)?", origin):
            raise ValueError("must be sites like https://www.example.com, with spaces between, or *")
    return origins


def _whole(given: Any) -> Any:
    """Return the settings of one thing; nothing where all of them are empty."""
    return {name: value for name, value in given.items() if value} or None if isinstance(given, dict) else given


class FarSystem(BaseModel, frozen=True):
    """A system of the carrier's own: where it answers, and the token that it wants."""

    url: str
    token: str = Field(default="", repr=False)


_Far = Annotated[FarSystem | None, BeforeValidator(_whole)]


class Settings(BaseSettings):
    """How this installation runs.

    demo          the demo set-up: demo data, the sandbox, published passwords; listens on loopback only
    seed          the demo data's seed
    brand         the carrier's name, as every page, window and paper of ours says it
    shell_phone   as whom `rasa shell` talks, a number of the demo data; empty: as a visitor
    engine_token  the secret that app and engine share; `kefu up` makes a new one at each start
    api_token     what a REST client must bring to act for a subscriber
    payment_secret  with what the payment provider signs its notices (docs/howto/payments.md)
    audit_key     the secret with which the audit log is sealed; who has it could forge the log
    per_sender    how much one sender may send, and per_address one network address to our own pages;
                  per_sign_in: how often one address may try to sign in or ask for a code (inbox/floods.py)
    quiet_hours   when a short message that can wait is not sent, by Shanghai's clock; "" is never
    account, complaint, repair  the carrier's own systems (docs/ports/); ours where it has none
    public_url    the address of our pages from outside, where it is not host and port
    oidc          the carrier's own sign-in for the staff, beside passwords (docs/howto/staff.md)
    given         the environment with the secrets of files, of which these are read, and by each channel its own
    embedders     the other sites ("https://www.example.com") on whose pages the chat may stand; "*" is any
    """

    model_config = SettingsConfigDict(
        env_prefix="KEFU_",
        # KEFU_OIDC_CLIENT_ID is client_id of oidc.
        env_nested_delimiter="_",
        env_nested_max_split=1,
        enable_decoding=False,
        validate_by_name=True,
        frozen=True,
        arbitrary_types_allowed=True,
        hide_input_in_errors=True,
    )

    given: Mapping[str, str] = Field(default={}, repr=False)
    database_url: str = f"sqlite+aiosqlite:///{ROOT}/var/kefu.db"
    host: str = "127.0.0.1"
    port: int = Field(default=8080, validation_alias="PORT")
    engine_url: str = "http://127.0.0.1:5055"
    engine_token: str = Field(default="", repr=False)
    api_token: str = Field(default=DEMO_TOKEN, repr=False)
    payment_secret: str = Field(default=DEMO_PAYMENT_SECRET, repr=False)
    audit_key: str = Field(default=DEMO_AUDIT_KEY, repr=False)
    keys: Annotated[KeyRing, BeforeValidator(_keys)] = Field(
        default=KeyRing.of(DEMO_DATA_KEYS), validation_alias="KEFU_DATA_KEYS", repr=False
    )
    demo: bool = True
    seed: int = 1
    brand: Annotated[str, Field(min_length=1, max_length=20)] = "示范通信"
    shell_phone: Annotated[str, AfterValidator(lambda phone, info: phone if info.data.get("demo") else "")] = ""
    public_url: Annotated[str, AfterValidator(lambda url: url.rstrip("/"))] = ""
    embedders: Annotated[tuple[str, ...], BeforeValidator(_origins)] = Field(
        default=(), validation_alias="KEFU_EMBED_ON"
    )
    per_sender: str = Field(default=PER_SENDER, validation_alias="KEFU_LIMIT_SENDER")
    per_address: str = Field(default=PER_ADDRESS, validation_alias="KEFU_LIMIT_ADDRESS")
    per_sign_in: str = Field(default=PER_SIGN_IN, validation_alias="KEFU_LIMIT_SIGN_IN")
    quiet_hours: Annotated[str, AfterValidator(_hours)] = Field(
        default_factory=lambda known: "" if known["demo"] else QUIET_HOURS
    )
    account: _Far = None
    complaint: _Far = None
    repair: _Far = None
    oidc: Annotated[Oidc | None, BeforeValidator(_whole)] = None

    @property
    def site(self) -> str:
        """The address of our pages, as a customer's browser finds them."""
        return self.public_url or self.here

    @property
    def here(self) -> str:
        """Where this process itself answers."""
        return f"http://{self.host}:{self.port}"

    @property
    def far_systems(self) -> Mapping[str, FarSystem]:
        """The carrier's own systems by name, where it has them."""
        systems = {"account": self.account, "complaint": self.complaint, "repair": self.repair}
        return {name: there for name, there in systems.items() if there}

    @staticmethod
    def from_environment() -> "Settings":
        """Return the settings that the environment gives; raises ValueError with the mend where one is wrong."""
        try:
            return Settings(given=_with_files(os.environ))
        except ValidationError as error:
            raise ValueError("; ".join(map(_told, error.errors(include_input=False)))) from None

    @classmethod
    @override
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read what is passed, then the environment that is passed: what is made by hand looks nowhere else."""
        environment = EnvSettingsSource(settings_cls)
        environment.env_vars = {name.lower(): value for name, value in init_settings().get("given", {}).items()}
        return init_settings, environment


def _told(wrong: ErrorDetails) -> str:
    name = "_".join(map(str, wrong["loc"]))
    why = wrong["msg"].removeprefix("Value error, ")
    return f"{name if name.isupper() else f'KEFU_{name.upper()}'} {why[0].lower()}{why[1:]}"


def _with_files(environment: Mapping[str, str]) -> Mapping[str, str]:
    """Return the environment, and of each setting that stands in a file what stands there: KEFU_API_TOKEN_FILE."""
    given = dict(environment)
    for name, path in environment.items():
        if name.startswith("KEFU_") and name.endswith(_IN_FILE) and path:
            del given[name]
            try:
                given[name.removesuffix(_IN_FILE)] = Path(path).read_text(encoding="utf-8").strip()
            except OSError as error:
                raise ValueError(f"{name}: {error.strerror}") from None
    return given
