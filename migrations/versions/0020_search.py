"""The index in which conversations are searched: FTS5 on SQLite, a tsvector on PostgreSQL."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up; what was said before is indexed when the app runs."""
    op.create_table(
        "search_mark",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("up_to", sa.Integer, nullable=False),
    )
    op.execute("insert into search_mark (id, up_to) values (1, 0)")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("create table line_text (line integer primary key, words tsvector not null)")
        op.execute("create index line_text_words on line_text using gin (words) with (fastupdate = on)")
    else:
        op.execute("create virtual table line_text using fts5(words, tokenize = 'unicode61 remove_diacritics 0')")


def downgrade() -> None:
    """Go down: the index is lost, nothing that was said."""
    op.execute("drop table line_text")
    op.drop_table("search_mark")
