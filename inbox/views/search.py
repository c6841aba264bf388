"""Search in what the public wrote and what we answered."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from inbox import access
from inbox.search import cleaned, find


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show what was found for ?q=: open comments first, then our answers, then what is done, newest first."""
    member = access.team_member(request)
    words = cleaned(request.GET.get("q", ""))
    after = request.GET.get("etter", "")
    found = find(member, words, after=after)
    here = reverse("inbox:search")
    more = {part: f"{here}?{urlencode({'q': words, 'etter': mark})}" for part, mark in found.after.items()}
    context = {"words": words, "found": found, "more": more, "is_first": not after}
    return render(request, "inbox/search.html", {**context, "municipality_id": member.municipality_id})
