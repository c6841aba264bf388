"""What an error report may say: which line failed, on which address; never what people sent or what the house holds.

An operator who gives ADMINS gets a mail from Django for every error. Its own filter keeps back names that look secret,
but not a password in a form, the local variables of a sign-in, or a password within a database's address.
"""

import re
from collections.abc import ItemsView
from typing import Any

from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter


class QuietFilter(SafeExceptionReporterFilter):
    """Keeps back every form field and local variable, and settings whose value can hold a password."""

    hidden_settings = re.compile(
        f"{SafeExceptionReporterFilter.hidden_settings.pattern}|COOKIE|URL|DATABASE|CACHE|BROKER|SESSION|CSRF",
        flags=re.IGNORECASE,
    )

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any]:
        """Return the names of the fields that were sent, without what stood in them."""
        sent = {} if request is None else request.POST
        return dict.fromkeys(sent, self.cleansed_substitute)

    def get_traceback_frame_variables(self, request: HttpRequest | None, tb_frame: Any) -> ItemsView[str, Any]:
        """Return no local variables."""
        none: dict[str, Any] = {}
        return none.items()
