"""Reading the guideline: in force, an older version, and beside a neighbour's."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from guidelines.access import guideline_for, lead_member, version_for
from guidelines.comparison import differences
from guidelines.invitations import own_invitation
from guidelines.models import GuidelineVersion
from guidelines.queries import duties_of_the_law, neighbours_in_force, sections_with_duties
from guidelines.reading import parts_of
from team.access import member_of
from team.models import Membership


@require_safe
@login_required
def reader(request: HttpRequest) -> HttpResponse:
    """Show the guideline in force: how it was adopted, its words, and our duties point by point."""
    member = member_of(request)
    return _show(request, member, guideline_for(member))


@require_safe
@login_required
def version(request: HttpRequest, pk: int) -> HttpResponse:
    """Show any version of one's own municipality; drafts to the lead."""
    member = member_of(request)
    return _show(request, member, version_for(member, pk))


@require_safe
@login_required
def compare(request: HttpRequest) -> HttpResponse:
    """Show where one's own guideline differs from a neighbour's. Adopted texts and duties only."""
    member = lead_member(request)
    ours = guideline_for(member)
    neighbours = neighbours_in_force(member.municipality)
    wanted = request.GET.get("med", "")
    theirs = next((one for one in neighbours if one.municipality.slug == wanted), neighbours[0] if neighbours else None)
    page = {
        "ours": ours,
        "theirs": theirs,
        "neighbours": neighbours,
        "differences": differences(ours, theirs) if ours and theirs else [],
    }
    return render(request, "guidelines/compare.html", page)


def _show(request: HttpRequest, member: Membership, shown: GuidelineVersion | None) -> HttpResponse:
    page: dict[str, object] = {"version": shown, "leads": member.may_approve}
    if shown:
        page |= {"by_law": duties_of_the_law(shown), "invitation": own_invitation(member, shown)}
        if shown.has_text:
            page["parts"] = parts_of(shown)
        else:
            page["sections"] = sections_with_duties(shown)
    return render(request, "guidelines/reader.html", page)
