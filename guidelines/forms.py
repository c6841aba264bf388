"""Forms of the guideline's pages: what a lead types, checked."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guidelines.models import Audience, Guideline, GuidelineVersion, TextSection
from guidelines.texts import Adoption, SectionChange


class AdoptionForm(forms.ModelForm):  # type: ignore[type-arg]
    """The adoption record; all but the title may be empty."""

    adopted_on = forms.DateField(
        label=gettext_lazy("Vedtatt dato"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    link = forms.URLField(label=gettext_lazy("Lenke til vedtaket"), required=False, assume_scheme="https")

    class Meta:
        model = GuidelineVersion
        fields = ["title", "adopted_by", "adopted_on", "case_number", "link"]

    def adoption(self) -> Adoption:
        return Adoption(**{name: self.cleaned_data[name] for name in self.Meta.fields})


class NewVersionForm(AdoptionForm):
    """A new version: its adoption, and the text pasted or as a file."""

    text = forms.CharField(
        label=gettext_lazy("Lim inn teksten"), required=False, strip=False, widget=forms.Textarea, max_length=500_000
    )
    file = forms.FileField(label=gettext_lazy("Last opp en fil"), required=False)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("text", "").strip() and data.get("file"):
            raise forms.ValidationError(_("Velg én av delene: lim inn teksten, eller last opp en fil."))
        return data


class SectionForm(forms.Form):
    """One section in the lead's hands."""

    code = forms.CharField(required=False, max_length=10)
    kind = forms.ChoiceField(required=False, choices=TextSection.KINDS)
    words = forms.CharField(required=False, strip=False, max_length=100_000, widget=forms.Textarea)
    audiences = forms.MultipleChoiceField(required=False, choices=Audience.choices)
    is_unsure = forms.BooleanField(required=False)

    @classmethod
    def of(cls, section: TextSection, data: Any = None) -> "SectionForm":
        """Return the form for a section; each field carries the section's id."""
        initial = {
            "code": section.code,
            "kind": section.kind,
            "words": section.words.strip(),
            "audiences": section.audiences,
            "is_unsure": section.is_unsure,
        }
        return cls(data, prefix=str(section.pk), initial=initial, auto_id="%s")

    def change(self) -> SectionChange:
        return SectionChange(**self.cleaned_data)


class AskingForm(forms.ModelForm):  # type: ignore[type-arg]
    """Whether people are asked to confirm, and when they are reminded."""

    remind_after_days = forms.IntegerField(
        label=gettext_lazy("Dager før påminnelse"), min_value=1, max_value=365, required=True
    )
    audiences = forms.MultipleChoiceField(
        label=gettext_lazy("Hvem som bekrefter"), choices=Audience.choices, required=False
    )

    class Meta:
        model = Guideline
        fields = ["asks_confirmation", "remind_after_days"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("asks_confirmation") and not data.get("audiences"):
            self.add_error("audiences", _("Velg minst én gruppe."))
        return data


class InviteForm(forms.Form):
    """People to ask: one address on each line, or a CSV file with name, e-mail and group."""

    addresses = forms.CharField(
        label=gettext_lazy("e-postadresser, én per linje"), required=False, widget=forms.Textarea
    )
    audience = forms.ChoiceField(label=gettext_lazy("gruppe"), choices=Audience.choices)
    file = forms.FileField(label=gettext_lazy("CSV-fil med navn, e-post og gruppe"), required=False)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not data.get("addresses", "").strip() and not data.get("file"):
            raise forms.ValidationError(_("Skriv minst én adresse, eller velg en CSV-fil."))
        return data
