"""The records as a list for other tools, and for municipalities without Fiks Arkiv: CSV and JSON, who handled what."""

import csv
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Q

from archive.models import CaseRecord
from archive.oslo import in_oslo
from team.models import Municipality

COLUMNS = (
    *(
        "nummer",
        "status",
        "grunn",
        "tittel",
        "offentlig_tittel",
        "journalfores",
        "klasse",
        "enhet",
        "skjermet",
        "hjemmel",
    ),
    *("plattform", "konto", "avsender", "lenke", "publisert", "hentet", "slettet", "sortert_av", "tekst", "svar"),
    *("svart_av", "godkjent_av", "svart_naar", "videresendt_til", "kvittert", "bekreftet_av", "bekreftet_naar"),
    *("eksportert", "saksnummer", "nokkel"),
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
CHUNK = 200


def rows_for(municipality: Municipality, where: Q) -> Iterator[dict[str, Any]]:
    """Give one row a record, oldest first, some at a time. A shielded or sealed one shows neither sender nor words."""
    records = CaseRecord.objects.filter(where, municipality=municipality).order_by("pk")
    related = records.select_related("confirmed_by__user").prefetch_related("versions", "replies", "forwardings")
    for record in related.iterator(chunk_size=CHUNK):
        yield _row(record)


def _row(record: CaseRecord) -> dict[str, Any]:
    replies, sent = list(record.replies.all()), [one for one in record.forwardings.all() if not one.withdrawn]
    versions = list(record.versions.all())
    hidden = record.shield or record.sealed_at is not None
    values = (
        *(str(record), record.get_status_display(), record.get_reason_display()),
        *("" if hidden else record.title or record.proposed_title, record.public_title, _yes(record.journal)),
        *(record.class_code, record.case_unit_name or record.unit_name, _yes(record.shield), record.shield_basis),
        *(record.platform, record.channel_name, "" if hidden else record.author, "" if hidden else record.permalink),
        *(_at(record.posted_at), _at(record.captured_at), _at(record.deleted_at), record.decided_by),
        *("" if hidden or not versions else versions[-1].text, "" if hidden else _joined(one.text for one in replies)),
        *(_joined(one.author for one in replies), _joined(one.approved_by for one in replies)),
        *(_joined(_at(one.published_at) for one in replies), _joined(one.recipient for one in sent)),
        *(_joined(_at(one.received_at) for one in sent),),
        *(record.confirmed_by.name if record.confirmed_by else "", _at(record.confirmed_at), _at(record.exported_at)),
        *(record.case_number, str(record.key)),
    )
    return dict(zip(COLUMNS, values, strict=True))


def _yes(value: bool) -> str:
    return "ja" if value else "nei"


def _at(moment: datetime | None) -> str:
    return in_oslo(moment).isoformat(timespec="seconds") if moment else ""


def _joined(parts: Any) -> str:
    return " | ".join(part for part in parts if part)


class _Echo:
    """What a csv.writer writes to when the line itself is wanted."""

    def write(self, value: str) -> str:
        return value


def as_csv(rows: Iterator[dict[str, Any]]) -> Iterator[str]:
    """Give the lines of a CSV a spreadsheet opens as it is: semicolons, UTF-8 mark first, nothing it would calculate.

    A cell that begins as a formula gets an apostrophe before it, which spreadsheets do not show.
    """
    writer = csv.writer(_Echo(), delimiter=";", quoting=csv.QUOTE_ALL)
    yield "\ufeff" + writer.writerow(COLUMNS)
    for row in rows:
        yield writer.writerow([harmless(str(value)) for value in row.values()])


def harmless(cell: str) -> str:
    """Return the cell so that no spreadsheet takes it for a formula."""
    cell = cell.replace("\x00", "")
    return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULA) or cell.startswith(_FORMULA) else cell


def as_json(rows: Iterator[dict[str, Any]]) -> Iterator[str]:
    """Give the parts of a JSON list, one record a line."""
    yield "[\n"
    for place, row in enumerate(rows):
        yield ("" if place == 0 else ",\n") + json.dumps(row, ensure_ascii=False)
    yield "\n]\n"
