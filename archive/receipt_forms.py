"""Forms of the archive's answers."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.receipts import LARGEST

_NUMBER = re.compile(r"(\d{2}|\d{4})\s*/\s*(\d{1,9})")


class ReceiptForm(forms.Form):
    """A receipt that is pasted; files are read from the request."""

    text = forms.CharField(
        label=gettext_lazy("Eller lim inn én kvittering"),
        required=False,
        max_length=LARGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class YearNumber(forms.CharField):
    """«2026/1187» or «26/1187» as (year, number); None when nothing is written."""

    def clean(self, value: Any) -> Any:
        text = str(super().clean(value) or "").strip()
        found = _NUMBER.fullmatch(text)
        if text and not found:
            raise forms.ValidationError(_("Skriv år og nummer, for eksempel 2026/1187."))
        if not found:
            return None
        year = int(found[1])
        return (year + 2000 if year < 100 else year), int(found[2])


class NumbersForm(forms.Form):
    """The numbers the archive gave, read there by the archivist."""

    case = YearNumber(
        label=gettext_lazy("Saksnummer"), help_text=gettext_lazy("For eksempel 2026/1187."), required=False
    )
    journal = YearNumber(
        label=gettext_lazy("Journalnummer"), help_text=gettext_lazy("For eksempel 2026/4711."), required=False
    )

    def clean(self) -> dict[str, Any]:
        """At least one of them."""
        cleaned = super().clean() or {}
        if not self.errors and not any(cleaned.values()):
            raise forms.ValidationError(_("Skriv minst ett av numrene."))
        return cleaned
