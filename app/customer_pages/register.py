"""Becoming a customer on a page (B5, N9 flow 1): a phone that answers, a name and resident ID, a number and a plan.

Whoever asks gets the same words whether a phone or a resident ID is known to us or not; the owner of the ID is told at
the numbers that are known already.
"""

import uuid
from typing import Any, Literal

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field, SecretStr

from app.bootstrap import Parts
from app.customer_pages.chat import WRONG_CODES, CodeRequest
from app.customer_pages.session import Writing
from app.here import Here
from backends.account.port import Plan
from backends.identity.port import REGISTER, Verdict, asked_at
from backends.orders.port import NUMBER_HELD_FOR
from backends.orders.rules import known_by
from backends.registration import rules
from backends.registration.port import Applicant, Problem, Registration, RegistrationRefused
from channels.fields import MobileNumber
from compliance import scripts
from core.clock import SHANGHAI
from core.dates import moment_in_words
from core.money import data_size, yuan
from core.wording import CHINESE

BY = "page"
PROBLEMS: dict[Problem, str] = {
    Problem.NAME: "请您按身份证填写姓名。",
    Problem.PHONE: "请您填写11位的手机号码。",
    Problem.ID_NUMBER: "身份证号码的位数、出生日期或者校验位不对，请您核对后重新填写。",
    Problem.TOO_YOUNG: f"未满{rules.LEAST_AGE}周岁的用户，请由监护人陪同，携带双方的身份证件到营业厅办理。",
    Problem.TERMS: "入网协议已经更新，请您刷新页面，阅读后再提交。",
    Problem.NO_SUCH_PLAN: "这个套餐暂时不能办理，请您刷新页面后另选一个。",
    Problem.NUMBER_GONE: "这个号码刚刚被别人选走了，请您刷新页面后另选一个。",
}


class Application(BaseModel):
    """What the page sends; `id` is its own for one application, so that a repeat registers nobody twice."""

    id: uuid.UUID
    phone: MobileNumber
    code: str = Field(pattern=r"^\d{6}$")
    name: str = Field(max_length=30)
    id_number: SecretStr = Field(max_length=18)
    number: MobileNumber
    plan: str = Field(max_length=32)
    terms: str = Field(max_length=16)
    agreed: Literal[True]


routes = APIRouter(prefix="/register", tags=["registration"])


@routes.get("/on-sale")
async def on_sale(parts: Here) -> dict[str, Any]:
    """Return the plans and free numbers that may be chosen, and the version of the terms."""
    found = await parts.registrations.on_sale()
    plans = [{"code": each.code, "name": each.name, "told": _includes(each)} for each in found.plans]
    return {"plans": plans, "numbers": list(found.numbers), "terms": rules.TERMS}


@routes.post("/code", status_code=202, responses={429: {"description": "asked for too often"}})
async def code(parts: Here, asked: CodeRequest, caller: Writing) -> dict[str, str]:
    """Send a code to the phone at which the applicant is to be reached, whoever's customer that is."""
    session = await caller.session()
    await parts.floods.sender(REGISTER, session.address or "")
    issued = await parts.codes.issue(asked.phone, asked_at(REGISTER, session.address or ""))
    if issued.code is None:
        wait = str(issued.wait_seconds)
        raise HTTPException(429, f"获取验证码太频繁，请您{wait}秒后再试。", {"Retry-After": wait})
    text = scripts.said("register_code_by_sms", code=issued.code)
    await parts.notices.sms(f"code:{uuid.uuid4().hex}", asked.phone, text, secret=True)
    return {"message": "验证码已发送，请您查收短信。"}


@routes.post("", responses={400: {"description": "something is wrong with what was given; the detail says what"}})
async def register(parts: Here, given: Application, caller: Writing) -> dict[str, str]:
    """Take the application, and tell the identifier here and by SMS."""
    session = await caller.session()
    applicant = Applicant(
        given.name.strip(),
        given.id_number.get_secret_value().strip().upper(),
        given.phone,
        given.number,
        given.plan,
        given.terms,
    )
    # What is wrong by itself costs no code.
    if (why := rules.problem(applicant, parts.clock.now().astimezone(SHANGHAI).date())) is not None:
        raise HTTPException(400, PROBLEMS[why])
    verdict = await parts.codes.judge(given.phone, given.code, asked_at(REGISTER, session.address or ""))
    if verdict is not Verdict.RIGHT:
        raise HTTPException(400, WRONG_CODES[verdict])
    try:
        done = await parts.registrations.register(applicant, f"page:{given.id}", BY)
    except RegistrationRefused as refused:
        raise HTTPException(400, PROBLEMS[refused.why]) from None
    await _tell(parts, applicant, done)
    return {"identifier": done.identifier, "number": done.number, "message": _told(done)}


def _includes(plan: Plan) -> str:
    included = f"{data_size(plan.data_mb)}流量、{plan.voice_minutes}分钟通话、{plan.sms}条短信"
    return f"{yuan(plan.monthly_fee_fen)}元/月，含{included}"


def _until(done: Registration) -> str:
    return moment_in_words(done.held_until, CHINESE)


def _told(done: Registration) -> str:
    return (
        f"入网登记已受理，您的客户编号是{done.identifier}，号码{done.number}为您保留{NUMBER_HELD_FOR.days}天，到{_until(done)}。"
        f"请您本人携带身份证到营业厅领卡，身份核验以营业厅现场为准；每位机主名下最多{rules.MOST_NUMBERS}个号码。"
    )


async def _tell(parts: Parts, applicant: Applicant, done: Registration) -> None:
    """Send the identifier to the applicant, and a warning to the numbers that are registered to the same ID."""
    shown = known_by(done.number)
    text = scripts.said("registered_by_sms", identifier=done.identifier, number=shown, until=_until(done))
    await parts.notices.sms(f"registered:{done.identifier}", applicant.phone, text)
    for owner in done.owned_by:
        phone = (await parts.accounts.customer(owner, "web")).phone
        warning = scripts.said("id_used_by_sms", number=shown, most=rules.MOST_NUMBERS)
        await parts.notices.sms(f"id-used:{done.identifier}:{owner}", phone, warning)
