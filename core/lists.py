"""What a carrier's staff write in YAML: read, and what is wrong said with its place."""

from pathlib import Path
from typing import Any

import yaml


def read_yaml(file: Path, wrong: type[ValueError]) -> Any:
    """Return what stands in a file. Raises `wrong` with file and line where it is no YAML."""
    try:
        return yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)  # ten times as fast
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise wrong(f"{file.name}:{mark.line + 1 if mark else 1}: this is no YAML") from None


def read_list(file: Path, wrong: type[ValueError], no_list: str) -> list[Any]:
    """Return what a file lists. Raises `wrong` with file and line: this is no YAML, or `no_list` and the mend."""
    written = read_yaml(file, wrong)
    if not isinstance(written, list):
        raise wrong(f"{file.name}:1: {no_list}")
    return written
