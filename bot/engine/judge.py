"""Read what a trained model makes of sentences: JSON lines `{"text": …}` in, JSON lines with the reading out.

A line `{"encode": …}` is not read; what it means comes back alone.

Run by `kefu eval` and `kefu train` in the engine's environment: python -m bot.engine.judge MODEL < lines
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import time
from typing import IO, Text

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage

from bot.engine.meanings import meaning


async def judge(model: Text, lines: IO[str], out: IO[str]) -> None:
    """Write for each line its intent, ranking, entities, upset and the milliseconds that it took."""
    agent = Agent.load(model)
    await agent.processor.parse_message(UserMessage(text="预热"))
    for line in lines:
        asked = json.loads(line)
        if "encode" in asked:
            out.write(json.dumps(meaning(asked["encode"]), ensure_ascii=False) + "\n")
            out.flush()
            continue
        text = asked["text"]
        started = time.perf_counter()
        parsed = await agent.processor.parse_message(UserMessage(text=text.replace("/", "／")))
        parsed["ms"] = (time.perf_counter() - started) * 1000
        parsed["meaning"] = meaning(text)
        out.write(json.dumps(parsed, ensure_ascii=False) + "\n")
        out.flush()


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    answers, sys.stdout = sys.stdout, sys.stderr  # libraries below print to stdout as well
    asyncio.run(judge(sys.argv[1], sys.stdin, answers))
