"""Forms of the archive."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.actions import Decision
from archive.code_lists import Codes, Lists
from archive.models import CaseRecord
from archive.proposals import Proposal
from archive.queries import record_numbered

REQUIRED = {"required": gettext_lazy("Fyll ut dette feltet.")}
_CASE_NUMBER = re.compile(r"(\d{2}|\d{4})\s*/\s*(\d{1,9})")


class Ids(forms.Field):
    """Ids that were ticked; anything else is left out. Gives a list of whole numbers."""

    widget = forms.SelectMultiple

    def clean(self, value: Any) -> list[int]:
        return [int(one) for one in value or [] if str(one).isdecimal() and len(str(one)) < 19]


class Keys(forms.Field):
    """Keys that were ticked. Gives a list of texts; what is nobody's key is left out where they are used."""

    widget = forms.SelectMultiple

    def clean(self, value: Any) -> list[str]:
        return [str(one)[:40] for one in value or []]


class RecordForm(forms.Form):
    """What the archivist decides about a record."""

    title = forms.CharField(label=gettext_lazy("Tittel"), max_length=250, error_messages=REQUIRED)
    public_title = forms.CharField(
        label=gettext_lazy("Offentlig tittel"),
        max_length=250,
        error_messages=REQUIRED,
        help_text=gettext_lazy("Vises i offentlig journal. Ta ikke med navn når saken skjermes."),
    )
    journal = forms.ChoiceField(
        label=gettext_lazy("Er den behandlet som sak?"),
        choices=[("yes", gettext_lazy("Ja, journalføres")), ("no", gettext_lazy("Nei, arkiveres uten journalføring"))],
        required=False,
    )
    class_code = forms.CharField(label=gettext_lazy("Klasse"), max_length=50, error_messages=REQUIRED)
    unit_code = forms.ChoiceField(label=gettext_lazy("Enhet"), required=False)
    shield = forms.BooleanField(label=gettext_lazy("Skjermes"), required=False)
    access_code = forms.ChoiceField(label=gettext_lazy("Tilgangskode"), required=False)
    shield_basis = forms.CharField(label=gettext_lazy("Hjemmel"), max_length=200, required=False)
    case_choice = forms.ChoiceField(
        label=gettext_lazy("Sak i arkivet"), choices=CaseRecord.CaseChoice.choices, required=False
    )
    case = forms.CharField(
        label=gettext_lazy("Saksnummer i arkivet"),
        help_text=gettext_lazy("For eksempel 2026/1187."),
        max_length=20,
        required=False,
    )
    together_with = forms.CharField(
        label=gettext_lazy("Nummeret på det andre grunnlaget"),
        help_text=gettext_lazy("For eksempel SD-0146."),
        max_length=20,
        required=False,
    )
    left_out = Ids(required=False)
    left_out_context = Ids(required=False)
    picked_notes = Keys(required=False)
    answered = forms.BooleanField(label=gettext_lazy("Jeg har sett på det. Titlene skal stå slik."), required=False)

    def __init__(self, *args: Any, record: CaseRecord, codes: Codes, proposed: Proposal, **kwargs: Any) -> None:
        kwargs.setdefault("initial", _initial(record, proposed))
        super().__init__(*args, **kwargs)
        self.record, self.proposed = record, proposed
        self.classes = codes.choices(Lists.CLASS)
        self.fields["unit_code"].choices = [("", _("Kommunen selv")), *codes.choices(Lists.UNIT)]  # type: ignore[attr-defined]
        self.fields["access_code"].choices = codes.choices(Lists.ACCESS)  # type: ignore[attr-defined]
        self.questions: list[str] = []

    def clean_case(self) -> tuple[int, int] | None:
        """Return (year, number in the year), None when nothing is written."""
        text = str(self.cleaned_data["case"]).strip()
        found = _CASE_NUMBER.fullmatch(text)
        if text and not found:
            raise forms.ValidationError(_("Skriv år og nummer, for eksempel 2026/1187."))
        if not found:
            return None
        year = int(found[1])
        return year + 2000 if year < 100 else year, int(found[2])

    def clean_together_with(self) -> CaseRecord | None:
        """Return the other record of this municipality, None when nothing is written."""
        text = str(self.cleaned_data["together_with"]).strip()
        other = record_numbered(self.record.municipality_id, text) if text else None
        if text and other is None:
            raise forms.ValidationError(_("Det finnes ikke noe arkivgrunnlag med det nummeret."))
        return other

    def decision(self) -> Decision:
        """Return what was decided; what the form did not say is as proposed."""
        said = self.cleaned_data
        asked_for_journal = said.pop("journal") or ("yes" if self.proposed.journal else "no")
        if "unit_code" not in self.data:
            said["unit_code"] = self.proposed.unit_code
        said["case_choice"] = said["case_choice"] or self.proposed.case_choice
        return Decision(journal=asked_for_journal == "yes", **said)


def _initial(record: CaseRecord, proposed: Proposal) -> dict[str, Any]:
    """Return what the form begins with: what is decided, else what we propose."""
    if not record.title:
        return {
            **proposed.as_plain(),
            "journal": "yes" if proposed.journal else "no",
        }
    case = record.case_number if record.case_choice == CaseRecord.CaseChoice.EXISTING else ""
    return {
        "title": record.title,
        "public_title": record.public_title,
        "journal": "yes" if record.journal else "no",
        "class_code": record.class_code,
        "unit_code": record.case_unit_code,
        "shield": record.shield,
        "shield_basis": record.shield_basis or proposed.shield_basis,
        "access_code": record.access_code or proposed.access_code,
        "case_choice": record.case_choice,
        "case": case,
        "together_with": str(record.together_with or ""),
    }


class HoldForm(forms.Form):
    """Why nothing of a record is to be erased; empty lifts the hold."""

    reason = forms.CharField(label=gettext_lazy("Grunn"), max_length=200, required=False)


class ErasingForm(forms.Form):
    """Why a record may be erased although the archive has not receipted it."""

    reason = forms.CharField(label=gettext_lazy("Begrunnelse, uten navn"), max_length=200)
