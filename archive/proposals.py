"""What we propose to the archivist about one record. Nothing is inferred from what the citizen wrote.

A proposal never becomes a decision by itself: `archive.actions.complete` keeps both, side by side.
"""

from dataclasses import asdict, dataclass
from typing import Any

from archive.models import ArchiveSettings, CaseRecord

SENSITIVE = frozenset({"personal_data", "health_data", "about_person"})


@dataclass(frozen=True)
class Proposal:
    """Our proposal for everything the archivist decides; `journal`: whether it is an entry in the journal."""

    title: str
    public_title: str
    class_code: str
    unit_code: str
    unit_name: str
    shield: bool
    shield_basis: str
    journal: bool
    access_code: str
    case_choice: str

    def as_plain(self) -> dict[str, Any]:
        """Return it as plain values, to be kept beside the decision."""
        return asdict(self)


def proposal_for(record: CaseRecord, settings: ArchiveSettings) -> Proposal:
    """Return what we propose: title from sorting, post and channel; a shield where a person has flagged or sealed it.

    The title holds nothing of the sender, so the public one is the same. Journal duty needs a document handled as a
    case (arkivforskrifta § 14): proposed for what is sorted as case handling, not for what is only worth keeping.
    """
    shield = bool(SENSITIVE & set(record.flags)) or record.sealed_at is not None
    return Proposal(
        title=record.proposed_title,
        public_title=record.proposed_title,
        class_code=settings.class_code,
        unit_code=record.unit_code,
        unit_name=record.unit_name,
        shield=shield,
        shield_basis=settings.shield_basis if shield else "",
        journal=record.reason == CaseRecord.Reason.CASE_HANDLING,
        access_code=settings.access_code,
        case_choice=settings.default_case,
    )
