"""The person's own settings, which municipality they work in now, and the municipality's settings."""

from typing import Any

from django import forms
from django.conf import settings as project
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods, require_POST

from team.access import SESSION_KEY, lead_member, member_of, memberships_of
from team.actions import SETTINGS, change_municipality
from team.models import Municipality, User


class SettingsForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a person decides about their own screens."""

    language = forms.ChoiceField(choices=project.LANGUAGES)

    class Meta:
        model = User
        fields = ["language", "colour_scheme", "single_keys"]


class MunicipalityForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a lead decides for the whole municipality."""

    # As long as the log keeps in the clear.
    enquiry_url = forms.URLField(
        label=_lazy("Skjema for skriftlig henvendelse"), required=False, max_length=200, assume_scheme="https"
    )
    notice_url = forms.URLField(
        label=_lazy("Side som forklarer merknadene"),
        help_text=_lazy("Den korte merknaden lenker hit når et svar ellers blir for langt."),
        required=False,
        max_length=200,
        assume_scheme="https",
    )
    enquiry_email = forms.EmailField(label=_lazy("Adresse for skriftlig henvendelse"), required=False, max_length=200)

    class Meta:
        model = Municipality
        fields = SETTINGS
        help_texts = {
            "sender_name": _lazy("Står som avsender og nederst i e-post fra SocialDesk. Tomt felt: kommunens navn."),
            "keep_days": _lazy(
                "Gjelder det som ikke krever saksbehandling og ikke har verdi som dokumentasjon. Ingenting slettes av "
                "seg selv: du ser først hva det gjelder. Tomt felt: ingenting slettes fordi det er gammelt."
            ),
            "sender_email": _lazy("Videresendte spørsmål og påminnelser kommer herfra."),
        }

    def clean_sender_email(self) -> str:
        """Mail leaves from the municipality's own domain (guideline part D), as far as we know its domains."""
        address = str(self.cleaned_data["sender_email"])
        mine, domain = self.instance.own_domains, address.rpartition("@")[2].casefold()
        if address and mine and not any(domain == one or domain.endswith(f".{one}") for one in mine):
            raise forms.ValidationError(
                _("E-post går ut fra kommunens eget domene. Bruk en adresse på %(domains)s.")
                % {"domains": get_text_list(sorted(mine), _("eller"))}
            )
        return address

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not self.errors and not (data.get("enquiry_url") or data.get("enquiry_email")):
            raise forms.ValidationError(
                _("Oppgi et skjema eller en adresse. Ellers kan ingen be om en skriftlig henvendelse.")
            )
        return data


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """Show and save the person's own settings."""
    member = member_of(request)
    form = SettingsForm(request.POST or None, instance=member.user)
    if request.method == "POST" and form.is_valid():
        translation.activate(form.save().language)  # the receipt is the first thing to be said in it
        messages.success(request, _("Innstillingene er lagret."))
        return redirect("team:settings")
    return render(request, "team/settings.html", {"form": form, "memberships": memberships_of(member.user)})


@require_http_methods(["GET", "HEAD", "POST"])
def municipality(request: HttpRequest) -> HttpResponse:
    """Show and change the municipality's settings: for the lead."""
    member = lead_member(request)
    # The form writes on the instance it is given: not on the one that the frame shows.
    form = MunicipalityForm(request.POST or None, instance=Municipality.objects.get(pk=member.municipality_id))
    if request.method == "POST" and form.is_valid():
        changed = change_municipality(member.municipality, form.cleaned_data, by=member)
        messages.success(request, _("Innstillingene er lagret.") if changed else _("Ingenting er endret."))
        return redirect("team:municipality")
    return render(request, "team/municipality.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
def choose_municipality(request: HttpRequest) -> HttpResponse:
    """Work in another of the person's municipalities from now on; any other number changes nothing."""
    wanted = request.POST.get("municipality", "")
    user = request.user
    mine = {str(one.municipality_id): one for one in memberships_of(user)} if isinstance(user, User) else {}
    if wanted in mine:
        request.session[SESSION_KEY] = mine[wanted].municipality_id
    return redirect("start")
