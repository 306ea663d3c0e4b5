"""Articles as their owners write them: content/knowledge/*.yml, each a list; what is wrong is said with its place."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from backends.knowledge.port import Article, FollowUp, Library, Standing, Words
from core.lists import read_list, read_yaml

FOLDER = Path(__file__).resolve().parents[2] / "content" / "knowledge"


class _Written(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Translated(_Written):
    title: str = Field(min_length=1)
    asks: tuple[str, ...] = ()
    text: str = Field(min_length=1)
    more: Mapping[str, str] = Field(default_factory=dict)


class _Article(_Translated):
    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    asks: tuple[str, ...] = Field(min_length=1)
    kind: Standing
    source: str = Field(min_length=1)
    since: date = Field(alias="from")
    until: date | None = None
    offer: str = ""
    about: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    en: _Translated | None = None


class _FollowUp(_Written):
    asks: tuple[str, ...] = Field(min_length=1)
    text: str = Field(min_length=1)
    en: str = Field(min_length=1)


_FOLLOW_UPS: TypeAdapter[Mapping[str, tuple[_FollowUp, ...]]] = TypeAdapter(Mapping[str, tuple[_FollowUp, ...]])


class ArticleError(ValueError):
    """A file of articles is wrong; the message says which file and article, what is wrong and the mend."""


def read(folder: Path = FOLDER) -> tuple[Article, ...]:
    """Return the articles of a folder, in the order of the files and in them, each with what is asked next.

    Raises ArticleError.
    """
    found: dict[str, Article] = {}
    for file in sorted(folder.glob("*.yml")):
        written = read_list(file, ArticleError, "a file of articles is a list; begin each with - name:")
        for each in written:
            article = _article(file, each)
            if article.name in found:
                raise ArticleError(f"{file.name}: {article.name} is there twice; give each article a name of its own")
            found[article.name] = article
    for file in sorted((folder / "follow-ups").glob("*.yml")):
        for name, follow_ups in _follow_ups(file).items():
            if name not in found:
                raise ArticleError(
                    f"{file.name}: {name}: there is no such article; write the name of one of {folder.name}"
                )
            found[name] = replace(found[name], follow_ups=(*found[name].follow_ups, *follow_ups))
    return tuple(found.values())


@cache
def library(folder: Path = FOLDER) -> Library:
    """Return what a folder has; beside the articles, texts that ask for none of them, one a line."""
    unanswered, looked_up = (
        tuple((folder / name).read_text(encoding="utf-8").splitlines()) for name in ("unanswered.txt", "looked-up.txt")
    )
    return Library(read(folder), unanswered, looked_up)


def _follow_ups(file: Path) -> dict[str, tuple[FollowUp, ...]]:
    try:
        written = _FOLLOW_UPS.validate_python(read_yaml(file, ArticleError))
    except ValidationError as error:
        where, what = _first(error)
        raise ArticleError(f"{file.name}: {where}: {what}; an article's name, and under it its questions") from None
    return {
        name: tuple(FollowUp(each.asks, {"zh": each.text, "en": each.en}) for each in several)
        for name, several in written.items()
    }


def _first(error: ValidationError) -> tuple[str, str]:
    """Return where the first thing that is wrong stands, and what it is."""
    first = error.errors()[0]
    return ".".join(str(part) for part in first["loc"]), first["msg"]


def _article(file: Path, written: Any) -> Article:
    try:
        each = _Article.model_validate(written)
    except ValidationError as error:
        name = written.get("name", "an article without a name") if isinstance(written, dict) else str(written)[:20]
        where, what = _first(error)
        raise ArticleError(f"{file.name}: {name}: {where}: {what}") from None
    words = {"zh": Words(each.title, each.text, each.more)}
    if each.en is not None:
        words["en"] = Words(each.en.title, each.en.text, each.en.more)
    return Article(
        name=each.name,
        words=words,
        asks=(*each.asks, *(each.en.asks if each.en else ())),
        standing=each.kind,
        source=each.source,
        since=each.since,
        until=each.until,
        offer=each.offer,
        about=frozenset(each.about),
        levels=frozenset(each.levels),
        channels=frozenset(each.channels),
    )
