"""Rasa's action-server protocol, for `rasa shell` (docs/adr/0002-how-actions-are-served.md)."""

import hmac
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import JSONResponse
from pydantic import TypeAdapter, ValidationError
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException

from app.here import Here
from app.settings import Settings

_CALL = TypeAdapter(dict[str, Any])

# It is nowhere in the documentation, and without the engine's secret it does not exist.
routes = APIRouter(include_in_schema=False)


@routes.post("/internal/actions")
async def run(parts: Here, request: Request) -> JSONResponse:
    """Run an action for the engine."""
    if not _allowed(parts.settings, request.headers.get("authorization", "")):
        raise HTTPException(404)
    try:
        call = _CALL.validate_json(await request.body())
    except ValidationError:
        raise HTTPException(400, "the body must be a JSON object of Rasa's action-server protocol") from None
    try:
        result = await parts.actions.run(call)
    except ActionExecutionRejection as rejected:
        return JSONResponse({"error": str(rejected), "action_name": rejected.action_name}, status_code=400)
    except ActionNotFoundException as unknown:
        return JSONResponse({"error": str(unknown), "action_name": unknown.action_name}, status_code=404)
    return JSONResponse(result.model_dump() if hasattr(result, "model_dump") else result)


def _allowed(settings: Settings, given: str) -> bool:
    """Return whether the caller is the engine; in the demo set-up also who brings the demo's API token.

    That token may act for any subscriber anyway, and with it `rasa shell` finds the actions (endpoints.yml).
    """
    secrets = [settings.engine_token, *([settings.api_token] if settings.demo else [])]
    return any(secret and hmac.compare_digest(given.encode(), f"Bearer {secret}".encode()) for secret in secrets)
