"""The person's own settings, and which municipality they work in now."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from team.access import SESSION_KEY, member_of, memberships_of
from team.models import User


class SettingsForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a person decides about their own screens."""

    class Meta:
        model = User
        fields = ["colour_scheme", "single_keys"]


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """Show and save the person's own settings."""
    member = member_of(request)
    form = SettingsForm(request.POST or None, instance=member.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Innstillingene er lagret."))
        return redirect("team:settings")
    return render(request, "team/settings.html", {"form": form, "memberships": memberships_of(member.user)})


@require_POST
def choose_municipality(request: HttpRequest) -> HttpResponse:
    """Work in another of the person's municipalities from now on; any other number changes nothing."""
    wanted = request.POST.get("municipality", "")
    user = request.user
    mine = {str(one.municipality_id): one for one in memberships_of(user)} if isinstance(user, User) else {}
    if wanted in mine:
        request.session[SESSION_KEY] = mine[wanted].municipality_id
    return redirect("start")
