"""Forms of the code lists and of the archive's settings."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive import formats
from archive.code_actions import CHOSEN
from archive.code_lists import LARGEST_FILE, Codes, is_code
from archive.models import ArchiveSettings, CodeValue

Lists = CodeValue.List
REQUIRED = {"required": gettext_lazy("Fyll ut dette feltet.")}
DOCUMENT_TYPES = ("KORR", "FOTO", "VIDEO", "LYD", "NOTAT", "VEDLEGG")


def our_choices(name: str) -> list[tuple[str, str]]:
    """Return what of ours a value of the list can stand for; empty for lists without codes of our own."""
    if name == Lists.FORMAT:
        return [
            (one.puid, f"{one.name} ({one.puid})") for one in (*formats.ACCEPTED_FORMATS, *formats.UNLISTED_FORMATS)
        ]
    return [(one, one) for one in DOCUMENT_TYPES] if name == Lists.DOCUMENT_TYPE else []


class CodeForm(forms.Form):
    """One value of a list."""

    code = forms.CharField(label=gettext_lazy("Kode i arkivet"), max_length=50, error_messages=REQUIRED)
    description = forms.CharField(label=gettext_lazy("Beskrivelse"), max_length=200, required=False)
    ours = forms.ChoiceField(label=gettext_lazy("Står for hos oss"), required=False)
    is_active = forms.BooleanField(label=gettext_lazy("I bruk"), required=False, initial=True)

    def __init__(self, *args: Any, name: str, value: CodeValue | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.value = value
        choices = our_choices(name)
        if choices:
            self.fields["ours"].choices = [("", "–"), *choices]  # type: ignore[attr-defined]
        else:
            del self.fields["ours"]
        if value is None:
            del self.fields["is_active"]

    def clean_code(self) -> str:
        """Records already name a code: it changes only where it is a translation of ours."""
        code = str(self.cleaned_data["code"]).strip()
        if not is_code(code):
            raise forms.ValidationError(_("Koden kan ikke ha linjeskift eller usynlige tegn."))
        if self.value and not self.value.ours and code != self.value.code:
            raise forms.ValidationError(_("Koden kan være brukt. Legg inn en ny, og ta denne ut av bruk."))
        return code

    def clean(self) -> dict[str, Any]:
        """Fill in what the list has no field for."""
        cleaned = super().clean() or {}
        return {"ours": self.value.ours if self.value else "", "is_active": True, **cleaned}


class ImportForm(forms.Form):
    """A JSON list of KS, as a file or pasted."""

    file = forms.FileField(label=gettext_lazy("JSON-fil"), required=False)
    text = forms.CharField(
        label=gettext_lazy("Eller lim inn"),
        required=False,
        max_length=LARGEST_FILE,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    data_bytes = b""

    def clean(self) -> dict[str, Any]:
        """Either of the two."""
        cleaned = super().clean() or {}
        file = cleaned.get("file")
        if file and file.size > LARGEST_FILE:
            raise forms.ValidationError(_("Filen er for stor for en kodeliste."))
        self.data_bytes = file.read() if file else cleaned.get("text", "").encode()
        if not self.data_bytes.strip():
            raise forms.ValidationError(_("Velg en fil, eller lim inn listen."))
        return cleaned


class SettingsForm(forms.ModelForm):  # type: ignore[type-arg]
    """What the municipality's archive calls things, and how long a record may wait."""

    class Meta:
        model = ArchiveSettings
        fields = [
            *("class_system", "class_code", "series", "journal_unit", "access_code", "shield_basis", "log_basis"),
            *(
                "incoming_status",
                "outgoing_status",
                "case_status",
                "write_off",
                "target",
                "delivery",
                "default_case",
                "alarm_days",
            ),
        ]
        help_texts = {
            "class_code": gettext_lazy("Foreslås for alle arkivgrunnlag. Arkivaren kan velge en annen."),
            "series": gettext_lazy("Tomt felt: arkivet velger selv."),
            "write_off": gettext_lazy("Tomt felt: enheten som har saken, avskriver selv."),
        }

    def __init__(self, *args: Any, codes: Codes, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, which in CHOSEN.items():
            choices = codes.choices(which)
            if self.fields[name].required is False:
                choices = [("", "–"), *choices]
            field = self.fields[name]
            self.fields[name] = forms.ChoiceField(
                label=field.label,
                help_text=field.help_text,
                required=field.required,
                choices=choices,
                widget=forms.Select(attrs={"lang": "nb"}),  # the archive's own words (WCAG 3.1.2)
            )
