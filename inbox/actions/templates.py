"""What a person can do to a template, and which text needs no second person because a lead approved it before."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from audit import log, moves
from guidelines.duties import Sorting
from inbox import library, workflow
from inbox.actions.errors import NotAllowedError, RefusedError
from inbox.models import Channel, Reply, Template, TemplateVersion
from inbox.models.template import LANGUAGES
from team.models import Membership, Municipality

DEFAULTS = Path(__file__).resolve().parent / "default_templates.toml"
SHORT_CODE = re.compile("[a-zæøå]{2}")
REVIEW_AFTER = timedelta(days=365)


def preapproved(reply: Reply) -> TemplateVersion | None:
    """Return the template version whose unchanged, approved text the reply is; None when a second person must read it.

    A picture, a retold story, one changed character, a newer version, an expired review date or a sorting the template
    is not meant for: None.
    """
    version = reply.template_version
    if reply.picture_id or reply.tells_story or reply.is_joint:
        return None  # a lead approved words to one sender, not this picture, this person's story, or an answer to many
    if version is None or not reply.text_hash or reply.text_hash != reply.template_text_hash:
        return None
    template = version.template
    still = template.is_usable and template.latest == version and version.approved_at is not None
    return version if still and library.fits(template, reply.comment) else None


def is_fixed(version: TemplateVersion | None) -> bool:
    """Tell whether it is a fixed answer to an emergency."""
    return version is not None and version.template.kind == Template.Kind.URGENT


def note_of(version: TemplateVersion | None) -> dict[str, object] | None:
    """Return what the log says of an answer that was approved beforehand."""
    if version is None:
        return None
    return {"template": version.template_id, "template_name": version.template.name, "template_version": version.number}


def _must_lead(by: Membership) -> None:
    if not by.may_approve:
        raise NotAllowedError(_("Bare en leder kan gjøre dette."))


def _must_answer(by: Membership) -> None:
    if not by.may_answer:
        raise NotAllowedError(_("Bare de som svarer for kommunen kan gjøre dette."))


@transaction.atomic
def create(
    *,
    name: str,
    texts: Mapping[str, str],
    by: Membership,
    review_on: date,
    kind: str = Template.Kind.USUAL,
    sortings: Sequence[str] = (),
    platforms: Sequence[str] = (),
) -> Template:
    """Write a new template as a draft; `texts` by language (nb, nn, en), at least one."""
    _must_answer(by)
    texts = _checked(texts)
    try:
        with transaction.atomic():
            template = Template.objects.create(
                municipality=by.municipality,
                name=name.strip(),
                kind=kind,
                sortings=_known(sortings),
                platforms=_channels(platforms),
                owner=by,
                review_on=review_on,
            )
    except IntegrityError as error:
        raise RefusedError(_("Det finnes allerede en mal med dette navnet.")) from error
    log.record("template.create", subject=template, by=by, version=1)
    TemplateVersion.objects.create(template=template, number=1, saved_by=by, **texts)
    return template


@transaction.atomic
def change(
    template: Template,
    *,
    name: str,
    texts: Mapping[str, str],
    by: Membership,
    review_on: date,
    kind: str,
    sortings: Sequence[str],
    platforms: Sequence[str] = (),
) -> None:
    """Save a new version: the template is a draft again until a lead approves it. Earlier versions are kept."""
    _must_answer(by)
    texts = _checked(texts)
    Template.objects.select_for_update(no_key=True).get(pk=template.pk)
    latest = template.latest
    number = latest.number + 1 if latest else 1
    try:
        with transaction.atomic():
            moves.advance(
                template,
                workflow.CHANGE_TEMPLATE,
                by=by,
                note={"template_version": number},
                name=name.strip(),
                kind=kind,
                sortings=_known(sortings),
                platforms=_channels(platforms),
                review_on=review_on,
            )
    except IntegrityError as error:
        raise RefusedError(_("Det finnes allerede en mal med dette navnet.")) from error
    TemplateVersion.objects.create(template=template, number=number, saved_by=by, **texts)


@transaction.atomic
def approve(template: Template, *, by: Membership) -> None:
    """Approve the latest version: from now on its unchanged text needs no second person."""
    _must_lead(by)
    if template.is_expired:
        raise RefusedError(_("Sett en dato fram i tid for når malen skal ses over."))
    latest = template.latest
    if latest is None:
        raise RefusedError(_("Malen har ingen tekst."))
    moves.advance(template, workflow.APPROVE_TEMPLATE, by=by, note={"template_version": latest.number})
    TemplateVersion.objects.filter(pk=latest.pk).update(approved_by=by, approved_at=timezone.now())


@transaction.atomic
def retire(template: Template, *, by: Membership) -> None:
    """Take the template out of use. Its versions stay."""
    _must_lead(by)
    moves.advance(template, workflow.RETIRE_TEMPLATE, by=by)


@transaction.atomic
def revive(template: Template, *, by: Membership) -> None:
    """Take a retired template up again, as a draft."""
    _must_lead(by)
    moves.advance(template, workflow.REVIVE_TEMPLATE, by=by)


@transaction.atomic
def set_short_code(template: Template, *, code: str, by: Membership) -> None:
    """Give the template its two letters for the keyboard (`m` and the code), or none; its texts are not touched.

    RefusedError when it is not two letters, or another template has it.
    """
    _must_lead(by)
    code = code.strip().lower()
    if code and not SHORT_CODE.fullmatch(code):
        raise RefusedError(_("Koden er to bokstaver, som «åp». La feltet stå tomt for ingen kode."))
    holder = Template.objects.filter(municipality_id=template.municipality_id, short_code=code).exclude(pk=template.pk)
    if code and (other := holder.first()):
        raise RefusedError(_("Malen «%(name)s» har denne koden.") % {"name": other.name})
    if code != template.short_code:
        log.record("template.short_code", subject=template, by=by, old=template.short_code, new=code)
        template.short_code = code
        template.save(update_fields=["short_code"])


def _checked(texts: Mapping[str, str]) -> dict[str, str]:
    """Return the texts tidied. Refused without any, and for a field nobody fills."""
    tidy = {language: texts.get(language, "").replace("\r\n", "\n").strip() for language in LANGUAGES}
    if not any(tidy.values()):
        raise RefusedError(_("Skriv malen på minst ett språk."))
    unknown = {name for text in tidy.values() for name in library.FIELD.findall(text)} - set(library.FIELDS)
    if unknown:
        fields = get_text_list([f"{{{name}}}" for name in library.FIELDS], _("og"))
        raise RefusedError(_("Ukjent felt i malen. Du kan bruke %(fields)s.") % {"fields": fields})
    return tidy


def _channels(platforms: Sequence[str]) -> list[str]:
    return [str(one) for one in Channel.Platform if one in platforms]


def _known(sortings: Sequence[str]) -> list[str]:
    return [str(one) for one in Sorting if one in sortings]


@transaction.atomic
def load_defaults(municipality: Municipality) -> int:
    """Load the templates of `default_templates.toml` that the municipality lacks by name, approved. Returns how many.

    They come with the packs, so the log has nobody as their approver; a lead changes or retires them like any other.
    """
    with DEFAULTS.open("rb") as file:
        rows: list[dict[str, Any]] = tomllib.load(file)["template"]
    known = set(Template.objects.filter(municipality=municipality).values_list("name", flat=True))
    fresh = [row for row in rows if row["name"] not in known]
    for row in fresh:
        _load(municipality, row)
    return len(fresh)


def _load(municipality: Municipality, row: Mapping[str, Any]) -> None:
    code = row.get("code", "")
    taken = Template.objects.filter(municipality=municipality, short_code=code).exists()
    template = Template.objects.create(
        municipality=municipality,
        name=row["name"],
        short_code="" if taken else code,
        kind=row.get("kind", Template.Kind.USUAL),
        sortings=_known(row.get("sortings", [])),
        review_on=timezone.localdate() + REVIEW_AFTER,
    )
    texts = _checked({language: row.get(language, "") for language in LANGUAGES})
    TemplateVersion.objects.create(template=template, number=1, approved_at=timezone.now(), **texts)
    moves.advance(template, workflow.APPROVE_TEMPLATE, by=None, note={"template_version": 1})
