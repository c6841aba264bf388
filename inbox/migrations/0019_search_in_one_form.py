"""Search one form of Unicode: "Meråker" typed as two characters, and as one, is the same word to whoever asks."""

from django.db import migrations

COLUMNS = """
    ALTER TABLE inbox_comment DROP COLUMN search;
    ALTER TABLE inbox_reply DROP COLUMN search;
    ALTER TABLE inbox_comment ADD COLUMN search tsvector GENERATED ALWAYS AS (
        setweight(to_tsvector('norwegian', {name}), 'A') || to_tsvector('norwegian', {text})
    ) STORED;
    ALTER TABLE inbox_reply ADD COLUMN search tsvector GENERATED ALWAYS AS (to_tsvector('norwegian', {text})) STORED;
    CREATE INDEX comment_search ON inbox_comment USING gin (search);
    CREATE INDEX comment_search_open ON inbox_comment USING gin (search) WHERE status NOT IN ('DONE', 'OURS');
    CREATE INDEX reply_search ON inbox_reply USING gin (search) WHERE status = 'PUBLISHED';
"""
NAME, TEXT = "left(author_name || ' ' || author_handle, 2000)", "left(text, 200000)"
IN_ONE_FORM = COLUMNS.format(name=f"normalize({NAME}, NFKC)", text=f"normalize({TEXT}, NFKC)")
AS_IT_WAS = COLUMNS.format(name=NAME, text=TEXT)


class Migration(migrations.Migration):
    dependencies = [("inbox", "0018_reply_picture_and_consent")]
    operations = [migrations.RunSQL(IN_ONE_FORM, AS_IT_WAS)]
