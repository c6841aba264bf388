"""The evidence of an act as a file to take along: a page to read, the pictures, the stored JSON, and their hashes.

Names inside are ours, never the platform's. The same act gives the same JSON and pictures each time; only the page
tells when it was made. `sha256sum -c SHA256SUMS` checks it all. It leaves the house, so it is in the municipality's
written language whoever fetches it.
"""

import hashlib
import json
import zipfile
from dataclasses import dataclass
from typing import IO, Any

from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.dateparse import parse_datetime

from files.models import StoredFile
from files.store import FileDamagedError, open_stored
from inbox.models import Attachment, Intervention

JSON, PAGE, SUMS = "bevis.json", "bevis.html", "SHA256SUMS"
ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/gif": "gif"}


@dataclass(frozen=True)
class Enclosed:
    """An original picture of the evidence: its name in the file, its hash, and its bytes (None: damaged in store)."""

    name: str
    sha256: str
    alt: str
    url: str
    data: bytes | None

    @property
    def is_seen(self) -> bool:
        """Whether a browser shows it by itself."""
        return self.data is not None and not self.name.endswith(".bin")


def write_package(act: Intervention, into: IO[bytes]) -> None:
    """Write the zip of the act's evidence. FileDamagedError when the stored evidence is not what was stored.

    A picture that is damaged is left out, and the page says so.
    """
    if act.evidence is None:
        raise ValueError("the act has no evidence")
    with open_stored(act.evidence) as stored:
        content = stored.read()
    told = json.loads(content)
    pictures = _pictures(act, told)
    page = _page(act, told, act.evidence.sha256, pictures)
    files = {PAGE: page, JSON: content} | {one.name: one.data for one in pictures if one.data is not None}
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in files.items())
    at = (parse_datetime(told["gathered_at"]) or act.planned_at).timetuple()[:6]
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in {**files, SUMS: sums.encode()}.items():
            entry = zipfile.ZipInfo(f"bevis-{act.pk}/{name}", at)
            entry.external_attr = 0o644 << 16
            package.writestr(entry, data, zipfile.ZIP_DEFLATED)


def _pictures(act: Intervention, told: dict[str, Any]) -> list[Enclosed]:
    """The pictures tied to the act, each file once, in the order they were written."""
    kept = {one.original.sha256: one.original for one in act.pictures.select_related("original")}
    found: dict[str, Enclosed] = {}
    for row in told.get("attachments", []):
        sha256 = (row.get("original") or {}).get("sha256", "")
        if sha256 in kept and sha256 not in found:
            ending = ENDINGS.get(kept[sha256].media_type, "bin")
            name = f"bilder/{len(found) + 1:02d}-{sha256[:8]}.{ending}"
            found[sha256] = Enclosed(name, sha256, row["alt"], row["url"], _bytes(kept[sha256]))
    return list(found.values())


def _bytes(stored: StoredFile) -> bytes | None:
    try:
        with open_stored(stored) as content:
            return content.read()
    except (FileDamagedError, OSError):
        return None


def _page(act: Intervention, told: dict[str, Any], sha256: str, pictures: list[Enclosed]) -> bytes:
    missing = [_lacking(row) for row in told.get("attachments", []) if not row.get("original")]
    context = {
        "act": act,
        "told": _with_times(told),
        "sha256": sha256,
        "pictures": pictures,
        "missing": missing,
        "made_at": timezone.now(),
    }
    with translation.override(act.municipality.written_language):
        return render_to_string("inbox/evidence_page.html", context).encode("utf-8", "replace")


def _lacking(row: dict[str, Any]) -> dict[str, Any]:
    """An attachment that was not fetched, its kind and reason in words (lazy) and not in our codes."""
    kinds, reasons = dict(Attachment.Kind.choices), dict(Attachment.Reason.choices)
    return {**row, "kind": kinds.get(row["kind"], row["kind"]), "reason": reasons.get(row["reason"], row["reason"])}


def _with_times(value: Any) -> Any:
    """The same values, with moments (names that end in `at`) as moments, for the page to write in our own way."""
    if isinstance(value, list):
        return [_with_times(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        name: (parse_datetime(one) or one) if name.endswith("at") and isinstance(one, str) else _with_times(one)
        for name, one in value.items()
    }
