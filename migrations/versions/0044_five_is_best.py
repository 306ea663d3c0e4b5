"""One scale for ratings, 5 is best: with a question stands which number was best, and old answers are read by it.

Until now the five answers stood best first. On SMS and WeChat they were numbered, so that 1 was shown as the best; such
answers were kept rightly. Elsewhere they were to press and no number was shown; a number that was typed all the same was
read in the order of the answers, 5 as very dissatisfied, although 5 is best wherever we ask for points: those are turned.
"""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

_TYPED = re.compile(r"\s*([1-5一二三四五])\s*[。.!！]?\s*")
_DIGITS = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5}
_RATED = """
select r.conversation_id as conversation_id, r.score as score, m.body as body
from rating r
join conversation rated on rated.id = r.conversation_id
join conversation later on later.channel = rated.channel and later.address = rated.address
  and coalesce(later.customer_id, 0) = coalesce(rated.customer_id, 0) and later.id > rated.id
join message m on m.conversation_id = later.id
where r.score is not null and rated.acts_as not in ('sms', 'wechat')
  and m.id = (select min(first.id) from message first where first.conversation_id = later.id and first.author = 'customer')
  and later.id = (select min(next.id) from conversation next where next.channel = rated.channel
    and next.address = rated.address and coalesce(next.customer_id, 0) = coalesce(rated.customer_id, 0)
    and next.id > rated.id)
"""


def upgrade() -> None:
    """Go up."""
    op.add_column("rating", sa.Column("best", sa.Integer, nullable=False, server_default="5"))
    op.execute(
        "update rating set best = 1 where conversation_id in "
        "(select id from conversation where acts_as in ('sms', 'wechat'))"
    )
    db = op.get_bind()
    rows = sa.text(_RATED).columns(body=sa.JSON)
    for row in db.execute(rows).mappings().all():
        typed = _TYPED.fullmatch(unicodedata.normalize("NFKC", str((row["body"] or {}).get("text", ""))))
        number = (_DIGITS.get(typed[1]) or int(typed[1])) if typed else 0
        if number and row["score"] == 6 - number != number:
            turned = sa.text("update rating set score = :score where conversation_id = :id")
            db.execute(turned, {"score": number, "id": row["conversation_id"]})


def downgrade() -> None:
    """Go down: what was turned stays so."""
    op.drop_column("rating", "best")
