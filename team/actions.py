"""What a lead can change about the municipality."""

from typing import Any

from django.db import transaction

from audit import log
from team.models import Membership, Municipality

SETTINGS = (
    "leader_title",
    "executive_title",
    "accounts_word",
    "written_language",
    "enquiry_url",
    "enquiry_email",
    "notice_url",
    "hold_seconds",
)


@transaction.atomic
def change_municipality(municipality: Municipality, wanted: dict[str, Any], *, by: Membership) -> list[str]:
    """Change the settings named in `wanted` (of SETTINGS) and log each change old and new; returns what changed.

    ValueError for a field that is no setting. Nothing changed is nothing logged.
    """
    if unknown := set(wanted) - set(SETTINGS):
        raise ValueError(f"Not settings of a municipality: {', '.join(sorted(unknown))}.")
    current = Municipality.objects.select_for_update(no_key=True).get(pk=municipality.pk)
    changed = [name for name in SETTINGS if name in wanted and getattr(current, name) != wanted[name]]
    for name in changed:
        old, new = getattr(current, name), wanted[name]
        setattr(current, name, new)
        log.record("municipality.change", subject=current, by=by, field=name, old=old, new=new)
    if changed:
        current.save(update_fields=changed)
    return changed
