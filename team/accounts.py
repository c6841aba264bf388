"""How people come in: by invitation only."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedSignUp(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up by themselves: a system administrator adds people."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
