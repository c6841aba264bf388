"""One act of an archivist, tried, with what to tell afterwards."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from archive.errors import ArchiveRefusedError
from audit import moves


def tried(request: HttpRequest, call: Callable[[], Any], done: str) -> Any:
    """Make the call; tell the archivist that it is done, or why not. Returns what the call returned, or None."""
    try:
        result = call()
    except ArchiveRefusedError as refusal:
        messages.error(request, str(refusal))
    except moves.IllegalMoveError:
        messages.error(request, _("Noen andre var først ute. Siden viser hvordan det står nå."))
    else:
        messages.success(request, done)
        return result
    return None
