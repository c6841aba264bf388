"""Pages that belong to no room: health, errors, where to start."""

import logging
import sys
from datetime import date, timedelta

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from audit.workers import since as went_through
from audit.workers import stuck
from socialdesk.task_names import name_of
from team.access import member_of
from team.models import Municipality, Role

log = logging.getLogger(__name__)
STATEMENT_OF = date(2026, 11, 21)  # when the accessibility statement was last held against the product


@require_safe
@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that the process answers. Touches nothing else."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@login_not_required
def readyz(request: HttpRequest) -> HttpResponse:
    """Say whether the database answers, and warn when the web runs as a role that could switch the log off."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT rolsuper OR pg_has_role(tableowner, 'MEMBER') FROM pg_roles, pg_tables"
                " WHERE rolname = current_user AND tablename = 'audit_event'"
            )
            row = cursor.fetchone()
    except (OperationalError, InterfaceError):
        return JsonResponse({"ready": False, "problem": "the database does not answer"}, status=503)
    if row is None:
        return JsonResponse(
            {"ready": False, "problem": "the tables are missing: run manage.py prepare_database"}, status=503
        )
    warnings = ["the web runs as a role that can switch the log off: use the app role"] if row[0] else []
    return JsonResponse({"ready": True, "warnings": warnings})


@require_safe
@login_not_required
def accessibility(request: HttpRequest) -> HttpResponse:
    """Show the accessibility statement: what holds, what is known to be lacking, and where to say so.

    Of the member's own municipality; of every municipality here to somebody who is not signed in.
    """
    member = getattr(request, "member", None)
    towns = [member.municipality] if member else list(Municipality.objects.real())
    context = {
        "parent": "base.html" if member else "base_plain.html",
        "towns": [town for town in towns if town.enquiry_email or town.enquiry_url],
        "looked_on": STATEMENT_OF,
    }
    return render(request, "accessibility.html", context)


@require_safe
def workers(request: HttpRequest) -> HttpResponse:
    """Show leads and administrators how the workers fare: what waited, was found, or fell. Nobody's words are in it."""
    member = member_of(request)
    if not member.may_approve and member.role != Role.SYSADMIN:
        raise PermissionDenied
    rows = [(name_of(row.task), row) for row in went_through(timezone.now() - timedelta(days=1))]
    aside = [(name_of(one.task), one) for one in stuck()]
    return render(request, "workers.html", {"rows": rows, "stuck": aside})


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Send everybody to the page their role begins on."""
    member = member_of(request)
    if member.may_answer:
        return redirect("inbox:queue")
    return redirect("archive:list" if member.may_archive else "guidelines:reader")


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 503 when PostgreSQL is away (it says so and comes back by itself), else the 500 page."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        response = HttpResponse(render_to_string("503.html"), status=503)
        response["Retry-After"] = "5"
        return response
    number = f"{timezone.localtime():%d%m-%H%M%S}"
    log.error("Answered 500, number %s for the person", number)
    return HttpResponse(render_to_string("500.html", {"number": number}), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that the form was too old to trust, and keep nothing half-done."""
    return render(request, "403_csrf.html", status=403)
