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
    found = find(member, words, after=request.GET.get("etter", ""))
    more = f"{reverse('inbox:search')}?{urlencode({'q': words, 'etter': found.after})}" if found.after else ""
    context = {"words": words, "found": found, "next_url": more, "municipality_id": member.municipality_id}
    return render(request, "inbox/search.html", context)
