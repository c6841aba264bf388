"""The only way a view gets an object of the archive. "Not yours" and "not there" are the same 404."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from archive.models import ArchiveSettings, CaseRecord, CodeValue, ExportBatch, SentMessage
from team.access import member_of
from team.models import Membership


def reader_of(request: HttpRequest) -> Membership:
    """Return the member asking, if they may see what citizens wrote; else PermissionDenied."""
    member = member_of(request)
    if not member.sees_content:
        raise PermissionDenied
    return member


def archivist_of(request: HttpRequest) -> Membership:
    """Return the member asking, if they are an archivist; else PermissionDenied."""
    member = member_of(request)
    if not member.may_archive:
        raise PermissionDenied
    return member


def record_for(member: Membership, pk: int) -> CaseRecord:
    """Return the record, if it belongs to the member's municipality."""
    record = (
        CaseRecord.objects.filter(municipality_id=member.municipality_id, pk=pk)
        .select_related(
            "municipality",
            "confirmed_by__user",
            "collecting",
            "together_with",
            "guideline_version__guideline__municipality",
        )
        .first()
    )
    if record is None:
        raise Http404
    return record


def batch_for(member: Membership, pk: int) -> ExportBatch:
    """Return the export, if it belongs to the member's municipality."""
    batch = (
        ExportBatch.objects.filter(municipality_id=member.municipality_id, pk=pk)
        .select_related("municipality", "created_by__user", "package", "packing")
        .first()
    )
    if batch is None:
        raise Http404
    return batch


def settings_for(municipality_id: int) -> ArchiveSettings:
    """Return the archive codes of the municipality, with our defaults the first time."""
    return ArchiveSettings.objects.get_or_create(municipality_id=municipality_id)[0]


def code_for(member: Membership, pk: int) -> CodeValue:
    """Return the value of a code list, if it belongs to the member's municipality."""
    value = CodeValue.objects.filter(municipality_id=member.municipality_id, pk=pk).first()
    if value is None:
        raise Http404
    return value


def known_list(name: str) -> None:
    """Raise 404 for a code list that there is none of."""
    if name not in CodeValue.List.values:
        raise Http404


def message_for(member: Membership, pk: int) -> SentMessage:
    """Return the message that went out, if it belongs to the member's municipality."""
    message = (
        SentMessage.objects.filter(municipality_id=member.municipality_id, pk=pk)
        .select_related("record__collecting", "record__together_with", "batch", "answered_by__user")
        .first()
    )
    if message is None:
        raise Http404
    return message
