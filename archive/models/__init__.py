"""What the archive keeps: copies, so that the inbox may later erase personal data."""

from archive.models.batch import BatchRecord, ExportBatch
from archive.models.code_list import CodeValue
from archive.models.message import SentMessage
from archive.models.record import (
    CaseRecord,
    CollectingCase,
    RecordedAttachment,
    RecordedEvent,
    RecordedForwarding,
    RecordedIntervention,
    RecordedNote,
    RecordedReply,
    RecordedVersion,
    RecordSeal,
)
from archive.models.settings import ArchiveSettings, LogCursor

__all__ = [
    "ArchiveSettings",
    "BatchRecord",
    "CaseRecord",
    "CodeValue",
    "CollectingCase",
    "ExportBatch",
    "LogCursor",
    "RecordSeal",
    "RecordedAttachment",
    "RecordedEvent",
    "RecordedForwarding",
    "RecordedIntervention",
    "RecordedNote",
    "RecordedReply",
    "RecordedVersion",
    "SentMessage",
]
