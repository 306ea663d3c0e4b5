"""The directory as its owner writes it: content/providers.yml, a list; what is wrong is said with its place."""

from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from backends.providers.port import Directory, Provider, Service
from core.lists import read_list

FILE = Path(__file__).resolve().parents[2] / "content" / "providers.yml"
# A shorter one would stand in sentences that mean no provider.
_LEAST_NAME, _LEAST_KEYWORD, _LEAST_NUMBER = 3, 3, 8


class _Written(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Service(_Written):
    name: str = Field(min_length=_LEAST_NAME)
    monthly_fen: int | None = Field(None, ge=0)
    most_fen: int | None = Field(None, ge=0)
    charged: str = Field(min_length=1, pattern="[^。.]$")
    charged_en: str = Field("", pattern="^$|[^。.]$")

    @model_validator(mode="after")
    def _has_one_price(self) -> "_Service":
        if (self.monthly_fen is None) is (self.most_fen is None):
            raise ValueError("write monthly_fen where it is charged by the month, else most_fen, and never both")
        return self


class _Provider(_Written):
    codes: tuple[str, ...] = Field(min_length=1)
    name: str = Field(min_length=_LEAST_NAME)
    services: tuple[_Service, ...] = Field(min_length=1)
    hotline: str = Field(pattern=r"^[\d-]{5,}$")
    # Sent to us by mistake it must be none of our own keywords: not TD, TF or QX0000 (content/keywords.yml).
    stop: str = Field(pattern=r"^QX[A-Z]+$")
    since: date

    @model_validator(mode="after")
    def _has_a_number_first(self) -> "_Provider":
        number, *keywords = self.codes
        if not (number.isascii() and number.isdecimal() and len(number) >= _LEAST_NUMBER):
            raise ValueError(
                f"the first of codes is the number of its messages: {_LEAST_NUMBER} digits and more, quoted"
            )
        if odd := [
            each for each in keywords if not (each.isascii() and each.isalnum() and len(each) >= _LEAST_KEYWORD)
        ]:
            raise ValueError(
                f"the code {odd[0]} must have {_LEAST_KEYWORD} letters or digits and more, and nothing else"
            )
        return self


class ProviderError(ValueError):
    """The directory is wrong; the message says which file and provider, what is wrong and the mend."""


def read(file: Path = FILE) -> tuple[Provider, ...]:
    """Return the providers of a file, in its order. Raises ProviderError."""
    written = read_list(file, ProviderError, "the directory is a list; begin each provider with - codes:")
    taken: dict[str, str] = {}
    found: list[Provider] = []
    for place, each in enumerate(written, start=1):
        provider = _provider(file, place, each)
        for word in _words(provider):
            if (other := taken.setdefault(word.upper(), provider.name)) != provider.name:
                raise ProviderError(
                    f"{file.name}: {provider.name}: {word} is of {other} already; leave it to one of them"
                )
        if provider.name in {each.name for each in found}:
            raise ProviderError(f"{file.name}: {provider.name} is there twice; keep one of them")
        found.append(provider)
    return tuple(found)


@cache
def directory() -> Directory:
    """Return the directory of content/providers.yml."""
    return Directory(read())


def _words(provider: Provider) -> Iterator[str]:
    yield from (*provider.codes, provider.stop, *provider.names)


def _provider(file: Path, place: int, written: Any) -> Provider:
    try:
        each = _Provider.model_validate(written)
    except ValidationError as error:
        first = error.errors()[0]
        name = written.get("name") if isinstance(written, dict) else None
        where = "".join(f"{part}: " for part in map(str, first["loc"]))
        raise ProviderError(f"{file.name}: {name or f'provider {place}'}: {where}{first['msg']}") from None
    services = (
        Service(
            service.name,
            service.monthly_fen if service.monthly_fen is not None else service.most_fen or 0,
            service.monthly_fen is not None,
            {"zh": service.charged, **({"en": service.charged_en} if service.charged_en else {})},
        )
        for service in each.services
    )
    return Provider(each.codes, each.name, tuple(services), each.hotline, each.stop, each.since)
