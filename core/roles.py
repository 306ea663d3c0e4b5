"""Who of the staff may do what (K7): each role has the fewest rights with which its work can be done."""

from enum import StrEnum


class Right(StrEnum):
    """Something that not everybody may do."""

    SERVE = "serve"  # take conversations and answer them
    LISTEN = "listen"  # read along, whisper, take over, sign somebody out; the wallboard
    READ = "read"  # find and read any conversation, for a reason that the audit log keeps
    COMPLAINTS = "complaints"  # handle complaints, and pay back what was charged wrongly
    FIELD = "field"  # one's own repairs on the road
    OUTAGES = "outages"  # say what is out and for how long, which customers are told
    TEAM = "team"  # rosters and leave, training, bulletins
    APPEALS = "appeals"  # decide whether a rule was wrong to hold a message back
    STAFF = "staff"  # who works here, in which role, with which skills
    AUDIT = "audit"  # the audit log
    EXPORTS = "exports"  # let somebody else take many texts out of the house (K7: two people)
    BREACHES = "breaches"  # look into suspected breaches of the five prohibitions, and decide


class Role(StrEnum):
    """What somebody is here."""

    AGENT = "agent"
    SENIOR_AGENT = "senior_agent"
    SUPERVISOR = "supervisor"
    INSPECTOR = "inspector"
    ACCOUNT_MANAGER = "account_manager"
    ENGINEER = "engineer"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


# Whoever changes the staff reads no customer's data, and whoever reads the audit log changes nothing.
RIGHTS: dict[Role, frozenset[Right]] = {
    Role.AGENT: frozenset({Right.SERVE, Right.COMPLAINTS}),
    Role.SENIOR_AGENT: frozenset({Right.SERVE, Right.COMPLAINTS, Right.OUTAGES}),
    Role.ACCOUNT_MANAGER: frozenset({Right.SERVE, Right.COMPLAINTS}),
    Role.SUPERVISOR: frozenset(
        {
            *(Right.SERVE, Right.COMPLAINTS, Right.OUTAGES, Right.LISTEN, Right.READ),
            *(Right.TEAM, Right.APPEALS, Right.EXPORTS),
        }
    ),
    Role.INSPECTOR: frozenset({Right.READ, Right.APPEALS, Right.EXPORTS}),
    Role.ENGINEER: frozenset({Right.FIELD, Right.OUTAGES}),
    Role.ADMINISTRATOR: frozenset({Right.STAFF}),
    Role.AUDITOR: frozenset({Right.AUDIT, Right.BREACHES, Right.EXPORTS}),
}


def may(role: str, right: Right) -> bool:
    """Return whether a role has a right; a role that nobody knows has none.

    >>> may("agent", Right.SERVE), may("agent", Right.LISTEN), may("nobody", Right.SERVE)
    (True, False, False)
    """
    return role in RIGHTS and right in RIGHTS[Role(role)]


def roles_with(right: Right) -> tuple[Role, ...]:
    """Return the roles that have a right."""
    return tuple(role for role, rights in RIGHTS.items() if right in rights)
