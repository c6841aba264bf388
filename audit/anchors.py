"""Heads of the log written down outside the database, so that a tail cut off later is found."""

import logging

from django.db import transaction

from audit.models import AuditAnchor, AuditHead

stream = logging.getLogger("socialdesk.anchor")


@transaction.atomic
def anchor(municipality_id: int) -> AuditAnchor | None:
    """Write down where a municipality's log stands, in the table and as `municipality:number:hash` in the log stream.

    Events of the open transaction are not in it. Returns None when the log is empty.
    """
    head = AuditHead.objects.filter(municipality_id=municipality_id, number__gt=0).first()
    if head is None:
        return None
    written = AuditAnchor.objects.create(municipality_id=municipality_id, number=head.number, hash=bytes(head.hash))
    line = str(written)
    transaction.on_commit(lambda: stream.info(line))
    return written


def anchor_all() -> list[AuditAnchor]:
    """Anchor every municipality's log, and the installation's."""
    towns = AuditHead.objects.order_by("municipality_id").values_list("municipality_id", flat=True)
    return [written for written in map(anchor, list(towns)) if written]
