"""Records on the archivist's desk, as the tests need them: opened by a sorting, followed, confirmed."""

from pathlib import Path
from typing import Any

from django.test import Client

from archive import actions, intake
from archive.actions import Decision
from archive.models import CaseRecord
from audit import log
from inbox.actions import comments
from tests import cast
from tests.factories import make_comment

OFFICIAL = Path(__file__).parents[3] / "shared/noark/fiks-arkiv-v1"
EFORMIDLING = Path(__file__).parents[3] / "shared/noark/eformidling"


def follow(place: cast.Cast) -> None:
    """Let the archive catch up with the log."""
    log.link_now()
    intake.follow(place.municipality.pk)


def opened(place: cast.Cast, text: str = "Jeg vil klage på brøytingen", **fields: Any) -> CaseRecord:
    comment = make_comment(place.post, text=text, **fields)
    comments.sort(comment, sortings=["case_handling"], by=place.ola)
    follow(place)
    return CaseRecord.objects.get(comment_id=comment.pk)


def confirm(record: CaseRecord, place: cast.Cast, **changes: Any) -> CaseRecord:
    decision = {"title": record.proposed_title, "public_title": record.proposed_title, **changes}
    actions.complete(record, Decision(**decision), by=place.arne)
    record.refresh_from_db()
    return record


def confirmed(place: cast.Cast, **fields: Any) -> CaseRecord:
    return confirm(opened(place, **fields), place)


def archivist(place: cast.Cast) -> Client:
    client = Client()
    client.force_login(place.arne.user)
    return client
