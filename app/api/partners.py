"""The partners' interface (K4): reading with the subscriber's code, ordering with another, advertising with consent.

Every question about a subscriber is counted. Too many within an hour stop the client at once, and somebody must look.
"""

import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, BackgroundTasks, Depends, Header, HTTPException
from fastapi import Path as UrlPath
from pydantic import BaseModel, Field

from actions.change_words import in_words
from actions.confirmation import Done
from app.bootstrap import Parts
from app.here import Here
from backends.identity.port import LEAVE, Verdict
from backends.orders.port import Change, ChangeRefused, Kind
from channels.fields import MobileNumber
from compliance import scripts
from compliance.audit import AuditEntry
from compliance.calls import PARTNERS_PROPOSE
from compliance.gate import Advert
from compliance.partners import ALLOWED, Scope, too_many
from conversation.outbox.adverts import Reader
from core.clock import SHANGHAI
from core.errors import GateRefused
from storage import audit, breaches, partners
from storage.partners import Grant, Partner

log = logging.getLogger(__name__)
GRANT_LIVES = timedelta(minutes=10)
_CODE = r"^\d{6}$"
_REFUSALS: dict[int | str, dict[str, Any]] = {
    401: {"description": "no token, or a wrong one"},
    403: {"description": "the client is stopped, lacks the scope, or the subscriber has not allowed it"},
    404: {"description": "no such grant"},
    429: {"description": "more questions than the client has; it is stopped"},
}


class Asking(BaseModel):
    """What a subscriber shall allow."""

    phone: MobileNumber
    scopes: list[Scope] = Field(min_length=1, max_length=4)


class Code(BaseModel):
    """The code that the subscriber has received and typed on the partner's page."""

    code: str = Field(pattern=_CODE)


class Wanted(BaseModel):
    """What is ordered: the code of something on sale. The same key again is the same order."""

    kind: Kind
    target: str = Field(max_length=32, pattern=r"^[A-Za-z0-9_-]*$")
    key: str = Field(min_length=1, max_length=32, pattern=r"^[A-Za-z0-9_-]+$")


class Offer(BaseModel):
    """An advertisement by SMS. The same key again is the same one."""

    phone: MobileNumber
    purpose: str = Field(max_length=16)
    text: str = Field(min_length=1, max_length=500)
    key: str = Field(min_length=1, max_length=32, pattern=r"^[A-Za-z0-9_-]+$")


GrantId = Annotated[str, UrlPath(max_length=32, pattern=r"^[A-Za-z0-9_-]+$")]


def _refused(status: int, error: str, mend: str) -> HTTPException:
    return HTTPException(status, {"error": error, "mend": mend})


routes = APIRouter(prefix="/api/v1", tags=["partners"], responses=_REFUSALS)


def client(*scopes: Scope) -> Callable[..., Awaitable[Partner]]:
    """Return a dependency: the client that brings a token and has one of these scopes; its question is counted."""

    async def who(parts: Here, authorization: Annotated[str, Header(max_length=200)] = "") -> Partner:
        kind, _, token = authorization.partition(" ")
        async with parts.database.read() as db:
            found = await partners.by_token(db, token) if kind == "Bearer" else None
        if found is None:
            raise _refused(401, "no_client", "send the client's token: Authorization: Bearer …")
        if found.stopped_for:
            raise _refused(403, "stopped", "the carrier has stopped this client; ask its customer service")
        if not set(scopes) & set(found.scopes):
            raise _refused(403, "no_scope", f"the client needs one of: {', '.join(scopes)}")
        await _counted(parts, found)
        return found

    return who


MayAsk = Annotated[Partner, Depends(client(*ALLOWED))]
MayReadBalance = Annotated[Partner, Depends(client(Scope.BALANCE))]
MayReadPlan = Annotated[Partner, Depends(client(Scope.PLAN))]
MayReadServices = Annotated[Partner, Depends(client(Scope.SERVICES))]
MayOrder = Annotated[Partner, Depends(client(Scope.ORDERS))]
MayAdvertise = Annotated[Partner, Depends(client(Scope.ADVERTS))]


async def _counted(parts: Parts, found: Partner) -> None:
    async with parts.database.write() as db:
        asked = await partners.ask(db, found.id, parts.clock.now())
        if not too_many(asked, found.an_hour):
            return
        why = f"一小时内查询超过{found.an_hour}次，已自动停用"
        await partners.stop(db, found.id, why)
        await audit.add(db, AuditEntry("system", "partner.stopped", found.actor, "reading"), parts.clock)
        await breaches.report(db, 4, f"合作方“{found.name}”{why}，请核查。", None, None, parts.clock.now())
    log.warning("partner %d asked more than %d times within an hour and is stopped", found.id, found.an_hour)
    raise _refused(429, "stopped", "too many questions within an hour; ask the carrier's customer service")


async def _own(parts: Parts, found: Partner, grant_id: str) -> Grant:
    async with parts.database.read() as db:
        grant = await partners.grant(db, found.id, grant_id)
    if grant is None:
        raise _refused(404, "no_grant", "ask the subscriber first: POST /api/v1/grants")
    return grant


async def _allowed(parts: Parts, found: Partner, grant_id: str, scope: Scope) -> int:
    """Return the subscriber who has allowed this, or refuse."""
    grant = await _own(parts, found, grant_id)
    alive = grant.until is not None and parts.clock.now() < grant.until
    if not alive or grant.customer_id is None or scope not in grant.scopes or scope not in found.scopes:
        async with parts.database.write() as db:
            entry = AuditEntry(found.actor, "gate.refused", f"grant:{grant_id}", "partner.not_allowed")
            await audit.add(db, entry, parts.clock)
        raise _refused(403, "not_allowed", "the subscriber has not allowed this, or it was over 10 minutes ago")
    return grant.customer_id


@routes.post("/grants", status_code=202)
async def ask(parts: Here, given: Asking, later: BackgroundTasks, found: MayAsk) -> dict[str, Any]:
    """Ask a subscriber to allow something: a code goes to the subscriber's phone.

    The answer is the same where the number is nobody's: whose it is is nobody's business.
    """
    if not set(given.scopes) <= set(found.scopes) & set(ALLOWED):
        raise _refused(403, "no_scope", f"the client may ask for: {', '.join(found.scopes)}")
    customer = await parts.accounts.by_phone(given.phone)
    async with parts.database.write() as db:
        customer_id = customer.id if customer else None
        grant_id = await partners.add_grant(db, found.id, customer_id, given.scopes, parts.clock.now())
        subject = f"customer:{customer.id}" if customer else "customer:none"
        await audit.add(db, AuditEntry(found.actor, "partner.asked", subject, ",".join(given.scopes)), parts.clock)
    issued = await parts.codes.issue(given.phone, _purpose(grant_id))
    if customer and issued.code is not None:
        what = "、".join(ALLOWED[scope] for scope in given.scopes)
        text = scripts.said("partner_asks_by_sms", partner=found.name, what=what, code=issued.code)
        # After the answer, which would come later for a subscriber than for a stranger.
        later.add_task(parts.notices.sms, f"grant:{grant_id}", customer.phone, text, secret=True)
    return {"grant": grant_id, "seconds": 300}


@routes.post("/grants/{grant_id}/confirm", responses={400: {"description": "the code is not right"}})
async def confirm(parts: Here, grant_id: GrantId, given: Code, found: MayAsk) -> dict[str, str]:
    """Bring the subscriber's code; what was asked for is allowed for ten minutes."""
    grant = await _own(parts, found, grant_id)
    verdict = Verdict.EXPIRED
    if grant.customer_id is not None:
        phone = (await parts.accounts.customer(grant.customer_id, found.actor)).phone
        verdict = await parts.codes.judge(phone, given.code, _purpose(grant_id))
    if verdict is not Verdict.RIGHT:
        raise _refused(400, "wrong_code", "ask the subscriber for the code again, or ask anew: POST /api/v1/grants")
    until = parts.clock.now() + GRANT_LIVES
    async with parts.database.write() as db:
        await partners.allow(db, grant_id, until)
        entry = AuditEntry(found.actor, "partner.allowed", f"customer:{grant.customer_id}", ",".join(grant.scopes))
        await audit.add(db, entry, parts.clock)
    return {"until": until.astimezone(SHANGHAI).isoformat(timespec="seconds")}


@routes.get("/grants/{grant_id}/balance")
async def balance(parts: Here, grant_id: GrantId, found: MayReadBalance) -> dict[str, Any]:
    """Return the balance, in fen."""
    customer_id = await _allowed(parts, found, grant_id, Scope.BALANCE)
    return {"balance_fen": (await parts.accounts.balance(customer_id, found.actor)).balance_fen}


@routes.get("/grants/{grant_id}/plan")
async def plan(parts: Here, grant_id: GrantId, found: MayReadPlan) -> dict[str, Any]:
    """Return the plan and its monthly fee, in fen."""
    own_plan = await parts.accounts.plan(await _allowed(parts, found, grant_id, Scope.PLAN), found.actor)
    return {"code": own_plan.code, "name": own_plan.name, "monthly_fee_fen": own_plan.monthly_fee_fen}


@routes.get("/grants/{grant_id}/services")
async def services(parts: Here, grant_id: GrantId, found: MayReadServices) -> list[dict[str, Any]]:
    """Return the value-added services that are on, with their monthly fees in fen."""
    on = await parts.accounts.services(await _allowed(parts, found, grant_id, Scope.SERVICES), found.actor)
    return [{"code": each.code, "name": each.name, "monthly_fee_fen": each.monthly_fee_fen} for each in on]


@routes.post("/grants/{grant_id}/orders", status_code=201, responses={409: {"description": "the rules forbid it"}})
async def propose(parts: Here, grant_id: GrantId, given: Wanted, found: MayOrder) -> dict[str, str]:
    """Propose a change: its terms and a code of its own go to the subscriber's phone; nothing is changed yet."""
    customer_id = await _allowed(parts, found, grant_id, Scope.ORDERS)
    try:
        key = f"{found.actor}:{given.key}"
        order = await parts.confirmation.propose(customer_id, Change(given.kind, given.target), key, found.actor)
        if order.customer_id != customer_id:
            raise _refused(409, "key_used", "this key was used for another subscriber; take a new one")
        await parts.confirmation.send_code(
            order, given.key, found.actor, script="partner_order_by_sms", partner=found.name
        )
    except GateRefused as refused:
        raise _refused(403, refused.rule, f"a partner may propose: {', '.join(sorted(PARTNERS_PROPOSE))}") from None
    except ChangeRefused as refused:
        raise _refused(409, refused.why.value, "the subscriber can't have this now") from refused
    return {"number": order.number, "terms": in_words(order)}


@routes.post(
    "/grants/{grant_id}/orders/{number}/confirm",
    responses={400: {"description": "the code is not right"}, 409: {"description": "the rules forbid it by now"}},
)
async def carry_out(
    parts: Here,
    grant_id: GrantId,
    number: Annotated[str, UrlPath(max_length=20, pattern=r"^[A-Z0-9]+$")],
    given: Code,
    found: MayOrder,
) -> dict[str, str]:
    """Bring the code of the order: it is carried out, once, and the subscriber gets a receipt."""
    customer_id = await _allowed(parts, found, grant_id, Scope.ORDERS)
    try:
        done = await parts.confirmation.confirm(customer_id, number, given.code, found.actor)
    except ChangeRefused as refused:
        raise _refused(409, refused.why.value, "propose it anew") from refused
    if not isinstance(done, Done):
        raise _refused(400, "wrong_code", "ask the subscriber for the code again, or propose it anew")
    return {"number": done.order.number, "state": done.order.state.value}


@routes.post("/adverts", status_code=202)
async def advertise(parts: Here, given: Offer, found: MayAdvertise) -> dict[str, str]:
    """Send an advertisement to a subscriber who has agreed to its purpose; it waits in the quiet hours.

    A number that is nobody's is refused like one whose owner has not agreed.
    """
    advert = Advert(given.purpose, "sms", given.text)
    customer = await parts.accounts.by_phone(given.phone)
    reader = Reader(customer.id if customer else 0, given.phone, given.phone)
    decision = await parts.adverts.send(f"{found.id}:{given.key}", advert, reader, found.actor)
    if not decision.allowed:
        raise _refused(403, decision.rule, decision.reason)
    parts.bell.ring()
    return {"rule": decision.rule}


def _purpose(grant_id: str) -> str:
    """Return what the code of a grant proves: this grant and nothing else."""
    return f"{LEAVE}{grant_id[:14]}"
