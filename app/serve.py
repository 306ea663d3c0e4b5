"""One app process: `python -m app.serve`; `kefu up` starts it with its secret in the environment."""

import logging

import uvicorn

from app.bootstrap import build
from app.settings import Settings
from app.web import create_app


def main() -> None:
    """Serve until a signal."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.getLogger("rasa_sdk").setLevel(logging.WARNING)
    settings = Settings.from_environment()
    # The access log would carry the senders' ids from the URLs.
    uvicorn.run(
        create_app(build(settings)),
        host=settings.host,
        port=settings.port,
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=3,
    )


if __name__ == "__main__":
    main()
