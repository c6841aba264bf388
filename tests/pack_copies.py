"""A pack in force in a municipality: loaded the real way once in a session, and copied from then on.

Nearly every test wants a guideline in force and few are about its loading, which took a third of the time of the quick
tests. `tests/guidelines/test_versions.py` holds that a copy is what the loading makes, in the tables and in the log.
"""

from copy import copy
from typing import Any

from django.db import transaction
from django.db.models.base import ModelState
from django.utils import timezone

from audit import log, moves
from guidelines import workflow
from guidelines.actions import load_pack
from guidelines.models import DutyRow, Guideline, GuidelineVersion
from team.models import Municipality

_loaded: dict[str, tuple[GuidelineVersion, list[DutyRow]]] = {}


@transaction.atomic
def put_pack_in_force(municipality: Municipality, name: str) -> None:
    """Do what `load_pack` does for a municipality that has no guideline yet."""
    if name not in _loaded:
        version = load_pack(municipality, name)
        _loaded[name] = version, list(version.rows.all())
        return
    loaded, rows = _loaded[name]
    version = _unsaved(loaded)
    version.guideline = Guideline.objects.create(municipality=municipality)
    version.municipality = municipality
    version.status, version.in_force_from = workflow.Status.DRAFT, None
    version.save()
    copies = [_unsaved(row) for row in rows]
    for row in copies:
        row.version = version
    DutyRow.objects.bulk_create(copies)
    _tell(version)


def _tell(version: GuidelineVersion) -> None:
    """Write the two events of a loading, and make its move."""
    about = {"pack": version.pack_name, "number": version.number, "content_hash": version.content_hash}
    of = {"by": None, "guideline_version_id": version.pk}
    log.record("guideline.load", subject=version, **of, **about)
    moves.advance(version, workflow.PUT_IN_FORCE, **of, in_force_from=timezone.now())


def _unsaved(made: Any) -> Any:
    """Return a copy that will be a new row when it is saved."""
    new = copy(made)
    new.pk, new._state = None, ModelState()
    return new
