"""The parts of a running app process, put together once."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from rasa_sdk.executor import ActionExecutor
from sqlalchemy.ext.asyncio import AsyncConnection

from actions.confirmation import Confirmation
from actions.executor import actions, served
from app.customer_pages.own_data import OwnData
from app.customer_pages.papers import PaperLinks
from app.demo.sandbox_typing import Typing
from app.jobs.audit_sealing import Sealer
from app.jobs.retention import Retention
from app.jobs.search_index import Indexer
from app.jobs.ticket_clocks import Chores
from app.jobs.worker import Worker
from app.reception import Reception
from app.settings import ROOT, Settings
from app.shell import Converse
from app.training import model
from backends.account.port import Accounts
from backends.account.sql import SqlAccounts
from backends.complaint.port import Complaints
from backends.complaint.sql import SqlComplaints
from backends.guarded import guarded
from backends.halls.sql import SqlHalls
from backends.http import HttpBackend
from backends.identity.bindings import Bindings
from backends.identity.passwords import ServicePasswords
from backends.identity.port import OneTimeCodes
from backends.identity.sql import SqlOneTimeCodes
from backends.knowledge.files import library
from backends.knowledge.port import Library
from backends.knowledge.search import Index
from backends.orders.port import Orders
from backends.orders.sql import SqlOrders
from backends.payment.port import Payments
from backends.payment.sql import SqlPayments
from backends.ports import COMPLAINTS, REPAIRS, SYSTEMS
from backends.providers.files import directory
from backends.registration.port import Registrations
from backends.registration.sql import SqlRegistrations
from backends.remote import remote
from backends.repair.port import Repairs
from backends.repair.sql import SqlRepairs
from bot.dialogue.flows import Names, load
from bot.dialogue.manager import Manager
from bot.door import Encoder, Engine, RasaEngine
from bot.knowing import Knowing
from channels.base import House, Opened, Outcome, Parcel
from channels.registry import kinds
from compliance.consent import offered
from compliance.retention import retention
from compliance.tone import tone
from compliance.wording import wording
from conversation.inbox.floods import Floods
from conversation.inbox.receive import Inbox
from conversation.outbox.adverts import Adverts
from conversation.outbox.deliveries import Deliveries
from conversation.outbox.notices import OutboxNotices
from conversation.outbox.send import Sender
from conversation.queue.rules import Service
from conversation.turn.binding import Binding
from conversation.turn.converse import Conversing, Dialogue
from conversation.turn.keywords import Keywords, load_table
from conversation.turn.lookers import Lookers
from conversation.turn.pictures import Pictures
from conversation.turn.rating import Rating
from conversation.turn.turn import Turn
from core.bell import Bell, Bells
from core.channels import Channels
from core.clock import Clock, SystemClock
from core.errors import BackendDown
from core.message import Button
from core.notices import Notices
from core.quiet import QuietHours
from core.wording import CHINESE, domain, responses
from database.handle import Database
from desk.conversations.news import QUEUE_BELL, News
from desk.conversations.router import Router
from desk.conversations.service import Desk
from desk.conversations.view import View
from desk.pages import Pages
from desk.session.sessions import StaffSessions
from storage import mailbox
from storage.audit import SqlAuditLog


async def nothing_happens(_boundary: str) -> None:
    """What happens at a turn's boundaries outside the kill tests."""


@dataclass(frozen=True)
class Parts:
    """Everything a page or a loop may need, already wired."""

    settings: Settings
    database: Database
    clock: Clock
    bell: Bell
    bells: Bells
    floods: Floods
    desk: Desk
    router: Router
    service: Service
    view: View
    news: News
    indexer: Indexer
    sealer: Sealer
    retention: Retention
    engine: Engine
    accounts: Accounts
    repairs: Repairs
    complaints: Complaints
    orders: Orders
    codes: OneTimeCodes
    bindings: Bindings
    passwords: ServicePasswords
    inbox: Inbox
    worker: Worker
    actions: ActionExecutor
    confirmation: Confirmation
    own_data: OwnData
    notices: Notices
    adverts: Adverts
    payments: Payments
    registrations: Registrations
    sessions: StaffSessions
    pages: Pages
    chores: Chores
    reception: Reception
    channels: Mapping[str, Opened]
    deliveries: Deliveries
    writing: Typing


def build(
    settings: Settings,
    clock: Clock | None = None,
    engine: Engine | None = None,
    dialogue: Dialogue | None = None,
    boundary: Callable[[str], Awaitable[None]] = nothing_happens,
    known: Library | None = None,
) -> Parts:
    """Wire the parts: the real ones, or what a test hands in. Nothing is opened yet."""
    clock = clock or SystemClock()
    known = known or library()  # wrong articles are said at the start, with file and name
    articles = {each.name: each for each in known.articles}
    engine = engine or knowing(RasaEngine(settings.engine_url, settings.engine_token), known)
    database = Database(settings.database_url, settings.keys)
    audit = SqlAuditLog(database, clock)
    bell, bells = Bell(), Bells()
    accounts: Accounts = SqlAccounts(database, audit, clock)
    orders: Orders = SqlOrders(database, audit, clock)
    payments: Payments = SqlPayments(database, audit, clock)
    registrations: Registrations = SqlRegistrations(database, audit, clock)
    if far := settings.far_systems.get("account"):
        backend = HttpBackend("account", far.url, far.token, clock)
        accounts, orders, payments, registrations = (remote(port, backend, audit) for port in SYSTEMS["account"])
    own = (accounts, orders, payments, registrations)
    accounts, orders, payments, registrations = (
        guarded(port, each, audit) for port, each in zip(SYSTEMS["account"], own, strict=True)
    )
    complaints: Complaints = SqlComplaints(database, audit, clock, accounts)
    if far := settings.far_systems.get("complaint"):
        complaints = remote(COMPLAINTS, HttpBackend("complaint", far.url, far.token, clock), audit)
    complaints = guarded(COMPLAINTS, complaints, audit)
    repairs: Repairs = SqlRepairs(database, audit, clock, accounts)
    if far := settings.far_systems.get("repair"):
        repairs = remote(REPAIRS, HttpBackend("repair", far.url, far.token, clock), audit)
    repairs = guarded(REPAIRS, repairs, audit)
    service = Service.load()
    wording()  # a wrong content/wording.yml is said at the start, not at the first message
    tone()
    sessions = StaffSessions(database, clock)
    can = Channels({name: kind.can for name, kind in kinds().items()})
    desk = Desk(database, accounts, clock, bell, can)
    floods = Floods(settings.per_sender, settings.per_address, settings.per_sign_in)
    deliveries, inbox = Deliveries(database, clock, bell), Inbox(database, bell, floods)
    quiet = QuietHours.of(settings.quiet_hours)
    notices, adverts = OutboxNotices(database, clock, bell, quiet), Adverts(database, clock, quiet)
    offered()  # a wrong content/consent.yml is said at the start, and so is a wrong content/retention.yml
    retention()
    pictures = Pictures(database, complaints, clock)
    bindings = Bindings(database, audit, accounts, clock)
    writing = Typing(clock)
    reception = Reception(database, (inbox, deliveries), floods, accounts, bindings, can)
    channels = _opened(settings, database, clock, reception, accounts, writing)
    confirmation = Confirmation(accounts, orders, notices, PaperLinks(database, clock, settings.site))
    every = actions(
        accounts,
        repairs,
        complaints,
        confirmation,
        payments,
        SqlHalls(database),
        directory(),
        pictures,
        articles.get,
        settings.site,
    )
    ways = {name: action.ways for name, action in every.items()}
    # A flow that names what is not there is said at the start, with file and line.
    flows = load(Names(domain()["intents"], ways, responses(CHINESE)))
    dialogue = dialogue or Conversing(Manager(flows), every)
    lookers = Lookers(database, clock)
    keywords = Keywords(load_table(ROOT / "content" / "keywords.yml", flows.by_name), orders, adverts, lookers)
    turn = Turn(
        database,
        engine,
        dialogue,
        flows,
        accounts,
        Binding(bindings, accounts, notices, can),
        keywords,
        Rating(database),
        pictures,
        service,
        can,
        clock,
        boundary,
    )
    senders = {name: opened.channel for name, opened in channels.items()}
    remarks = {name: opened.remark for name, opened in channels.items() if opened.remark}
    sender = Sender(database, senders, clock, boundary)
    return Parts(
        settings=settings,
        database=database,
        clock=clock,
        bell=bell,
        bells=bells,
        floods=floods,
        desk=desk,
        router=Router(database, desk, service, clock, bells.of(QUEUE_BELL)),
        service=service,
        view=View(database, clock, accounts, repairs, complaints, deliveries, service.rules, can, remarks),
        news=News(database, bell, bells, clock),
        indexer=Indexer(database),
        sealer=Sealer(database, settings.audit_key),
        retention=Retention(database, clock),
        engine=engine,
        accounts=accounts,
        repairs=repairs,
        complaints=complaints,
        orders=orders,
        codes=SqlOneTimeCodes(database, clock),
        bindings=bindings,
        passwords=ServicePasswords(database, clock),
        inbox=inbox,
        worker=Worker(database, turn, sender, clock, bell, reception),
        actions=served(every, Converse(dialogue, engine, flows, accounts, settings.shell_phone)),
        confirmation=confirmation,
        own_data=OwnData(database, accounts, complaints, repairs, adverts, lookers, clock),
        notices=notices,
        adverts=adverts,
        payments=payments,
        registrations=registrations,
        sessions=sessions,
        pages=Pages(database, sessions, can),
        chores=Chores(repairs, complaints, [each.each_minute for each in channels.values() if each.each_minute]),
        reception=reception,
        channels=channels,
        deliveries=deliveries,
        writing=writing,
    )


def knowing(encoder: Encoder, known: Library | None = None, kept: Path | None = None) -> Knowing:
    """Return an engine with what we know beside it: today's articles, or others, whose meanings are kept elsewhere."""
    return Knowing(encoder, known or library(), Index, kept or model.meanings(), directory().named)


def _opened(
    settings: Settings, database: Database, clock: Clock, receiver: Reception, accounts: Accounts, writing: Typing
) -> Mapping[str, Opened]:
    """Return the channels that are set up."""
    opened: dict[str, Opened] = {}

    async def by_sms(instead_of: str, parcel: Parcel) -> bool:
        if parcel.customer_id is None or not parcel.reply.text:
            return False
        try:
            phone = (await accounts.customer(parcel.customer_id, f"channel:{instead_of}")).phone
        except (BackendDown, LookupError):
            return False
        return (await opened["sms"].channel.send(replace(parcel, address=phone, picture=None))).outcome is Outcome.SENT

    house = House(
        settings.given,
        settings.demo,
        settings.here,
        clock,
        database,
        receiver,
        SqlMailbox(database, clock, writing),
        by_sms,
    )
    for name, kind in kinds().items():
        if (channel := kind.open(house)) is not None:
            opened[name] = channel
    return opened


class SqlMailbox:
    """The far ends that live in our own database: mailboxes, and the sandbox's phones."""

    def __init__(self, database: Database, clock: Clock, writing: Typing) -> None:
        """Keep letters in `database`; `writing` knows to whose phone somebody writes."""
        self._database, self._clock, self._writing = database, clock, writing

    async def deliver(self, channel: str, parcel: Parcel, db: AsyncConnection | None = None) -> None:
        """Put a letter into a mailbox, once; in the transaction of `db` where there is one."""
        async with nullcontext(db) if db else self._database.write() as writing:
            post = mailbox.NewPost(
                f"out:{parcel.key}",
                channel,
                parcel.address,
                parcel.author,
                parcel.reply.body(),
                self._clock.now(),
                parcel.customer_id,
                parcel.in_reply_to,
            )
            await mailbox.add(writing, [post])

    async def keep(self, key: str, to: str, channel: str, text: str, buttons: tuple[Button, ...] = ()) -> None:
        """Keep what a phone of the sandbox received, once."""
        pressed = [{"title": button.title, "payload": button.text} for button in buttons]
        async with self._database.write() as db:
            await mailbox.keep_in_sandbox(db, key, to, channel, text, self._clock.now(), pressed)
        self._writing.ends(to)

    def writes_to(self, to: str, writes: bool = True) -> None:
        """Let a phone of the sandbox show that somebody is writing."""
        (self._writing.begins if writes else self._writing.ends)(to)
