"""What a lead can do to the adopted text of a draft. The source itself is never changed: only cut, coded, corrected."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import log
from files import store
from files.models import StoredFile
from guidelines import splitting, workflow
from guidelines.actions import lock
from guidelines.damage import doubts_in, proposed
from guidelines.errors import RefusedError
from guidelines.extraction import MEDIA_TYPES, checked, read_text
from guidelines.models import DutyRow, Guideline, GuidelineVersion, TextSection
from team.models import Membership

Source = GuidelineVersion.Source


@dataclass(frozen=True)
class Adoption:
    """How a text was adopted; all but the title may be empty: "vedtak ikke registrert"."""

    title: str
    adopted_by: str = ""
    adopted_on: date | None = None
    case_number: str = ""
    link: str = ""


@dataclass(frozen=True)
class SourceText:
    """A text brought in: its exact characters, and where they came from."""

    text: str
    kind: str
    name: str = ""
    file: StoredFile | None = None


@dataclass(frozen=True)
class SectionChange:
    """What a lead wants one section to be and to say; `words` equal to the source takes a correction away.

    An empty `kind` leaves it as it is.
    """

    code: str
    words: str
    audiences: list[str] = field(default_factory=list)
    is_unsure: bool = False
    kind: str = ""


def pasted(text: str) -> SourceText:
    """Return what somebody pasted. UnreadableFileError when it holds nothing."""
    return SourceText(checked(text), Source.PASTED)


def uploaded(upload: "UploadedFile[bytes]", *, by: Membership) -> SourceText:
    """Read an uploaded file and keep its bytes. UnreadableFileError says why not; nothing is kept then."""
    name = (upload.name or "")[:200]
    text, kind = read_text(upload, name=name, size=upload.size or 0)
    kept = store.put(upload, municipality_id=by.municipality_id, media_type=MEDIA_TYPES[kind])
    return SourceText(text, kind, name, kept)


@transaction.atomic
def start_version(adoption: Adoption, source: SourceText | None, *, by: Membership) -> GuidelineVersion:
    """Make the next draft with this text, split into sections, and with the duties that hold now.

    Without a source the text in force is taken, with its corrections. RefusedError when there is none.
    """
    guideline, _created = Guideline.objects.get_or_create(municipality_id=by.municipality_id)
    lock(guideline)
    current = guideline.versions.filter(status=workflow.Status.IN_FORCE).first()
    if source is None and not (current and current.has_text):
        raise RefusedError(_("Lim inn teksten, eller last opp en fil."))
    version = _draft(guideline, current, adoption, source)
    if source:
        _save_split(version, source.text)
    elif current:
        copy_sections(current, version)
    if current:
        rows = current.rows.order_by("position")
        DutyRow.objects.bulk_create([DutyRow.of(version, row.position, row.as_duty()) for row in rows])
    log.record(
        "guideline.draft",
        subject=version,
        by=by,
        guideline_version_id=version.pk,
        number=version.number,
        source=version.source_kind,
        content_hash=version.content_hash,
    )
    return version


def _draft(
    guideline: Guideline, current: GuidelineVersion | None, adoption: Adoption, source: SourceText | None
) -> GuidelineVersion:
    municipality = guideline.municipality
    latest = guideline.versions.aggregate(number=Max("number"))["number"] or 0
    text = source.text if source else current.source_text if current else ""
    return GuidelineVersion.objects.create(
        guideline=guideline,
        municipality=municipality,
        number=latest + 1,
        **vars(adoption),
        leader_title=municipality.leader_title,
        executive_title=municipality.executive_title,
        accounts_word=municipality.accounts_word,
        sections=current.sections if current else [],
        asked_audiences=current.asked_audiences if current else [],
        source_text=text,
        source_kind=source.kind if source else current.source_kind if current else "",
        source_name=source.name if source else current.source_name if current else "",
        source_file=source.file if source else current.source_file if current else None,
        content_hash=log.content_hash(text),
    )


def _save_split(version: GuidelineVersion, text: str) -> None:
    TextSection.objects.bulk_create(
        TextSection(
            version=version,
            position=position,
            kind=one.kind,
            code=one.code,
            text=one.text,
            audiences=list(one.audiences),
            doubts=list(one.doubts),
            is_unsure=bool(one.doubts),
        )
        for position, one in enumerate(splitting.split(text), 1)
    )


def copy_sections(current: GuidelineVersion, version: GuidelineVersion) -> None:
    """Give a new draft the adopted text of a version, cut and corrected as it is there."""
    rows = list(current.text_sections.order_by("position"))
    for row in rows:
        row.pk, row.version = None, version
        row._state.adding = True
    TextSection.objects.bulk_create(rows)


@transaction.atomic
def save_sections(
    version: GuidelineVersion, adoption: Adoption, changes: Mapping[int, SectionChange], *, by: Membership
) -> int:
    """Save what the lead changed, by the sections' ids; returns how many changed. RefusedError when it is no draft."""
    version = _locked_draft(version)
    for name, value in vars(adoption).items():
        setattr(version, name, value)
    version.save(update_fields=list(vars(adoption)))
    changed = [
        section
        for section in version.text_sections.select_for_update(no_key=True)
        if section.pk in changes and _change(section, changes[section.pk], by)
    ]
    _refuse_repeated_codes(version)
    if changed:
        _note(
            version, "guideline.edit", by, sections=len(changed), corrected=sum(bool(one.correction) for one in changed)
        )
    return len(changed)


def _change(section: TextSection, change: SectionChange, by: Membership) -> bool:
    words = change.words.replace("\r\n", "\n").strip()
    # A form shows a section without the empty lines round it; they are no correction.
    correction = "" if words in {"", section.text.strip()} else section.text.replace(section.text.strip(), words, 1)
    before = _said_of(section)
    if correction != section.correction:
        section.correction = correction
        section.corrected_by, section.corrected_at = (by, timezone.now()) if correction else (None, None)
    section.code, section.audiences, section.is_unsure = change.code, change.audiences, change.is_unsure
    section.kind = change.kind or section.kind
    if before == _said_of(section):
        return False
    section.save()
    return True


def _said_of(section: TextSection) -> tuple[object, ...]:
    """Return what a person can say of a section."""
    return (section.code, section.kind, section.correction, section.audiences, section.is_unsure)


def _refuse_repeated_codes(version: GuidelineVersion) -> None:
    codes = [code for code in version.text_sections.values_list("code", flat=True) if code]
    if twice := sorted({code for code in codes if codes.count(code) > 1}):
        raise RefusedError(_("Koden %(code)s står på flere deler. Hver kode kan bare stå på én.") % {"code": twice[0]})


@transaction.atomic
def cut_section(section: TextSection, before: str, *, by: Membership) -> None:
    """Cut a section in two; the second begins at the words `before`. RefusedError when they are not inside it."""
    version = _locked_draft(section.version)
    place = section.text.find(before) if before.strip() else -1
    if place < 1:
        raise RefusedError(_("Skriv ordene den nye delen skal begynne med, slik de står i kilden."))
    if section.correction:
        raise RefusedError(_("Delen er rettet. Ta bort rettingen før du deler den."))
    TextSection.objects.filter(version=version, position__gt=section.position).update(position=F("position") + 1)
    first, second = section.text[:place], section.text[place:]
    section.text, section.doubts = first, _damage(first)
    section.save()
    TextSection.objects.create(
        version=version,
        position=section.position + 1,
        kind=splitting.kind_of(second),
        text=second,
        audiences=section.audiences,
        doubts=_damage(second),
        is_unsure=bool(_damage(second)),
    )
    _note(version, "guideline.cut", by, position=section.position)


@transaction.atomic
def join_with_next(section: TextSection, *, by: Membership) -> None:
    """Let a section and the next one be one. RefusedError when it is the last, or one of them is corrected."""
    version = _locked_draft(section.version)
    following = version.text_sections.filter(position=section.position + 1).first()
    if following is None:
        raise RefusedError(_("Det er ingen del etter denne."))
    if section.correction or following.correction:
        raise RefusedError(_("En av delene er rettet. Ta bort rettingen før du slår dem sammen."))
    section.text += following.text
    section.doubts = list(dict.fromkeys([*section.doubts, *following.doubts]))
    section.is_unsure = section.is_unsure or following.is_unsure
    following.delete()
    section.save()
    TextSection.objects.filter(version=version, position__gt=section.position).update(position=F("position") - 1)
    _note(version, "guideline.join", by, position=section.position)


@transaction.atomic
def use_proposal(section: TextSection, *, by: Membership) -> None:
    """Correct the damaged letters of a section as proposed; it stays marked as a correction, with the lead's name."""
    version = _locked_draft(section.version)
    words = proposed(section.words)
    if words == section.words:
        raise RefusedError(_("Det er ingen forslag til denne delen."))
    section.correction, section.corrected_by, section.corrected_at = words, by, timezone.now()
    section.is_unsure = bool(doubts_in(words))
    section.save()
    _note(version, "guideline.correct", by, position=section.position, text_hash=log.content_hash(words))


def joined(sections: Iterable[TextSection]) -> str:
    """Return the source as the sections hold it."""
    return "".join(section.text for section in sections)


def _damage(text: str) -> list[str]:
    return list(next(iter(splitting.split(text))).doubts) if text.strip() else []


def _locked_draft(version: GuidelineVersion) -> GuidelineVersion:
    version = GuidelineVersion.objects.select_for_update(no_key=True).get(pk=version.pk)
    if version.status != workflow.Status.DRAFT:
        raise RefusedError(_("Versjonen er ikke lenger et utkast. Lag en ny versjon for å endre teksten."))
    return version


def _note(version: GuidelineVersion, action: str, by: Membership, **data: object) -> None:
    log.record(action, subject=version, by=by, guideline_version_id=version.pk, **data)
