"""Puts the membership on the request, and the person's language in force."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from team.access import choose_membership
from team.models import User

GetResponse = Callable[[HttpRequest], HttpResponse]


class MembershipMiddleware:
    """Sets `request.member` (Membership or None) and activates the signed-in person's language."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        request.member = choose_membership(request, user) if isinstance(user, User) else None  # type: ignore[attr-defined]
        if isinstance(user, User) and translation.check_for_language(user.language):
            translation.activate(user.language)
            request.LANGUAGE_CODE = user.language
        return self.get_response(request)
