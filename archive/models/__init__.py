"""What the archive keeps: copies, so that the inbox may later erase personal data."""

from archive.models.batch import BatchRecord, ExportBatch
from archive.models.record import CaseRecord, RecordedEvent, RecordedForwarding, RecordedReply, RecordedVersion
from archive.models.settings import ArchiveSettings, LogCursor

__all__ = [
    "ArchiveSettings",
    "BatchRecord",
    "CaseRecord",
    "ExportBatch",
    "LogCursor",
    "RecordedEvent",
    "RecordedForwarding",
    "RecordedReply",
    "RecordedVersion",
]
