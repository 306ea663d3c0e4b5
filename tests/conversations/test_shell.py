"""`rasa shell` says what `kefu chat` says: ten conversations through Rasa's own agent, and through the service."""

import json
import subprocess
from pathlib import Path

from app.settings import ROOT
from app.training import model
from tests.conftest import SHELL_PHONE, Service

TALKS = [
    ["话费还剩多少", "那这个月花了多少", "谢谢"],
    ["帮我查下这个月账单", "不对，是上个月的"],
    ["查一下话费，顺便看看流量还剩多少"],
    ["换套餐", "59的流量有多少", "取消"],
    ["我要报修宽带，上不了网", "等一下，我话费还有多少", "算了，不报了"],
    ["把视频彩铃退了", "要多少钱", "还是不退了"],
    ["营业厅在哪", "文化路"],
    ["我有多少积分", "能换什么", "好的谢谢"],
    ["最近三个月的账单", "再上个月呢"],
    ["你是机器人吗", "帮我爸查一下话费"],
]
# What the command behind `rasa shell` does with each line that is typed.
AGENT = """
import asyncio, json, sys
from rasa.core.agent import load_agent
from rasa.core.utils import AvailableEndpoints

async def talk(model, endpoints, talks):
    agent = await load_agent(model_path=model, endpoints=AvailableEndpoints.read_endpoints(endpoints))
    told = []
    for number, lines in enumerate(talks):
        answers = [await agent.handle_text(line, sender_id=f"shell-{number}") for line in lines]
        told.append([[str(each.get("text")) for each in answer] for answer in answers])
    return told

print(json.dumps(asyncio.run(talk(sys.argv[1], sys.argv[2], json.loads(sys.argv[3])))))
"""


def test_ten_conversations_in_rasas_shell_go_as_in_the_chat(service: Service, tmp_path: Path) -> None:
    endpoints = tmp_path / "endpoints.yml"
    bearer = {"Authorization": "Bearer demo-token"}
    actions = {"action_endpoint": {"url": f"{service.url}/internal/actions", "headers": bearer}}
    endpoints.write_text(json.dumps(actions))  # JSON is YAML
    command = [str(model.ENGINE_PYTHON), "-W", "ignore", "-c", AGENT, str(model.path()), str(endpoints)]
    run = subprocess.run(
        [*command, json.dumps(TALKS, ensure_ascii=False)],
        cwd=ROOT,
        env=model.engine_environment() | {"LOG_LEVEL": "ERROR"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    for number, (lines, shell) in enumerate(zip(TALKS, json.loads(run.stdout.splitlines()[-1]), strict=True)):
        chat = [service.say(f"shell-{number}", line, SHELL_PHONE) for line in lines]
        assert shell == [[answer["text"] for answer in answers] for answers in chat], lines
