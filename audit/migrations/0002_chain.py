"""The chain of the log, made by the database itself when a transaction commits.

Events are inserted unchained; nobody waits for anybody while a transaction is open. A constraint trigger, deferred to the
commit, links them: its first firing locks the heads of the municipalities this transaction wrote to, in ascending order
so that two transactions never wait for each other, and links all its events; later firings see the link and return.
The function runs as the owner, so the app role needs no right to write links or heads.

The canonical form. An event's columns, in the order of `audit.models.COLUMNS`, become text: numbers and `tx` in
decimal, `at` as microseconds since 1970 UTC, `data` as PostgreSQL writes jsonb, null as null. Then

    hash = sha256(hash of the link before, 32 bytes, nothing for number 1
                  + UTF-8 of: number, a space, the columns as a JSON array as array_to_json writes it)

Everything is in plain PostgreSQL, so that a dump carries its own proof.
"""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION audit_columns(event audit_event) RETURNS text[]
LANGUAGE sql STABLE AS $$
    SELECT ARRAY[
        event.id::text, (extract(epoch FROM event.at) * 1000000)::bigint::text, event.municipality_id::text,
        event.actor_id::text, event.actor_role, event.action, event.subject_type, event.subject_id::text,
        event.guideline_version_id::text, event.data::text, event.tx::text
    ]
$$;

CREATE FUNCTION audit_hash(before bytea, number bigint, columns text[]) RETURNS bytea
LANGUAGE sql STABLE AS $$
    SELECT sha256(before || convert_to(number || ' ' || array_to_json(columns), 'UTF8'))
$$;

CREATE FUNCTION audit_chain_step(latest bytea, head bytea, number bigint, columns text[]) RETURNS bytea
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN sha256(coalesce(latest, head) || convert_to(number || ' ' || array_to_json(columns), 'UTF8'));
END
$$;

CREATE AGGREGATE audit_chain(head bytea, number bigint, columns text[]) (sfunc = audit_chain_step, stype = bytea);

CREATE FUNCTION audit_print(col text) RETURNS smallint
LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(hashtextextended(col, 0) & 32767, -1)::smallint
$$;

CREATE FUNCTION audit_prints(columns text[]) RETURNS smallint[]
LANGUAGE sql IMMUTABLE AS $$
    SELECT ARRAY[
        audit_print(columns[1]), audit_print(columns[2]), audit_print(columns[3]), audit_print(columns[4]),
        audit_print(columns[5]), audit_print(columns[6]), audit_print(columns[7]), audit_print(columns[8]),
        audit_print(columns[9]), audit_print(columns[10]), audit_print(columns[11])
    ]
$$;

CREATE FUNCTION audit_link_events() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    town bigint;
    head audit_head;
BEGIN
    IF NEW.tx <> pg_current_xact_id() THEN
        RAISE EXCEPTION 'audit_event %: the column tx is set by the database only', NEW.id;
    END IF;
    IF EXISTS (SELECT FROM audit_link l WHERE l.event_id = NEW.id) THEN
        RETURN NULL;
    END IF;
    -- NEW is the first of this transaction without a link; what it wrote afterwards has higher ids.
    FOR town IN
        SELECT DISTINCT e.municipality_id FROM audit_event e
        WHERE e.tx = pg_current_xact_id() AND e.id >= NEW.id ORDER BY 1
    LOOP
        INSERT INTO audit_head (municipality_id, number, hash) VALUES (town, 0, '') ON CONFLICT DO NOTHING;
        SELECT * INTO head FROM audit_head h WHERE h.municipality_id = town FOR NO KEY UPDATE;
        WITH linked AS (
            INSERT INTO audit_link (event_id, municipality_id, number, hash, prints)
            SELECT e.id, town, e.number,
                audit_chain(head.hash, e.number, e.columns) OVER (ORDER BY e.number), audit_prints(e.columns)
            FROM (
                SELECT ev.id, audit_columns(ev) AS columns, head.number + row_number() OVER (ORDER BY ev.id) AS number
                FROM audit_event ev
                WHERE ev.tx = pg_current_xact_id() AND ev.id >= NEW.id AND ev.municipality_id = town
            ) e
            RETURNING number, hash
        )
        UPDATE audit_head h SET number = latest.number, hash = latest.hash
        FROM (SELECT l.number, l.hash FROM linked l ORDER BY l.number DESC LIMIT 1) latest
        WHERE h.municipality_id = town;
    END LOOP;
    RETURN NULL;
END
$$;

CREATE FUNCTION audit_refuse() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The log is only added to: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END
$$;
"""

CHAIN_TRIGGER = """
CREATE CONSTRAINT TRIGGER audit_event_link AFTER INSERT ON audit_event
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_link_events();
"""

REFUSING_TRIGGERS = "".join(
    f"""
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
"""
    for table in ("audit_event", "audit_link", "audit_anchor")
)

AWAY = """
DROP TRIGGER audit_event_link ON audit_event;
DROP TRIGGER audit_event_append_only ON audit_event;
DROP TRIGGER audit_event_no_truncate ON audit_event;
DROP TRIGGER audit_link_append_only ON audit_link;
DROP TRIGGER audit_link_no_truncate ON audit_link;
DROP TRIGGER audit_anchor_append_only ON audit_anchor;
DROP TRIGGER audit_anchor_no_truncate ON audit_anchor;
DROP FUNCTION audit_refuse();
DROP FUNCTION audit_link_events();
DROP FUNCTION audit_prints(text[]);
DROP FUNCTION audit_print(text);
DROP AGGREGATE audit_chain(bytea, bigint, text[]);
DROP FUNCTION audit_chain_step(bytea, bytea, bigint, text[]);
DROP FUNCTION audit_hash(bytea, bigint, text[]);
DROP FUNCTION audit_columns(audit_event);
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.RunSQL(FUNCTIONS, "", elidable=False),
        migrations.RunSQL(CHAIN_TRIGGER + REFUSING_TRIGGERS, AWAY, elidable=False),
    ]
