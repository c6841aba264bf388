"""Forms of the channel register and of connecting a channel."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inbox.channels.internet import refused_address
from inbox.models import Channel
from inbox.models.channel import NEVER_PULLED
from inbox.platform_apps import base_url_of
from team.models import Membership, Municipality

REQUIRED = {"required": _("Feltet må fylles ut.")}
DATE = {"invalid": _("Skriv en dato.")}


class DateInput(forms.DateInput):
    """A date as browsers know it."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class RegisterForm(forms.Form):
    """Who answers for a channel, what it is for, and on what footing it was opened."""

    name = forms.CharField(label=_("Navn"), max_length=100, error_messages=REQUIRED)
    owner = forms.ChoiceField(label=_("Eier"), required=False, help_text=_("Den som svarer for kanalen."))
    purpose = forms.CharField(
        label=_("Formål"), required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 3})
    )
    approved_by = forms.CharField(
        label=_("Godkjent av"), required=False, max_length=200, help_text=_("Person eller utvalg.")
    )
    approved_on = forms.DateField(label=_("Godkjent dato"), required=False, widget=DateInput(), error_messages=DATE)
    risk_assessed_on = forms.DateField(
        label=_("Risikovurdert dato"), required=False, widget=DateInput(), error_messages=DATE
    )

    def __init__(self, *args: Any, municipality: Municipality, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = Membership.objects.current().filter(municipality=municipality).select_related("user")
        self._members = {str(one.pk): one for one in members.order_by("user__name")}
        choices = [(pk, one.name) for pk, one in self._members.items()]
        self.fields["owner"].choices = [("", _("Ingen")), *choices]  # type: ignore[attr-defined]

    def clean_owner(self) -> Membership | None:
        return self._members.get(self.cleaned_data["owner"])

    def clean_approved_on(self) -> Any:
        return self._not_ahead("approved_on")

    def clean_risk_assessed_on(self) -> Any:
        return self._not_ahead("risk_assessed_on")

    def _not_ahead(self, name: str) -> Any:
        day = self.cleaned_data[name]
        if day and day > timezone.localdate():
            raise forms.ValidationError(_("Datoen er fram i tid."))
        return day


class ServerAddressField(forms.CharField):
    """The address of a server or feed; https:// may be left out."""

    def clean(self, value: Any) -> str:
        written = str(super().clean(value)).strip().rstrip("/")
        address = written if "://" in written or not written else f"https://{written}"
        if address and refused_address(address):
            raise forms.ValidationError(_("Skriv en hel adresse som begynner med https://, uten brukernavn og søk."))
        return address


class NewChannelForm(forms.Form):
    """A new channel: its name with us, and what its platform asks for."""

    name = forms.CharField(
        label=_("Navn i SocialDesk"),
        max_length=100,
        error_messages=REQUIRED,
        help_text=_("For eksempel «Kommunen på Facebook»."),
    )
    base_url = ServerAddressField(label=_("Adresse"), max_length=200, error_messages=REQUIRED)
    handle = forms.CharField(label=_("Brukernavn"), max_length=200, error_messages=REQUIRED)
    password = forms.CharField(label=_("App-passord"), max_length=200, error_messages=REQUIRED)
    knowingly = forms.BooleanField(label=_("Retningslinjene"), required=False)
    with_pictures = forms.BooleanField(label=_("Bilder i svar"), required=False)

    def __init__(self, *args: Any, platform: str, must_know: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._must_know = must_know
        if base_url_of(platform):
            del self.fields["base_url"]
        if platform != Channel.Platform.BLUESKY:
            del self.fields["handle"], self.fields["password"]

    def clean_knowingly(self) -> bool:
        knowingly: bool = self.cleaned_data["knowingly"]
        if self._must_know and not knowingly:
            raise forms.ValidationError(_("Kryss av for at du vet hva retningslinjene sier."))
        return knowingly


class AppPasswordForm(forms.Form):
    """A new app password for a known Bluesky account."""

    password = forms.CharField(label=_("App-passord"), max_length=200, error_messages=REQUIRED)


class OneAccountForm(forms.Form):
    """Whether the guideline speaks of one account only, and its words."""

    one_account_only = forms.BooleanField(required=False)
    one_account_clause = forms.CharField(
        label=_("Hva retningslinjene sier"),
        required=False,
        max_length=200,
        help_text=_("Ordrett fra teksten."),
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("one_account_only") and not data.get("one_account_clause"):
            self.add_error("one_account_clause", _("Skriv hva retningslinjene sier."))
        return data


# What can be connected, in the order of the page.
CONNECTABLE = [one for one in Channel.Platform if one not in NEVER_PULLED]
