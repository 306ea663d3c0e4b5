"""`GET /healthz`: 200 only when a message would be answered."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from sqlalchemy import text

from app.bootstrap import Parts


def router(parts: Parts) -> APIRouter:
    """Return the route."""
    routes = APIRouter(tags=["operations"])

    @routes.get("/healthz", responses={503: {"description": "a message would not be answered, with the reason"}})
    async def healthz() -> JSONResponse:
        """Say whether a customer's message would be answered now."""
        try:
            async with parts.database.read() as db:
                await db.execute(text("select 1"))
        except Exception as error:
            return _down("database", f"the database does not answer ({type(error).__name__})")
        if not await parts.engine.ready():
            return _down("engine", "the language engine is starting or being trained; this takes up to a minute")
        return JSONResponse({"status": "ok"})

    return routes


def _down(part: str, reason: str) -> JSONResponse:
    return JSONResponse({"status": "starting", "part": part, "reason": reason}, status_code=503)
