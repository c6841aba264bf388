"""Forms of what is written beforehand, and of what is written in by hand."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inbox.forms import SORTING_LABELS
from inbox.models import Channel, Comment, Template
from inbox.models.reply import is_source

REQUIRED = {"required": _("Feltet må fylles ut.")}


class DateInput(forms.DateInput):
    """A date as browsers know it."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def _text(label: Any, *, required: bool = True, rows: int = 3, hint: Any = "", longest: int = 5_000) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(
        label=label, required=required, widget=widget, help_text=hint, max_length=longest, error_messages=REQUIRED
    )


def _date(label: Any, *, required: bool = True, hint: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        widget=DateInput(),
        help_text=hint,
        error_messages={**REQUIRED, "invalid": _("Skriv en dato.")},
    )


class TemplateForm(forms.Form):
    """A template: which sortings it is for, its texts, and when it must be looked over."""

    name = forms.CharField(label=_("Navn"), max_length=60, error_messages=REQUIRED)
    kind = forms.ChoiceField(label=_("Slag"), choices=Template.Kind.choices, initial=Template.Kind.USUAL)
    sortings = forms.MultipleChoiceField(
        label=_("Passer for"),
        choices=list(SORTING_LABELS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Ingen valgt: passer for alle. Uendret tekst publiseres uten en annen person bare der malen passer."
        ),
    )
    platforms = forms.MultipleChoiceField(
        label=_("Kanaler"),
        choices=[one for one in Channel.Platform.choices if one[0] != Channel.Platform.PRACTICE],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Ingen valgt: passer for alle kanaler."),
    )
    nb = _text(_("Bokmål"), required=False, hint=_("Felter: {navn} {innlegg} {enhet} {lenke}"))
    nn = _text(_("Nynorsk"), required=False)
    en = _text(_("Engelsk"), required=False)
    review_on = _date(_("Ses over innen"), hint=_("Etter denne datoen kan malen ikke settes inn."))

    @property
    def texts(self) -> dict[str, str]:
        return {language: self.cleaned_data[language] for language in ("nb", "nn", "en")}


class FactForm(forms.Form):
    """A fact: the claim, what is right, where that stands, until when."""

    claim = _text(_("Påstanden"), rows=2)
    correction = _text(_("Rettelsen"), hint=_("Settes inn i svaret slik den står."))
    source = forms.CharField(
        label=_("Kilde"),
        max_length=2_000,
        error_messages=REQUIRED,
        help_text=_("Nettadresse, dokument eller saksnummer."),
    )
    valid_until = _date(_("Gjelder til og med"), hint=_("Etter denne datoen kan rettelsen ikke settes inn."))

    def clean_source(self) -> str:
        source: str = self.cleaned_data["source"]
        if not is_source(source):
            raise forms.ValidationError(_("Skriv en hel nettadresse, et dokument eller et saksnummer."))
        return source


class MatterForm(forms.Form):
    """A matter under treatment with the recommendation."""

    number = forms.CharField(label=_("Saksnummer"), max_length=30, error_messages=REQUIRED)
    title = forms.CharField(label=_("Tittel"), max_length=200, error_messages=REQUIRED)
    recommendation = _text(_("Innstilling"), hint=_("Ordrett, slik den står i saken."))
    link = forms.URLField(
        label=_("Lenke til saken"),
        required=False,
        assume_scheme="https",
        error_messages={"invalid": _("Skriv en hel nettadresse.")},
    )
    body = forms.CharField(label=_("Utvalg"), max_length=100, required=False)
    meeting_on = _date(_("Møtedato"), required=False)


class EnquiryForm(forms.Form):
    """An enquiry that did not come through a channel."""

    entered_from = forms.ChoiceField(
        label=_("Hvordan kom den?"), choices=[("", _("Velg")), *Comment.EnteredFrom.choices], error_messages=REQUIRED
    )
    author_name = forms.CharField(
        label=_("Avsender"), max_length=200, required=False, help_text=_("Bare det som trengs for å svare.")
    )
    text = _text(_("Henvendelsen"), rows=6, hint=_("Lim inn eller skriv den ordrett."), longest=20_000)
    link = forms.URLField(
        label=_("Lenke"),
        required=False,
        assume_scheme="https",
        error_messages={"invalid": _("Skriv en hel nettadresse.")},
    )
    picture = forms.FileField(
        label=_("Bilde"),
        required=False,
        widget=forms.FileInput,
        help_text=_("Bildet som fulgte med, eller et skjermbilde. Inntil 15 MB."),
        error_messages={"empty": _("Bildet er tomt. Velg det på nytt.")},
    )
    received_at = forms.DateTimeField(
        label=_("Når kom den?"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        help_text=_("Tomt betyr nå."),
        error_messages={"invalid": _("Skriv dato og klokkeslett.")},
    )

    def clean_received_at(self) -> Any:
        moment = self.cleaned_data["received_at"]
        if moment and moment > timezone.now():
            raise forms.ValidationError(_("Tidspunktet er fram i tid."))
        return moment


class AnswerGivenForm(forms.Form):
    """How a person gave an answer that no connector sends."""

    how = forms.CharField(max_length=200, error_messages={"required": _("Skriv hvordan svaret ble gitt.")})
    link = forms.URLField(
        required=False, assume_scheme="https", error_messages={"invalid": _("Skriv en hel nettadresse.")}
    )
