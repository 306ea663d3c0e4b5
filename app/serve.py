"""One app process: `python -m app.serve`; `kefu up` starts it with its secret in the environment."""

import uvicorn

from app import logs, statements
from app.bootstrap import build
from app.outside_demo import may_start
from app.settings import Settings
from app.web import create_app

WAITING_CONNECTIONS = 2048


def main() -> None:
    """Serve until a signal."""
    logs.begin()
    statements.count_where_asked()
    settings = Settings.from_environment()
    if not may_start(settings):
        raise SystemExit(2)
    config = uvicorn.Config(
        create_app(build(settings)),
        host=settings.host,
        port=settings.port,
        # The access log would carry the senders' ids from the URLs.
        access_log=False,
        # What it says goes through our own handler: a traceback may repeat what a customer wrote.
        log_config=None,
        log_level="warning",
        timeout_graceful_shutdown=3,
    )
    # Turns that a killed process left are played as soon as the work begins, which is before the server accepts: the
    # engine's calls for their actions, and the platforms', must find a door at which they can wait.
    door = config.bind_socket()
    door.listen(WAITING_CONNECTIONS)
    uvicorn.Server(config).run(sockets=[door])


if __name__ == "__main__":
    main()
