"""Showing a page to a customer: one layout, one name of the carrier, and the parts that all of them are made of."""

from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates

from app.bootstrap import Parts
from desk.pages import HERE as DESK

TEMPLATES = Path(__file__).resolve().parent / "templates"
# The icons are the desk's: one set for the house.
_templates = Jinja2Templates([TEMPLATES, DESK / "templates"])


def shown(parts: Parts, request: Request, name: str, status: int = 200, **values: Any) -> HTMLResponse:
    """Return the customers' page `name`."""
    common = {"brand": parts.settings.brand, "demo": parts.settings.demo, "here": request.url.path}
    return _templates.TemplateResponse(request, name, common | values, status_code=status)
