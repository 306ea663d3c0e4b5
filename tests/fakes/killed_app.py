"""An app process that kills itself at a boundary: python -m tests.fakes.killed_app BOUNDARY PORT DATABASE-URL.

A boundary of "never" lets it live. Its engine is a fake whose action opens a repair ticket, buys a data pack and sends
the receipt.
"""

import logging
import os
import signal
import sys

import uvicorn

from app.bootstrap import build
from app.settings import Settings
from app.web import create_app
from backends.orders.port import Change, Kind, State
from backends.repair.port import FaultReport
from tests.fakes.engine import FakeEngine


def main(boundary: str, port: int, database_url: str) -> None:
    """Serve until killed."""

    async def die_here(reached: str) -> None:
        if reached == boundary:
            os.kill(os.getpid(), signal.SIGKILL)

    engine = FakeEngine()
    settings = Settings(database_url=database_url, port=port)
    parts = build(settings, engine=engine, dialogue=engine.dialogue, boundary=die_here)

    async def act(message_id: str) -> str:
        report = FaultReport("broadband", "人民路12号", "昨天", "明天上午")
        ticket = await parts.repairs.open(1, report, message_id, "bot")
        order = await parts.orders.propose(1, Change(Kind.BUY_PACK, "ll1"), f"change:{message_id}", "bot")
        if order.state is State.PROPOSED:
            issued = await parts.orders.issue_code(1, order.number, "bot")
            await parts.orders.confirm(1, order.number, issued.code or "", "bot")
        await parts.notices.sms(f"receipt:{order.number}", "13800138000", f"您已办理，订单号{order.number}")
        return f"工单号{ticket.number}"

    engine.dialogue.deed = act
    logging.basicConfig(level=logging.WARNING)
    uvicorn.run(create_app(parts), port=port, access_log=False, log_level="warning")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
