"""What a lead can change about the municipality."""

from datetime import time
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
    "keep_days",
    "opens_at",
    "closes_at",
    "sender_name",
    "sender_email",
)
ACCOUNT_POLICY = ("one_account_only", "one_account_clause")  # stands on the page for a new channel
# What is the municipality's own in a text.
OWN_DETAILS = ("website", "organisation_number", "own_phones", "own_accounts", "political_bodies")


@transaction.atomic
def change_municipality(municipality: Municipality, wanted: dict[str, Any], *, by: Membership) -> list[str]:
    """Change the settings named in `wanted` (SETTINGS, ACCOUNT_POLICY, OWN_DETAILS) and log each old and new.

    Returns what changed.

    ValueError for a field that is in none of them. Nothing changed is nothing logged.
    """
    known = (*SETTINGS, *ACCOUNT_POLICY, *OWN_DETAILS)
    if unknown := set(wanted) - {*known}:
        raise ValueError(f"Not settings of a municipality: {', '.join(sorted(unknown))}.")
    current = Municipality.objects.select_for_update(no_key=True).get(pk=municipality.pk)
    changed = [name for name in known if name in wanted and getattr(current, name) != wanted[name]]
    for name in changed:
        old, new = getattr(current, name), wanted[name]
        setattr(current, name, new)
        log.record("municipality.change", subject=current, by=by, field=name, old=_plain(old), new=_plain(new))
    if changed:
        current.save(update_fields=changed)
    return changed


def _plain(value: Any) -> Any:
    """Return a value as the log keeps it."""
    return f"{value:%H:%M}" if isinstance(value, time) else value
