"""Read and confirm: asks people by e-mail to read the guideline, reminds them, and keeps when they confirmed.

Off until a municipality turns it on. Nothing is stored of anybody but name, address, group and the time of the answer.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from audit import log
from guidelines.errors import RefusedError
from guidelines.models import Acknowledgement, Audience, Guideline, GuidelineVersion, Reader
from guidelines.people import Person
from guidelines.queries import NoGuidelineInForceError, version_in_force
from guidelines.workflow import Status
from notices.actions import queue
from notices.errors import NoticeError
from team.models import Membership, Municipality

BATCH = 500


@dataclass(frozen=True)
class GroupCount:
    """How many of one group were asked, and how many confirmed."""

    audience: str
    label: str
    asked: int
    confirmed: int


def put_in_outbox(
    municipality: Municipality, *, kind: str, to: str, subject: str, body: str, key: str, by: Membership | None
) -> None:
    """Hand one mail to the outbox; RefusedError for an address that cannot be sent to. Nothing else here sends mail."""
    try:
        queue(municipality, kind=kind, to=to, subject=subject, body=body, key=key, by=by)
    except NoticeError as error:
        raise RefusedError(str(error)) from error


@transaction.atomic
def change_asking(
    guideline: Guideline, *, asks: bool, remind_after_days: int, audiences: list[str], by: Membership
) -> None:
    """Turn read-and-confirm on or off, and say whom the version in force asks. Asks those who now are to be asked."""
    version = version_in_force(by.municipality)
    guideline.asks_confirmation, guideline.remind_after_days = asks, remind_after_days
    guideline.save(update_fields=["asks_confirmation", "remind_after_days"])
    version.asked_audiences = audiences
    version.save(update_fields=["asked_audiences"])
    log.record(
        "guideline.asking",
        subject=version,
        by=by,
        guideline_version_id=version.pk,
        asks=asks,
        remind_after_days=remind_after_days,
        audiences=audiences,
    )
    ask_again(version, by=by)


@transaction.atomic
def invite(people: Iterable[Person], *, by: Membership) -> int:
    """Keep the people and ask those whose group is to confirm; returns how many are asked now."""
    for person in people:
        name = {"name": person.name} if person.name else {}
        Reader.objects.update_or_create(
            municipality_id=by.municipality_id, email=person.email, defaults={"audience": person.audience, **name}
        )
    return ask_again(_version_in_force(by.municipality), by=by)


@transaction.atomic
def ask_again(version: GuidelineVersion, *, by: Membership | None) -> int:
    """Ask every kept person of the version's groups who has not been asked about it; returns how many."""
    guideline = version.guideline
    if not guideline.asks_confirmation or not version.asked_audiences:
        return 0
    waiting = list(
        Reader.objects.filter(municipality_id=version.municipality_id, audience__in=version.asked_audiences)
        .exclude(acknowledgements__version=version)
        .order_by("pk")
    )
    asked = Acknowledgement.objects.bulk_create(
        [
            Acknowledgement(
                municipality_id=version.municipality_id, version=version, reader=one, token=secrets.token_urlsafe(32)
            )
            for one in waiting
        ]
    )
    for one in asked:
        _send(one, "guideline.invite", f"invite:{version.pk}:{one.reader_id}", by)
    if asked:
        log.record("guideline.ask", subject=version, by=by, guideline_version_id=version.pk, count=len(asked))
    return len(asked)


@transaction.atomic
def remind(version: GuidelineVersion, *, by: Membership | None) -> int:
    """Remind everybody who has not confirmed, at most once a day; returns how many."""
    today = timezone.localdate()
    waiting = version.acknowledgements.filter(confirmed_at=None).exclude(reminded_at__date=today)
    return _remind(list(waiting.select_related("reader", "municipality")), version, by)


def remind_due(now: datetime) -> int:
    """Remind, once, those whose municipality's days have passed; returns how many. Run by Celery beat."""
    count = 0
    for version in GuidelineVersion.objects.filter(
        status=Status.IN_FORCE, guideline__asks_confirmation=True
    ).select_related("guideline", "municipality"):
        asked_before = now - timedelta(days=version.guideline.remind_after_days)
        with transaction.atomic():
            due = version.acknowledgements.filter(
                confirmed_at=None, reminded_at=None, asked_at__lte=asked_before
            ).select_for_update(no_key=True, skip_locked=True, of=("self",))
            count += _remind(list(due.select_related("reader", "municipality")[:BATCH]), version, None)
    return count


def _remind(waiting: list[Acknowledgement], version: GuidelineVersion, by: Membership | None) -> int:
    now = timezone.now()
    for one in waiting:
        _send(one, "guideline.remind", f"remind:{version.pk}:{one.reader_id}:{timezone.localdate()}", by)
    Acknowledgement.objects.filter(pk__in=[one.pk for one in waiting]).update(reminded_at=now)
    if waiting:
        log.record("guideline.remind", subject=version, by=by, guideline_version_id=version.pk, count=len(waiting))
    return len(waiting)


@transaction.atomic
def confirm(invitation: Acknowledgement) -> None:
    """Keep that the person has read the version; harmless twice. The log counts elected members without saying who."""
    changed = Acknowledgement.objects.filter(pk=invitation.pk, confirmed_at=None).update(confirmed_at=timezone.now())
    if not changed:
        return
    audience = invitation.reader.audience
    subject = invitation.version if audience == Audience.ELECTED else invitation
    log.record(
        "guideline.confirm", subject=subject, by=None, guideline_version_id=invitation.version_id, audience=audience
    )


def own_invitation(member: Membership, version: GuidelineVersion) -> Acknowledgement | None:
    """Return what the signed-in person themself has been asked, if anything."""
    if version.status != Status.IN_FORCE:
        return None
    return version.acknowledgements.filter(reader__email=member.user.email.casefold()).first()


def last_read_before(invitation: Acknowledgement) -> GuidelineVersion | None:
    """Return the version this person confirmed last before this one, or None."""
    confirmed = Acknowledgement.objects.filter(reader_id=invitation.reader_id, confirmed_at__isnull=False)
    before = (
        confirmed.filter(version__number__lt=invitation.version.number)
        .select_related("version")
        .order_by("-version__number")
        .first()
    )
    return before.version if before else None


def counts(version: GuidelineVersion) -> list[GroupCount]:
    """Return how many of each group were asked and have confirmed."""
    rows = version.acknowledgements.values("reader__audience").annotate(
        asked=Count("pk"), confirmed=Count("pk", filter=Q(confirmed_at__isnull=False))
    )
    found = {row["reader__audience"]: row for row in rows}
    return [
        GroupCount(value, str(label), found[value]["asked"], found[value]["confirmed"])
        for value, label in Audience.choices
        if value in found
    ]


def named(version: GuidelineVersion) -> list[Acknowledgement]:
    """Return those whose names the lead may see with their answers: never elected members."""
    return list(
        version.acknowledgements.exclude(reader__audience=Audience.ELECTED)
        .select_related("reader")
        .order_by("confirmed_at", "reader__name", "reader__email")
    )


def _version_in_force(municipality: Municipality) -> GuidelineVersion:
    try:
        return version_in_force(municipality)
    except NoGuidelineInForceError as error:
        raise RefusedError(_("Kommunen har ingen retningslinjer som gjelder.")) from error


def _send(one: Acknowledgement, kind: str, key: str, by: Membership | None) -> None:
    link = settings.SITE_URL + reverse("guidelines:confirm", args=[one.token])
    municipality = one.municipality
    with translation.override(municipality.written_language):
        subject = _("Les retningslinjene for sosiale medier i %(name)s") % {"name": municipality.name}
        body = _(
            "Hei\n\n%(name)s ber deg lese retningslinjene for sosiale medier og bekrefte at du har lest dem.\n\n"
            "%(link)s\n\nLenken er din egen. Du trenger ikke logge inn.\n\nHilsen %(name)s"
        ) % {"name": municipality.name, "link": link}
    put_in_outbox(municipality, kind=kind, to=one.reader.email, subject=subject, body=body, key=key, by=by)
