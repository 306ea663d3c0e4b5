"""Conversations, what was said in them, and the work of taking in and sending out."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    func,
    text,
)

from database.handle import Moment
from database.sealed import Findable, Sealed

metadata = MetaData()

conversation = Table(
    "conversation",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel", String(16), nullable=False),
    Column("address", Findable(128, "conversation.address"), nullable=False),
    Column("customer_id", Integer),
    Column("acts_as", String(16), nullable=False),
    Column("owner", String(8), nullable=False),
    Column("token", Integer, nullable=False),
    Column("staff_id", Integer, ForeignKey("staff.id")),
    Column("reason", String(32)),
    # The dialogue (bot/dialogue/state.py) and how often it was written; beside it the open question, in a word.
    Column("dialogue", Sealed(None, "conversation.dialogue")),
    Column("revision", Integer, nullable=False, server_default="0"),
    Column("waiting_for", String(64)),
    Column("misses", Integer, nullable=False),
    Column("moods", JSON, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    # The queue (core/routing.py): since when, what an agent must be able to do, of which level; then when an agent took
    # it and said the first word.
    Column("queued_at", Moment),
    Column("skill", String(16)),
    Column("level", String(16)),
    Column("taken_at", Moment),
    Column("replied_at", Moment),
    Column("closed_for", String(32)),
    Column("told_at", Moment),  # when who waits was last told of the wait
    # Since when the customer waits whose agent was lost, and was not told; whether we have said sorry for the wait.
    Column("lost_at", Moment),
    Column("apologised", Boolean, nullable=False, server_default="0"),
    # Until when its agent has put it aside; once that is over, it came back and nothing was said since.
    Column("aside_until", Moment),
    Column("repeated", Boolean),  # whether the customer had to say again what was said before (M5)
)
# At most one open conversation for an address and the subscriber proved behind it.
Index(
    "one_open_conversation",
    conversation.c.channel,
    conversation.c.address,
    func.coalesce(conversation.c.customer_id, 0),
    unique=True,
    sqlite_where=text("owner != 'nobody'"),
    postgresql_where=text("owner != 'nobody'"),
)
Index("conversation_queued", conversation.c.queued_at)
Index("conversation_customer", conversation.c.customer_id, conversation.c.id)
Index("conversation_owner", conversation.c.owner, conversation.c.changed_at)
Index("conversation_in_queue", conversation.c.owner, conversation.c.queued_at, conversation.c.id)

message = Table(
    "message",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("conversation_id", Integer, ForeignKey("conversation.id"), nullable=False, index=True),
    Column("author", String(8), nullable=False),
    Column("audience", String(8), nullable=False),
    Column("staff_id", Integer, ForeignKey("staff.id")),
    Column("body", JSON, nullable=False),
    Column("at", Moment, nullable=False),
    sqlite_autoincrement=True,
)

# How far the index for the search has come (storage/search.py; the index itself is each database's own).
search_mark = Table(
    "search_mark",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("up_to", Integer, nullable=False),
)

# How far the lines of each table have been erased because their time was over (storage/retention.py).
retention_mark = Table(
    "retention_mark",
    metadata,
    Column("kind", String(16), primary_key=True),
    Column("up_to", Integer, nullable=False),
)

# The app processes that work on this database.
worker = Table(
    "worker",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("host", String(128), nullable=False),
    Column("pid", Integer, nullable=False),
    Column("began", Integer, nullable=False),
    Column("heard_at", Moment, nullable=False),
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel", String(16), nullable=False),
    Column("external_id", String(260), nullable=False),
    Column("conversation_id", Integer, ForeignKey("conversation.id"), nullable=False),
    Column("message_id", Integer, ForeignKey("message.id"), nullable=False),
    Column("text", Sealed(None, "inbox.text"), nullable=False),
    # What was read in it, from the first thing that its turn changed until it is done: played again, it decides alike.
    Column("reading", Sealed(None, "inbox.reading")),
    Column("at", Moment, nullable=False),
    Column("state", String(8), nullable=False),  # waiting, working, done
    Column("attempts", Integer, nullable=False),
    Column("due_at", Moment, nullable=False),  # waiting: not before; working: abandoned after
    Column("outcome", String(16)),  # answered, handed_over, held, failed, dropped, part
    Column("done_at", Moment),
    Column("picture", String(32)),
    Column("worker", String(32)),  # the process that works on it
    sqlite_autoincrement=True,
)
Index("inbox_once", inbox.c.channel, inbox.c.external_id, unique=True)
Index("inbox_open", inbox.c.state, inbox.c.conversation_id, inbox.c.id)

# Addresses at which a paper of a subscriber's lies for a while; the address itself is nowhere but with its reader.
paper_link = Table(
    "paper_link",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("customer_id", Integer, nullable=False),
    Column("number", String(20), nullable=False),
    Column("until", Moment, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(64), nullable=False, unique=True),
    Column("channel", String(16), nullable=False),
    Column("address", Findable(128, "outbox.address"), nullable=False),
    Column("customer_id", Integer),
    Column("conversation_id", Integer, ForeignKey("conversation.id")),
    Column("message_id", Integer, ForeignKey("message.id")),
    Column("in_reply_to", Integer),
    Column("author", String(8), nullable=False),
    Column("token", Integer, nullable=False),
    Column("body", JSON, nullable=False),
    Column("secret", Boolean, nullable=False),  # a one-time code: the text is erased once sent
    Column("state", String(10), nullable=False),  # waiting, sending, sent, dropped, failed, uncertain, held
    Column("attempts", Integer, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("at", Moment, nullable=False),
    Column("worker", String(32)),  # the process that sends it
    Column("sent_at", Moment),
    # On which way it went, the platform's id of it, and what the platform's receipt says: delivered, undelivered.
    Column("way", String(16)),
    Column("platform_id", String(80)),
    Column("receipt", String(12)),
    sqlite_autoincrement=True,
)
Index("outbox_receipt", outbox.c.channel, outbox.c.platform_id)
Index("outbox_open", outbox.c.state, outbox.c.conversation_id, outbox.c.id)

mailbox = Table(
    "mailbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(64), nullable=False, unique=True),
    Column("channel", String(16), nullable=False),
    Column("address", Findable(128, "mailbox.address"), nullable=False),
    Column("customer_id", Integer),
    Column("author", String(8), nullable=False),
    Column("in_reply_to", Integer),
    Column("body", JSON, nullable=False),
    Column("at", Moment, nullable=False),
    sqlite_autoincrement=True,
)
Index("mailbox_address", mailbox.c.channel, mailbox.c.address, mailbox.c.id)

# Who is writing at the moment; a row is stale after seconds.
typing = Table(
    "typing",
    metadata,
    Column("conversation_id", Integer, ForeignKey("conversation.id"), primary_key=True),
    Column("side", String(8), primary_key=True),  # customer, agent
    Column("at", Moment, nullable=False, index=True),
)

# The question after a conversation, and its answer (G7): 5 very satisfied … 1 very dissatisfied.
rating = Table(
    "rating",
    metadata,
    Column("conversation_id", Integer, ForeignKey("conversation.id"), primary_key=True),
    Column("channel", String(16), nullable=False),
    Column("address", Findable(128, "rating.address"), nullable=False),
    Column("staff_id", Integer, ForeignKey("staff.id")),
    Column("asked_at", Moment, nullable=False),
    Column("score", Integer),
    Column("rated_at", Moment),
    Column("best", Integer, nullable=False, server_default="5"),  # the number that was shown as the best: 5, once 1
)
Index("rating_of_address", rating.c.channel, rating.c.address, rating.c.asked_at)

# What subscribers have agreed to be sent, and taken back; the newest word counts.
consent = Table(
    "consent",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("customer_id", Integer, nullable=False),
    Column("purpose", String(16), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("given", Boolean, nullable=False),
    Column("at", Moment, nullable=False),
    Column("way", String(16), nullable=False),  # keyword, page
    Column("proof", String(200), nullable=False),
    Index("consent_of_customer", "customer_id", "purpose", "channel", "id"),
    sqlite_autoincrement=True,
)

# Partners' API clients, each question that they ask, and what subscribers have allowed them.
partner = Table(
    "partner",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(40), nullable=False, unique=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("scopes", JSON, nullable=False),
    Column("an_hour", Integer, nullable=False),
    Column("stopped_for", String(200), nullable=False, server_default=""),
    Column("since", Moment, nullable=False),
)
partner_ask = Table(
    "partner_ask",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("partner_id", Integer, ForeignKey("partner.id"), nullable=False),
    Column("at", Moment, nullable=False),
    Index("asks_of_partner", "partner_id", "at"),
)
partner_grant = Table(
    "partner_grant",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("partner_id", Integer, ForeignKey("partner.id"), nullable=False),
    Column("customer_id", Integer),  # none where the number is nobody's
    Column("scopes", JSON, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("until", Moment),
)

sandbox_message = Table(
    "sandbox_message",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(64), nullable=False, unique=True),
    Column("to", Findable(64, "sandbox_message.to"), nullable=False, index=True),
    Column("channel", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("buttons", JSON),
)

picture = Table(
    "picture",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("conversation_id", Integer, ForeignKey("conversation.id"), nullable=False),
    Column("customer_id", Integer),
    Column("ticket", String(24), index=True),  # what it is evidence of
    Column("data", LargeBinary, nullable=False),
    Column("at", Moment, nullable=False),
    Index("pictures_of_customer", "customer_id", "at"),
    Index("pictures_by_time", "at"),
)

staff = Table(
    "staff",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("login", String(64), nullable=False, unique=True),
    Column("name", String(64), nullable=False),
    Column("role", String(16), nullable=False),
    Column("password_hash", String(256), nullable=False),
    # What the agent takes (core/skills.py), the first first, and how many conversations at once.
    Column("skills", JSON, nullable=False, server_default="[]"),
    Column("capacity", Integer, nullable=False, server_default="5"),
    Column("active", Boolean, nullable=False, server_default="1"),  # has not left
    Column("must_change", Boolean, nullable=False, server_default="0"),  # the password is somebody else's choice
)

# Rosters and leave (G8), bulletins that are read and confirmed, and training with its tests.
shift = Table(
    "shift",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=False),
    Column("starts_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),
    Index("shifts_of_staff", "staff_id", "starts_at"),
)
# A shift as it is often planned: its name, and from when to when by the clock.
shift_template = Table(
    "shift_template",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(20), nullable=False, unique=True),
    Column("starts", String(5), nullable=False),  # 08:30
    Column("ends", String(5), nullable=False),
)
leave = Table(
    "leave",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("reason", String(200), nullable=False),
    Column("state", String(8), nullable=False),  # asked, granted, refused
    Column("decided_by", Integer, ForeignKey("staff.id")),
    Column("at", Moment, nullable=False),
)
bulletin = Table(
    "bulletin",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("title", String(100), nullable=False),
    Column("text", Text, nullable=False),
    Column("meets_at", Moment),  # a meeting's time
    Column("by", Integer, ForeignKey("staff.id"), nullable=False),
    Column("at", Moment, nullable=False),
)
bulletin_read = Table(
    "bulletin_read",
    metadata,
    Column("bulletin_id", Integer, ForeignKey("bulletin.id"), primary_key=True),
    Column("staff_id", Integer, ForeignKey("staff.id"), primary_key=True),
    Column("at", Moment, nullable=False),
)
course = Table(
    "course",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("title", String(100), nullable=False),
    Column("text", Text, nullable=False),
    Column("questions", JSON, nullable=False),  # [{"question", "choices": [...], "right": index}]
    Column("by", Integer, ForeignKey("staff.id"), nullable=False),
    Column("at", Moment, nullable=False),
)
course_result = Table(
    "course_result",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("course_id", Integer, ForeignKey("course.id"), nullable=False),
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=False),
    Column("score", Integer, nullable=False),  # of 100
    Column("at", Moment, nullable=False),
    Index("results_of_staff", "staff_id", "course_id"),
)

# Who of the staff is there: what they are, what they say of themselves, when a page of theirs was last heard of and
# when they last did something; `silent` is who did nothing while a customer waited.
presence = Table(
    "presence",
    metadata,
    Column("staff_id", Integer, ForeignKey("staff.id"), primary_key=True),
    Column("state", String(8), nullable=False),  # ready, busy, away
    Column("said", String(8), nullable=False),  # ready, busy
    Column("since", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("acted_at", Moment, nullable=False),
    Column("silent", Boolean, nullable=False),
)

# Agents beside one another: who has a conversation open, who is asked for advice in it, what is half written.
viewing = Table(
    "viewing",
    metadata,
    Column("staff_id", Integer, ForeignKey("staff.id"), primary_key=True),
    Column("conversation_id", Integer, ForeignKey("conversation.id"), primary_key=True),
    Column("at", Moment, nullable=False),
    Index("viewing_of_conversation", "conversation_id"),
)
# The last line of a conversation that somebody has seen.
reading = Table(
    "reading",
    metadata,
    Column("staff_id", Integer, ForeignKey("staff.id"), primary_key=True),
    Column("conversation_id", Integer, ForeignKey("conversation.id"), primary_key=True),
    Column("line", Integer, nullable=False),
    Index("reading_of_conversation", "conversation_id"),
)
draft = Table(
    "draft",
    metadata,
    Column("staff_id", Integer, ForeignKey("staff.id"), primary_key=True),
    Column("conversation_id", Integer, ForeignKey("conversation.id"), primary_key=True),
    Column("text", Text, nullable=False),
    Column("at", Moment, nullable=False),
)
consult = Table(
    "consult",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("conversation_id", Integer, ForeignKey("conversation.id"), nullable=False),
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=False),
    Column("by", Integer, ForeignKey("staff.id"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("ended_at", Moment),
    Index("consults_of_conversation", "conversation_id"),
    Index("consults_of_staff", "staff_id", "ended_at"),
)

# What was done about a contact that only disturbs (K5), and what somebody finds who looks again.
nuisance = Table(
    "nuisance",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel", String(16), nullable=False),
    Column("address", Findable(128, "nuisance.address"), nullable=False),
    Column("conversation_id", Integer, ForeignKey("conversation.id"), nullable=False),
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=False),
    Column("step", String(8), nullable=False),  # warn, end, block
    Column("at", Moment, nullable=False),
    Column("state", String(8), nullable=False),  # open, upheld, lifted
    Column("reviewed_by", Integer, ForeignKey("staff.id")),
    Column("reviewed_at", Moment),
    Index("nuisance_of_address", "channel", "address", "at"),
)

# Suspected breaches of the five prohibitions (K9). Who reported one is sealed, or not written down.
breach = Table(
    "breach",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("prohibition", Integer, nullable=False),
    Column("facts", Text, nullable=False),
    Column("concerned", Integer, ForeignKey("staff.id")),
    Column("reporter", Sealed(16, "breach.reporter")),
    Column("at", Moment, nullable=False),
    Column("degree", String(16)),
    Column("responsibility", Text, nullable=False),
    Column("decided_by", Integer, ForeignKey("staff.id")),
    Column("decided_at", Moment),
)

# Who wishes to take many texts out of the house, and who else has let them (K7).
bulk_export = Table(
    "bulk_export",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(16), nullable=False, server_default="conversations"),  # or audit
    Column("since", Date, nullable=False),
    Column("until", Date, nullable=False),
    Column("why", String(200), nullable=False),
    Column("asked_by", Integer, ForeignKey("staff.id"), nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("granted", Boolean),
    Column("decided_by", Integer, ForeignKey("staff.id")),
    Column("decided_at", Moment),
)

# What the gate has refused and an agent finds right all the same (M9).
appeal = Table(
    "appeal",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("conversation_id", Integer, ForeignKey("conversation.id"), nullable=False),
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=False),
    Column("text", Text, nullable=False),
    Column("rule", String(64), nullable=False),
    Column("reason", String(300), nullable=False),
    Column("why", String(300), nullable=False),
    Column("at", Moment, nullable=False),
    Column("state", String(8), nullable=False),  # open, right, wrong
    Column("decided_by", Integer, ForeignKey("staff.id")),
    Column("answer", String(300)),
    Column("decided_at", Moment),
    Index("appeals_by_state", "state", "id"),
)

session = Table(
    "session",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("kind", String(8), nullable=False),  # staff, web
    Column("staff_id", Integer, ForeignKey("staff.id")),
    Column("address", Findable(128, "session.address")),
    Column("customer_id", Integer),
    Column("csrf", String(64), nullable=False),
    Column("expires_at", Moment, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("action", String(64), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("reason", String(64), nullable=False),
    Column("details", JSON, nullable=False),
    Index("audit_of_subject", "subject", "id"),
    Index("audit_of_action", "action", "at"),
    sqlite_autoincrement=True,
)
# The chain over the audit log: each entry's place in it, and a hash over the entry and the link before.
audit_seal = Table(
    "audit_seal",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("audit_id", Integer, nullable=False, unique=True),
    Column("hash", String(64), nullable=False),
)

# What agents mark conversations with (content/ending.yml).
conversation_tag = Table(
    "conversation_tag",
    metadata,
    Column("conversation_id", Integer, ForeignKey("conversation.id"), primary_key=True),
    Column("tag", String(32), primary_key=True),
    Index("conversation_tag_of_tag", "tag", "conversation_id"),
)
# What an agent would do for a customer, and the customer's answer (conversation/acting).
act = Table(
    "act",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(64), nullable=False, unique=True),
    Column("conversation_id", Integer, ForeignKey("conversation.id"), nullable=False),
    Column("customer_id", Integer, nullable=False),
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=False),
    Column("kind", String(24), nullable=False),
    Column("wish", Sealed(None, "act.wish"), nullable=False),
    Column("terms", Sealed(None, "act.terms"), nullable=False),
    Column("state", String(12), nullable=False),
    Column("number", String(24), nullable=False, server_default=""),
    Column("why", String(64), nullable=False, server_default=""),
    Column("at", Moment, nullable=False),
    Column("until", Moment, nullable=False),
    Index("act_of_conversation", "conversation_id", "id"),
    Index("act_of_customer", "customer_id", "state"),
)
# A call that a customer was promised: to which number (none where it is the customer's own), from when on and by when
# (none where the customer has still to name the number), who makes it, and how it ended.
call_back = Table(
    "call_back",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("conversation_id", Integer, ForeignKey("conversation.id"), nullable=False),
    Column("phone", Sealed(32, "call_back.phone")),
    Column("asked_at", Moment, nullable=False),
    Column("begins_at", Moment, nullable=False),
    Column("due_at", Moment),
    Column("staff_id", Integer, ForeignKey("staff.id")),
    Column("state", String(12), nullable=False),
    Column("closed_at", Moment),
    Index("call_back_by_state", "state", "due_at"),
    Index("call_back_due", "due_at"),
    Index("call_back_of_conversation", "conversation_id", "id"),
)
Index(
    "one_open_call_back",
    call_back.c.conversation_id,
    unique=True,
    sqlite_where=text("closed_at is null"),
    postgresql_where=text("closed_at is null"),
)
call_back_try = Table(
    "call_back_try",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("call_back_id", Integer, ForeignKey("call_back.id"), nullable=False),
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("key", String(40), nullable=False, unique=True),
    Column("at", Moment, nullable=False),
    Index("call_back_try_of_call_back", "call_back_id", "id"),
)
# How far the telling of an outage's version has come: all customers up to this id have been told.
outage_telling = Table(
    "outage_telling",
    metadata,
    Column("outage", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
    Column("after", Integer, nullable=False),
    Column("done", Boolean, nullable=False),
)
# The last version of an outage that somebody was told.
outage_told = Table(
    "outage_told",
    metadata,
    Column("outage", Integer, primary_key=True, autoincrement=False),
    Column("customer_id", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
)
# Who has a ticket open, and whether they have something half written for it.
ticket_viewing = Table(
    "ticket_viewing",
    metadata,
    Column("staff_id", Integer, ForeignKey("staff.id"), primary_key=True),
    Column("number", String(24), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("writes", Boolean, nullable=False, server_default="0"),
    Index("ticket_viewing_of_ticket", "number"),
)
