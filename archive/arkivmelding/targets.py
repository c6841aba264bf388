"""The message formats an archive takes, behind one interface."""

from typing import Protocol

from archive.arkivmelding.eformidling import EFormidling
from archive.arkivmelding.fields import Arkivmelding
from archive.arkivmelding.later import Later, serialize_later
from archive.arkivmelding.writing import serialize


class Serializer(Protocol):
    """A message format an archive takes: Fiks Arkiv V1 first, eFormidling second."""

    name: str
    file_name: str

    def serialize(self, message: Arkivmelding | Later) -> bytes:
        """The message as the bytes of one file; the same message always gives the same bytes.

        Raises LaterUnsupportedError where the format has no message for what comes later.
        """


class FiksArkivV1:
    """Fiks Arkiv V1."""

    name = "fiks-arkiv-v1"
    file_name = "arkivmelding.xml"

    def serialize(self, message: Arkivmelding | Later) -> bytes:
        return serialize(message) if isinstance(message, Arkivmelding) else serialize_later(message)


TARGETS: dict[str, Serializer] = {one.name: one for one in (FiksArkivV1(), EFormidling())}
