"""What leaves the house in files, for R16: a package for the archive, a redacted copy, lists, evidence, backup, mail.

A comment goes all the way by the product's own acts, and each file is fetched as people fetch it.
"""

import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import requests
from django.conf import settings
from django.core import mail
from django.http import HttpRequest
from django.test import RequestFactory, override_settings
from django.urls import reverse
from django.utils import timezone
from django.utils.log import AdminEmailHandler

from archive import actions, redaction_actions
from archive.models import CaseRecord, ExportBatch
from archive.workflow import BatchStatus
from benchmarks.reliability.graph_page import GraphPage
from benchmarks.reliability.place import ROOT
from benchmarks.reliability.what_files_say import texts_in
from inbox import pulling
from inbox.actions import comments, forwardings, house_rules, interventions
from inbox.models import Channel, Comment, Intervention
from notices.models import Notice
from team.models import Membership, Role, Unit, User

REDACTED = "99887766"
WRITTEN = {
    "900_1": f"Jeg klager på brøytingen i Stasjonsvegen. Ring meg på {REDACTED}.",
    "900_2": "Dere er noen idioter på Stasjonsvegen",
}
PATIENCE = 90


def archivist_of(lead: Membership, email: str, password: str) -> Membership:
    """Make the archivist, who can sign in."""
    user = User.objects.create_user(email, password, name="Arkivar")
    return Membership.objects.create(user=user, municipality=lead.municipality, role=Role.ARCHIVIST)


def go_all_the_way(page: GraphPage, channel: Channel, lead: Membership, archivist: Membership) -> None:
    """Let two comments come in: one is passed on, redacted and exported, the other is hidden with evidence."""
    page.raw = None
    for key, text in WRITTEN.items():
        author = {"id": "77001", "name": "Kari Nordmann"}
        told = {"id": key, "message": text, "from": author, "created_time": "2026-11-20T10:00:00Z"}
        page.happen({"op": "upsert", "payload": told})
    _until(lambda: _pulled(channel) == len(WRITTEN), "the comments to come in")
    first, second = Comment.objects.filter(channel=channel).order_by("external_id")
    comments.sort(first, sortings=["case_handling"], by=lead)
    unit = Unit.objects.create(municipality=lead.municipality, name="Teknisk", code="TEK", email="tek@prove.example")
    passed_on = forwardings.plan(first, to=unit, by=lead)
    if passed_on is not None and passed_on.sent_at is None:
        forwardings.send(passed_on, by=lead)
    _until(lambda: CaseRecord.objects.filter(comment_id=first.pk, versions__isnull=False).exists(), "the record")
    record = CaseRecord.objects.get(comment_id=first.pk)
    redaction_actions.redact(record, [REDACTED], by=archivist)
    decision = actions.Decision(title="Klage på brøyting", public_title="Klage på brøyting", answered=True)
    actions.complete(record, decision, by=archivist)
    rule = house_rules.keep(code="hets", title="Hets", text="Vi skjuler hets.", allows=["hide"], by=lead)
    order = interventions.Order(rule=rule, reason="Hets", look_again_on=timezone.localdate() + timedelta(days=14))
    comments.sort(second, sortings=["negative"], documentation_value=False, by=lead)
    interventions.intervene(second, kind="hide", order=order, by=lead)
    _until(lambda: _packed(record, archivist), "the package")
    _until(lambda: Notice.objects.filter(kind="forwarding.send", status="SENT").exists(), "the mail to leave")


def _pulled(channel: Channel) -> int:
    Channel.objects.filter(pk=channel.pk).update(problem="", problem_since=None, looked_again_at=None)
    pulling.pull(channel.pk)
    return Comment.objects.filter(channel=channel).count()


def _packed(record: CaseRecord, archivist: Membership) -> bool:
    """Order the export once the archive has followed; a worker packs it."""
    batch = ExportBatch.objects.order_by("-pk").first()
    if batch is None or batch.status in {BatchStatus.FAILED, BatchStatus.CANCELLED}:
        actions.export([CaseRecord.objects.get(pk=record.pk)], by=archivist)
    return ExportBatch.objects.filter(status=BatchStatus.READY).exists()


def _until(true: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > end:
            raise TimeoutError(f"waited {PATIENCE} s for {what}")
        time.sleep(1)


def fetched(site: str, lead: requests.Session, archivist: requests.Session) -> dict[str, str]:
    """Return the words of every file that people take along, by name, the files inside files too."""
    record, batch, act = CaseRecord.objects.get(), ExportBatch.objects.latest("pk"), Intervention.objects.get()
    wanted = {
        "package": (archivist, reverse("archive:download", args=[batch.pk])),
        "redacted": (archivist, reverse("archive:redacted", args=[record.pk])),
        "csv": (archivist, reverse("archive:list_out", args=["alle", "csv"])),
        "json": (archivist, reverse("archive:list_out", args=["alle", "json"])),
        "evidence": (lead, reverse("inbox:intervention_evidence", args=[act.pk])),
    }
    said: dict[str, str] = {}
    for name, (browser, address) in wanted.items():
        answer = browser.get(f"{site}{address}", timeout=60)
        answer.raise_for_status()
        said |= dict(texts_in(name, answer.content))
    return said | backed_up()


def backed_up() -> dict[str, str]:
    """Take a backup; return what it says of itself and its stored files. The dump is the database itself."""
    folder = Path(mkdtemp()) / "backup"
    command = [sys.executable, "manage.py", "backup", str(folder)]
    subprocess.run(command, cwd=ROOT, env={**os.environ, "SOCIALDESK_AS_OWNER": "1"}, check=True, capture_output=True)
    said = {"backup/contents.json": (folder / "contents.json").read_text()}
    return said | dict(texts_in("backup/files", (folder / "files.tar").read_bytes()))


def error_mail(session: str, password: str) -> str:
    """Return what Django mails the operators, if they ask for it, when a page breaks down in the midst of a sign-in."""
    request = RequestFactory().post("/konto/login/", {"login": "leder@prove.example", "password": password})
    request.COOKIES[settings.SESSION_COOKIE_NAME] = session
    request.META["HTTP_COOKIE"] = f"{settings.SESSION_COOKIE_NAME}={session}"
    memory = "django.core.mail.backends.locmem.EmailBackend"
    with override_settings(ADMINS=[("Drift", "drift@prove.example")], EMAIL_BACKEND=memory):
        mail.outbox = []
        try:
            raise ZeroDivisionError("the page broke down")
        except ZeroDivisionError:
            record = _record(request, sys.exc_info())
        AdminEmailHandler(include_html=True).emit(record)
        return "".join(f"{one.subject} {one.body} {one.alternatives}" for one in mail.outbox)


def _record(request: HttpRequest, error: Any) -> logging.LogRecord:
    record = logging.LogRecord("django.request", logging.ERROR, __file__, 1, "Internal Server Error", (), error)
    record.request = request  # type: ignore[attr-defined]
    record.status_code = 500  # type: ignore[attr-defined]
    return record


def what_was_read(said: dict[str, str], mails: str) -> list[str]:
    """Return what should have been read and was not: a judge that reads nothing finds nothing."""
    of = {kind: "".join(text for name, text in said.items() if name.startswith(kind)) for kind in FILES}
    checks = {
        "package": "Stasjonsvegen" in of["package"] and REDACTED in of["package"],
        "redacted": "Stasjonsvegen" in of["redacted"],
        "csv": "Klage på brøyting" in of["csv"],
        "json": "Klage på brøyting" in of["json"],
        "evidence": "Stasjonsvegen" in of["evidence"],
        "backup": "Stasjonsvegen" in of["backup"] and "anchors" in of["backup"],
        "mail": "Stasjonsvegen" in mails,
    }
    return [name for name, was_read in checks.items() if not was_read]


FILES = ("package", "redacted", "csv", "json", "evidence", "backup")
