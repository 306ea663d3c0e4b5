"""The parts of a running app process, put together once."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from rasa_sdk.executor import ActionExecutor

from actions.confirmation import Confirmation
from actions.executor import Actions, actions, served
from app.customer_pages.own_data import OwnData
from app.customer_pages.papers import PaperLinks
from app.demo.sandbox_typing import Typing
from app.jobs.audit_sealing import Sealer
from app.jobs.retention import Retention
from app.jobs.search_index import Indexer
from app.jobs.ticket_clocks import Chores
from app.jobs.worker import Worker
from app.mailboxes import SqlMailbox
from app.reception import Reception
from app.settings import ROOT, Settings
from app.shell import Converse
from app.systems import Systems, open_systems
from app.training import model
from backends.account.port import Accounts
from backends.complaint.port import Complaints
from backends.identity.bindings import Bindings
from backends.identity.passwords import ServicePasswords
from backends.identity.port import OneTimeCodes
from backends.identity.sql import SqlOneTimeCodes
from backends.knowledge.files import library
from backends.knowledge.port import Library
from backends.knowledge.search import Index
from backends.orders.port import Orders
from backends.outages.port import Outages
from backends.outages.rules import suspicion
from backends.payment.port import Payments
from backends.providers.files import directory
from backends.registration.port import Registrations
from backends.repair.port import Repairs
from bot.dialogue.flows import Flows, Names, load
from bot.dialogue.manager import Manager
from bot.door import Encoder, Engine, RasaEngine
from bot.knowing import Knowing
from channels.base import House, Opened, OutboundMessage, Outcome
from channels.registry import capabilities, kinds
from compliance.consent import offered
from compliance.retention import retention
from compliance.tone import tone
from compliance.wording import wording
from conversation.acting.acting import Acting
from conversation.inbox.floods import Floods
from conversation.inbox.receive import Inbox
from conversation.outbox.adverts import Adverts
from conversation.outbox.deliveries import Deliveries
from conversation.outbox.notices import OutboxNotices
from conversation.outbox.send import Boundary, Sender
from conversation.queue.rules import Service
from conversation.telling.outages import OutageTelling
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
    outages: Outages
    complaints: Complaints
    orders: Orders
    codes: OneTimeCodes
    bindings: Bindings
    passwords: ServicePasswords
    inbox: Inbox
    worker: Worker
    actions: ActionExecutor
    confirmation: Confirmation
    acting: Acting
    own_data: OwnData
    notices: Notices
    adverts: Adverts
    payments: Payments
    registrations: Registrations
    sessions: StaffSessions
    pages: Pages
    telling: OutageTelling
    chores: Chores
    reception: Reception
    channels: Mapping[str, Opened]
    deliveries: Deliveries
    writing: Typing


@dataclass(frozen=True, kw_only=True)
class _Ground:
    """What every part stands on."""

    settings: Settings
    clock: Clock
    database: Database
    audit: SqlAuditLog
    bell: Bell
    bells: Bells
    can: Channels
    service: Service


@dataclass(frozen=True, kw_only=True)
class _Mail:
    """What comes in, and what goes out."""

    floods: Floods
    inbox: Inbox
    deliveries: Deliveries
    notices: Notices
    adverts: Adverts
    bindings: Bindings
    reception: Reception
    writing: Typing


@dataclass(frozen=True, kw_only=True)
class _Talk:
    """What understands, decides and acts."""

    engine: Engine
    dialogue: Dialogue
    flows: Flows
    actions: Actions
    confirmation: Confirmation
    acting: Acting
    pictures: Pictures
    lookers: Lookers


def build(
    settings: Settings,
    clock: Clock | None = None,
    engine: Engine | None = None,
    dialogue: Dialogue | None = None,
    boundary: Boundary = nothing_happens,
    known: Library | None = None,
) -> Parts:
    """Wire the parts: the real ones, or what a test hands in. Nothing is opened yet."""
    known = known or library()  # wrong articles are said at the start, with file and name
    _check_content()
    ground = _ground(settings, clock or SystemClock())
    systems = open_systems(settings, ground.database, ground.audit, ground.clock)
    mail = _mail(ground, systems)
    channels = _open_channels(ground, mail, systems.accounts)
    engine = engine or knowing(RasaEngine(settings.engine_url, settings.engine_token), known)
    talk = _talk(ground, systems, mail, known=known, engine=engine, dialogue=dialogue)
    worker = _worker(ground, systems, mail, talk=talk, channels=channels, boundary=boundary)
    return _join(ground, systems, mail, talk=talk, channels=channels, worker=worker)


def _check_content() -> None:
    """Have what is wrong in content/ said at the start, with its file, and not at the first message."""
    wording()
    tone()
    offered()
    retention()
    suspicion()


def _ground(settings: Settings, clock: Clock) -> _Ground:
    database = Database(settings.database_url, settings.keys)
    return _Ground(
        settings=settings,
        clock=clock,
        database=database,
        audit=SqlAuditLog(database, clock),
        bell=Bell(),
        bells=Bells(),
        can=capabilities(),
        service=Service.load(),
    )


def _mail(ground: _Ground, systems: Systems) -> _Mail:
    settings, database, clock, bell = ground.settings, ground.database, ground.clock, ground.bell
    quiet = QuietHours.of(settings.quiet_hours)
    floods = Floods(settings.per_sender, settings.per_address, settings.per_sign_in)
    inbox, deliveries = Inbox(database, bell, floods), Deliveries(database, clock, bell)
    bindings = Bindings(database, ground.audit, systems.accounts, clock)
    return _Mail(
        floods=floods,
        inbox=inbox,
        deliveries=deliveries,
        notices=OutboxNotices(database, clock, bell, quiet),
        adverts=Adverts(database, clock, quiet),
        bindings=bindings,
        reception=Reception(
            database=database,
            boxes=(inbox, deliveries),
            floods=floods,
            accounts=systems.accounts,
            bindings=bindings,
            channels=ground.can,
        ),
        writing=Typing(clock),
    )


def _open_channels(ground: _Ground, mail: _Mail, accounts: Accounts) -> Mapping[str, Opened]:
    """Return the channels that are set up."""
    opened: dict[str, Opened] = {}

    async def by_sms(instead_of: str, outbound: OutboundMessage) -> bool:
        if outbound.customer_id is None or not outbound.reply.text:
            return False
        try:
            phone = (await accounts.customer(outbound.customer_id, f"channel:{instead_of}")).phone
        except (BackendDown, LookupError):
            return False
        return (
            await opened["sms"].channel.send(replace(outbound, address=phone, picture=None))
        ).outcome is Outcome.SENT

    house = House(
        given=ground.settings.given,
        demo=ground.settings.demo,
        here=ground.settings.here,
        clock=ground.clock,
        database=ground.database,
        receiver=mail.reception,
        mailboxes=SqlMailbox(ground.database, ground.clock, mail.writing),
        by_sms=by_sms,
    )
    for name, kind in kinds().items():
        if (channel := kind.open(house)) is not None:
            opened[name] = channel
    return opened


def _talk(
    ground: _Ground, systems: Systems, mail: _Mail, *, known: Library, engine: Engine, dialogue: Dialogue | None
) -> _Talk:
    """Return what understands and decides; `dialogue` is what a test decides by."""
    settings, database, clock = ground.settings, ground.database, ground.clock
    articles = {each.name: each for each in known.articles}
    papers = PaperLinks(database, clock, settings.site)
    confirmation = Confirmation(systems.accounts, systems.orders, mail.notices, papers)
    pictures = Pictures(database, systems.complaints, clock)
    every = actions(
        accounts=systems.accounts,
        repairs=systems.repairs,
        outages=systems.outages,
        complaints=systems.complaints,
        confirmation=confirmation,
        payments=systems.payments,
        halls=systems.halls,
        providers=directory(),
        evidence=pictures,
        article=articles.get,
        site=settings.site,
    )
    ways = {name: action.ways for name, action in every.items()}
    # A flow that names what is not there is said at the start, with file and line.
    flows = load(Names(domain()["intents"], ways, responses(CHINESE)))
    return _Talk(
        engine=engine,
        dialogue=dialogue or Conversing(Manager(flows), every),
        flows=flows,
        actions=every,
        confirmation=confirmation,
        acting=Acting(
            database=database,
            complaints=systems.complaints,
            repairs=systems.repairs,
            payments=systems.payments,
            confirmation=confirmation,
            channels=ground.can,
            clock=clock,
            bell=ground.bell,
            site=settings.site,
        ),
        pictures=pictures,
        lookers=Lookers(database, clock),
    )


def _worker(
    ground: _Ground,
    systems: Systems,
    mail: _Mail,
    *,
    talk: _Talk,
    channels: Mapping[str, Opened],
    boundary: Boundary,
) -> Worker:
    """Return what plays the turns and sends what comes of them."""
    database, clock = ground.database, ground.clock
    table = load_table(ROOT / "content" / "keywords.yml", talk.flows.by_name)
    turn = Turn(
        database=database,
        engine=talk.engine,
        dialogue=talk.dialogue,
        flows=talk.flows,
        accounts=systems.accounts,
        binding=Binding(mail.bindings, systems.accounts, mail.notices, ground.can),
        keywords=Keywords(table, systems.orders, mail.adverts, talk.lookers),
        rating=Rating(database),
        pictures=talk.pictures,
        acting=talk.acting,
        service=ground.service,
        channels=ground.can,
        clock=clock,
        boundary=boundary,
    )
    sender = Sender(database, {name: opened.channel for name, opened in channels.items()}, clock, boundary)
    return Worker(database=database, turn=turn, sender=sender, clock=clock, bell=ground.bell, reception=mail.reception)


def _view(ground: _Ground, systems: Systems, mail: _Mail, channels: Mapping[str, Opened]) -> View:
    return View(
        database=ground.database,
        clock=ground.clock,
        accounts=systems.accounts,
        repairs=systems.repairs,
        complaints=systems.complaints,
        deliveries=mail.deliveries,
        rules=ground.service.rules,
        channels=ground.can,
        remarks={name: opened.remark for name, opened in channels.items() if opened.remark},
    )


def _served(settings: Settings, talk: _Talk, accounts: Accounts) -> ActionExecutor:
    """Return the actions as `rasa shell` calls them."""
    shell = Converse(
        dialogue=talk.dialogue,
        engine=talk.engine,
        flows=talk.flows,
        accounts=accounts,
        phone=settings.shell_phone,
    )
    return served(talk.actions, shell)


def _own_data(ground: _Ground, systems: Systems, mail: _Mail, lookers: Lookers) -> OwnData:
    return OwnData(
        database=ground.database,
        accounts=systems.accounts,
        complaints=systems.complaints,
        repairs=systems.repairs,
        adverts=mail.adverts,
        lookers=lookers,
        clock=ground.clock,
    )


def _telling(ground: _Ground, systems: Systems) -> OutageTelling:
    return OutageTelling(
        ground.database,
        systems.outages,
        systems.accounts,
        clock=ground.clock,
        bell=ground.bell,
        quiet=QuietHours.of(ground.settings.quiet_hours),
    )


def _join(
    ground: _Ground,
    systems: Systems,
    mail: _Mail,
    *,
    talk: _Talk,
    channels: Mapping[str, Opened],
    worker: Worker,
) -> Parts:
    settings, database, clock, bells = ground.settings, ground.database, ground.clock, ground.bells
    desk = Desk(database=database, accounts=systems.accounts, clock=clock, bell=ground.bell, channels=ground.can)
    sessions = StaffSessions(database, clock)
    telling = _telling(ground, systems)
    each_minute = [telling.tell, *(each.each_minute for each in channels.values() if each.each_minute)]
    return Parts(
        settings=settings,
        database=database,
        clock=clock,
        bell=ground.bell,
        bells=bells,
        floods=mail.floods,
        desk=desk,
        router=Router(database=database, desk=desk, service=ground.service, clock=clock, bell=bells.of(QUEUE_BELL)),
        service=ground.service,
        view=_view(ground, systems, mail, channels),
        news=News(database, ground.bell, bells, clock),
        indexer=Indexer(database),
        sealer=Sealer(database, settings.audit_key),
        retention=Retention(database, clock),
        engine=talk.engine,
        accounts=systems.accounts,
        repairs=systems.repairs,
        outages=systems.outages,
        complaints=systems.complaints,
        orders=systems.orders,
        codes=SqlOneTimeCodes(database, clock),
        bindings=mail.bindings,
        passwords=ServicePasswords(database, clock),
        inbox=mail.inbox,
        worker=worker,
        actions=_served(settings, talk, systems.accounts),
        confirmation=talk.confirmation,
        acting=talk.acting,
        own_data=_own_data(ground, systems, mail, talk.lookers),
        notices=mail.notices,
        adverts=mail.adverts,
        payments=systems.payments,
        registrations=systems.registrations,
        sessions=sessions,
        pages=Pages(database, sessions, ground.can, settings.brand),
        telling=telling,
        chores=Chores(systems.repairs, systems.complaints, systems.accounts, mail.notices, each_minute),
        reception=mail.reception,
        channels=channels,
        deliveries=mail.deliveries,
        writing=mail.writing,
    )


def knowing(encoder: Encoder, known: Library | None = None, kept: Path | None = None) -> Knowing:
    """Return an engine with what we know beside it: today's articles, or others, whose meanings are kept elsewhere."""
    return Knowing(
        engine=encoder,
        library=known or library(),
        learn=Index,
        kept=kept or model.meanings(),
        named=directory().named,
    )
