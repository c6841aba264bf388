"""The guideline's pages."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from guidelines.access import guideline_for
from guidelines.queries import duties_of_the_law, sections_with_duties
from team.access import member_of


@require_safe
@login_required
def reader(request: HttpRequest) -> HttpResponse:
    """Show the guideline in force: how it was adopted, and our duties point by point."""
    version = guideline_for(member_of(request))
    page: dict[str, object] = {"version": version}
    if version:
        page |= {"sections": sections_with_duties(version), "by_law": duties_of_the_law(version)}
    return render(request, "guidelines/reader.html", page)
