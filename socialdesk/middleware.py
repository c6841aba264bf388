"""What every request passes before it reaches a page."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect, QueryDict
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme

GetResponse = Callable[[HttpRequest], HttpResponse]


class SignInMiddleware(LoginRequiredMiddleware):
    """Sends who is not signed in to the sign-in page, and from there back to a page: never to an address for acts."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseRedirect:
        if request.method in {"GET", "HEAD"}:
            return super().handle_no_permission(request, view_func)
        came_from = request.headers.get("Referer", "")
        ours = url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure())
        page = urlsplit(came_from)
        back = f"{page.path}?{page.query}" if page.query else page.path
        return redirect_to_login(back if ours and page.path else "/", self.get_login_url(view_func))


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
