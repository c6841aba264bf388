"""What every request passes before it reaches a page."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, QueryDict
from django.template.loader import render_to_string

GetResponse = Callable[[HttpRequest], HttpResponse]


class UnreadableTextMiddleware:
    """Refuses an address or form with NUL or a lone surrogate, which PostgreSQL cannot store (a 400, not a 500)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _unreadable(request.GET) or (
            request.content_type == "application/x-www-form-urlencoded" and _unreadable(request.POST)
        ):
            return HttpResponseBadRequest(render_to_string("400.html"))
        return self.get_response(request)


def _unreadable(fields: QueryDict) -> bool:
    """Tell whether any name or value holds a character that cannot be stored."""
    return any("\0" in text or _has_surrogate(text) for name, values in fields.lists() for text in (name, *values))


def _has_surrogate(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)
