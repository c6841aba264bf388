"""R15: back up, wipe, restore. Every row of every table and every file is as it was, and the house works on.

The backup is taken by `manage.py backup`, as `make backup` does; the wiping is a new database and an empty store.
QUICK=1: 24 replies, else 600.
"""

import json
import os
import shutil
import time
from pathlib import Path

import psycopg2

from benchmarks.reliability.kills import left
from benchmarks.reliability.place import Figure, Place, opened

WIPE = "DROP SCHEMA public CASCADE; CREATE SCHEMA public; ALTER SCHEMA public OWNER TO pg_database_owner"
DIGEST = "SELECT count(*), coalesce(md5(string_agg(md5(t::text), '' ORDER BY t::text)), '') FROM {} t"


def main() -> Figure:
    """Return the figure: everything must be as it was."""
    replies = 24 if os.environ.get("QUICK") == "1" else 600
    with opened() as place:
        folder = Path(place.environment["SOCIALDESK_DATA_DIR"])
        place.run("benchmarks.reliability.replies", "plant", str(replies), place.simulator)
        _fill_store(folder / "files")
        before = _all(place, folder / "files")
        place.manage("backup", str(folder / "backup"), as_owner=True)
        _wipe(place, folder / "files")
        gone = len(_all(place, folder / "files"))
        place.manage("restore", str(folder / "backup"), as_owner=True)
        after = _all(place, folder / "files")
        anchors = json.loads((folder / "backup" / "contents.json").read_text(encoding="utf-8"))["anchors"]
        lines = place.manage("verify_log", *(f"--anchor={anchor}" for anchor in anchors)).splitlines()
        published = _publishes(place)
    different = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    whole = bool(lines) and all("whole" in line for line in lines)
    detail = {
        "different": different,
        "compared": len(before),
        "left_after_the_wipe": gone,
        "logs": lines,
        "anchors": len(anchors),
        "published_afterwards": published,
    }
    ok = not different and not gone and whole and bool(anchors) and published > 0
    return {"id": "R15", "value": len(different), "goal": 0, "ok": ok, "detail": detail}


def _fill_store(store: Path) -> None:
    """Put some files of our own into the store, an empty one among them."""
    for number in range(20):
        path = store / f"{number:02d}" / f"file-{number}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(os.urandom(number * 1000))


def _all(place: Place, store: Path) -> dict[str, str]:
    """Return what every table and every file holds, as a digest by name."""
    found = {f"file {path.relative_to(store)}": path.read_bytes().hex() for path in store.rglob("*") if path.is_file()}
    with psycopg2.connect(place.environment["DATABASE_OWNER_URL"]) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (name,) in cursor.fetchall():
            cursor.execute(DIGEST.format(name))
            found[name] = str(cursor.fetchone())
    connection.close()
    return found


def _wipe(place: Place, store: Path) -> None:
    with psycopg2.connect(place.environment["DATABASE_OWNER_URL"]) as connection, connection.cursor() as cursor:
        cursor.execute(WIPE)
    connection.close()
    shutil.rmtree(store)


def _publishes(place: Place) -> int:
    """Let a worker work on the restored database for a while; return how many replies came out."""
    worker = place.begin("benchmarks.reliability.replies", "publish")
    end, published = time.monotonic() + 60, 0
    try:
        while not published and time.monotonic() < end:
            time.sleep(1)
            published = left(place)[1]
    finally:
        worker.kill()
        worker.wait()
    return published
