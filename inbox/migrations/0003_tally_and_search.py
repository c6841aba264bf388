"""The tally of the queue, kept by triggers, and the search columns, filled by the database itself.

`search` is no field of the models: no list shall carry it. `left` because a search vector holds at most 1 MB of words.
"""

import django.db.models.deletion
from django.db import migrations, models

COUNT = """
    CREATE FUNCTION inbox_tally_count() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'INSERT' THEN
            INSERT INTO inbox_tally (municipality_id, name, amount)
            SELECT municipality_id, name, SUM(n) FROM (
                SELECT municipality_id, status AS name, 1 AS n FROM after_rows
                UNION ALL
                SELECT municipality_id, 'mine:' || assignee_id, 1 FROM after_rows
                WHERE assignee_id IS NOT NULL AND status <> 'DONE'
            ) AS changes GROUP BY municipality_id, name;
        ELSIF TG_OP = 'DELETE' THEN
            INSERT INTO inbox_tally (municipality_id, name, amount)
            SELECT municipality_id, name, SUM(n) FROM (
                SELECT municipality_id, status AS name, -1 AS n FROM before_rows
                UNION ALL
                SELECT municipality_id, 'mine:' || assignee_id, -1 FROM before_rows
                WHERE assignee_id IS NOT NULL AND status <> 'DONE'
            ) AS changes GROUP BY municipality_id, name;
        ELSE
            INSERT INTO inbox_tally (municipality_id, name, amount)
            SELECT municipality_id, name, SUM(n) FROM (
                SELECT municipality_id, status AS name, 1 AS n FROM after_rows
                UNION ALL
                SELECT municipality_id, status, -1 FROM before_rows
                UNION ALL
                SELECT municipality_id, 'mine:' || assignee_id, 1 FROM after_rows
                WHERE assignee_id IS NOT NULL AND status <> 'DONE'
                UNION ALL
                SELECT municipality_id, 'mine:' || assignee_id, -1 FROM before_rows
                WHERE assignee_id IS NOT NULL AND status <> 'DONE'
            ) AS changes GROUP BY municipality_id, name HAVING SUM(n) <> 0;
        END IF;
        RETURN NULL;
    END $$;
    CREATE TRIGGER inbox_tally_insert AFTER INSERT ON inbox_comment
        REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION inbox_tally_count();
    CREATE TRIGGER inbox_tally_update AFTER UPDATE ON inbox_comment
        REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
        FOR EACH STATEMENT EXECUTE FUNCTION inbox_tally_count();
    CREATE TRIGGER inbox_tally_delete AFTER DELETE ON inbox_comment
        REFERENCING OLD TABLE AS before_rows FOR EACH STATEMENT EXECUTE FUNCTION inbox_tally_count();
    INSERT INTO inbox_tally (municipality_id, name, amount)
        SELECT municipality_id, status, COUNT(*) FROM inbox_comment GROUP BY 1, 2
        UNION ALL
        SELECT municipality_id, 'mine:' || assignee_id, COUNT(*) FROM inbox_comment
        WHERE assignee_id IS NOT NULL AND status <> 'DONE' GROUP BY 1, 2;
"""
UNCOUNT = """
    DROP TRIGGER inbox_tally_insert ON inbox_comment;
    DROP TRIGGER inbox_tally_update ON inbox_comment;
    DROP TRIGGER inbox_tally_delete ON inbox_comment;
    DROP FUNCTION inbox_tally_count();
"""
SEARCH = """
    ALTER TABLE inbox_comment ADD COLUMN search tsvector GENERATED ALWAYS AS (
        setweight(to_tsvector('norwegian', left(author_name || ' ' || author_handle, 2000)), 'A')
        || to_tsvector('norwegian', left(text, 200000))
    ) STORED;
    ALTER TABLE inbox_reply ADD COLUMN search tsvector GENERATED ALWAYS AS (
        to_tsvector('norwegian', left(text, 200000))
    ) STORED;
    CREATE INDEX comment_search ON inbox_comment USING gin (search);
    CREATE INDEX comment_search_open ON inbox_comment USING gin (search) WHERE status NOT IN ('DONE', 'OURS');
    CREATE INDEX reply_search ON inbox_reply USING gin (search) WHERE status = 'PUBLISHED';
"""
UNSEARCH = """
    ALTER TABLE inbox_comment DROP COLUMN search;
    ALTER TABLE inbox_reply DROP COLUMN search;
"""


class Migration(migrations.Migration):
    dependencies = [("inbox", "0002_channel_register"), ("team", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Tally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40)),
                ("amount", models.BigIntegerField()),
                (
                    "municipality",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="team.municipality"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["municipality"], include=["name", "amount"], name="tally_of_municipality"
                    )
                ]
            },
        ),
        migrations.RunSQL(COUNT, UNCOUNT),
        migrations.RunSQL(SEARCH, UNSEARCH),
    ]
