"""How well each agent of a conversation keeps to the wording norms: by what that agent wrote, and nobody else (M9)."""

from compliance.score import Score, score
from database.handle import Database
from storage import appeals, conversations, people

# So many lines of a long thread are judged.
LINES = 200


async def scores(database: Database, conversation_id: int) -> list[tuple[str, Score]]:
    """Return (agent, score) for everybody who has written to the customer, in the order of their first words."""
    async with database.read() as db:
        lines = await conversations.last_lines(db, conversation_id, LINES)
        excused = await appeals.excused(db)
        names = {each.id: each.name for each in await people.everybody(db)}
    upset = any(line.body["understood"].get("upset", 0) >= 1 for line in lines if "understood" in line.body)
    said: dict[int, list[str]] = {}
    for line in lines:
        if (line.author, line.audience) == ("agent", "everyone") and line.staff_id and line.body.get("text"):
            said.setdefault(line.staff_id, []).append(str(line.body["text"]))
    found = [(names.get(staff_id, ""), score(texts, upset, excused)) for staff_id, texts in said.items()]
    return [(name, each) for name, each in found if each is not None]
