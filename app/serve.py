"""One app process: `python -m app.serve`; `kefu up` starts it with its secret in the environment."""

import uvicorn

from app import logs
from app.bootstrap import build
from app.settings import Settings
from app.web import create_app


def main() -> None:
    """Serve until a signal."""
    logs.begin()
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
