"""An error report that an operator gets says where it failed, and nothing that people sent or the house holds."""

import sys

from django.conf import settings
from django.test import RequestFactory
from django.views.debug import ExceptionReporter

PASSWORD, SESSION = "plantet-passord-2026", "plantet-okt-0123456789"


def report() -> str:
    request = RequestFactory().post("/konto/login/", {"login": "ola@meraker.example", "password": PASSWORD})
    request.COOKIES[settings.SESSION_COOKIE_NAME] = SESSION
    request.META["HTTP_COOKIE"] = f"{settings.SESSION_COOKIE_NAME}={SESSION}"
    try:
        held = {"form": PASSWORD}
        raise ZeroDivisionError(len(held))
    except ZeroDivisionError:
        reporter = ExceptionReporter(request, *sys.exc_info(), is_email=True)
    return reporter.get_traceback_text() + reporter.get_traceback_html()


def test_it_names_the_address_and_the_line() -> None:
    said = report()
    assert "/konto/login/" in said
    assert "raise ZeroDivisionError(len(held))" in said


def test_no_password_session_or_address_with_a_password_is_in_it() -> None:
    said = report()
    database = str(settings.DATABASES["default"]["PASSWORD"])
    held = {PASSWORD, SESSION, database, settings.SECRET_KEY, settings.TOKEN_KEYS[0], settings.DATABASE_OWNER_URL}
    assert [one for one in held if one and one in said] == []
