"""Every route of the desk, a router from each module."""

from desk.conversations import acts, aside, deeds, ending, help, nuisance, reading, search, web
from desk.oversight import audit, breaches, exports, partners
from desk.session import here, sign_in
from desk.team import appeals, me, staff, team, wallboard
from desk.tickets import callbacks, complaints, field, outages, pictures, repairs

ROUTES = (
    here.routes,
    wallboard.routes,
    deeds.routes,
    acts.routes,
    aside.routes,
    ending.routes,
    repairs.routes,
    complaints.routes,
    callbacks.routes,
    outages.routes,
    help.routes,
    reading.routes,
    appeals.routes,
    audit.routes,
    search.routes,
    me.routes,
    staff.routes,
    partners.routes,
    nuisance.routes,
    breaches.routes,
    exports.routes,
    team.routes,
    pictures.routes,
    field.routes,
)
# Of these an address may ask only so much: signing in, and what an open page asks for by itself.
LIMITED_ROUTES = (sign_in.routes, web.routes)
