"""`python -m app.cli.openapi`: write docs/openapi.json, the interface as it is frozen for those who call it.

A test compares it with the running app: a difference is a decision, and stands in changes/.
"""

import json
from pathlib import Path

from app.bootstrap import build
from app.settings import Settings
from app.web import create_app

FILE = Path(__file__).resolve().parents[2] / "docs" / "openapi.json"


def interface() -> str:
    """Return the interface of the demo set-up, which has everything."""
    described = create_app(build(Settings())).openapi()
    return json.dumps(described, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    FILE.write_text(interface(), encoding="utf-8")
