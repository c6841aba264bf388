"""Whom a municipality's mail comes from, and what names each mail."""

from email.utils import parseaddr
from hashlib import sha256

from django.conf import settings

from team.models import Municipality


def sender_address(municipality: Municipality) -> str:
    """Return the bare address that the municipality's mail comes from."""
    return municipality.sender_email or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def message_id_for(key: str, municipality: Municipality) -> str:
    """Return the Message-ID that belongs to the key: always the same, so that a receiver recognises a repeat."""
    domain = sender_address(municipality).rpartition("@")[2] or "socialdesk.invalid"
    return f"<{sha256(key.encode()).hexdigest()[:40]}@{domain}>"
