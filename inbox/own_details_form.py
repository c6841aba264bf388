"""The form of what is the municipality's own in a text: its site, numbers and political bodies."""

import re
from collections.abc import Callable

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guidelines.rule_forms import Lines
from inbox.reading.numbers import is_account, is_national_id, is_phone

MOST = 100
LONGEST_BODY = 100
SHORTEST_BODY = 3


class OwnDetailsForm(forms.Form):
    """Numbers the municipality has made public stop no draft; its bodies tell what is political. Lists: one a line."""

    website = forms.URLField(
        label=gettext_lazy("Nettsted"),
        help_text=gettext_lazy("E-postadresser på dette domenet regnes som kommunens egne."),
        required=False,
        max_length=200,
        assume_scheme="https",
    )
    organisation_number = forms.CharField(
        label=gettext_lazy("Organisasjonsnummer"),
        required=False,
        validators=[RegexValidator(r"^\d{9}$", gettext_lazy("Et organisasjonsnummer har ni sifre."))],
    )
    own_phones = Lines(
        label=gettext_lazy("Kommunens telefonnumre"),
        help_text=gettext_lazy("Ett på hver linje, også mobilnumre. De stopper ikke et svar."),
    )
    own_accounts = Lines(
        label=gettext_lazy("Kommunens kontonumre"),
        help_text=gettext_lazy("Ett på hver linje. De stopper ikke et svar."),
    )
    political_bodies = Lines(
        label=gettext_lazy("Politiske utvalg"),
        help_text=gettext_lazy("Ett på hver linje, som «Hovedutvalg for oppvekst». Kommunestyret er alltid med."),
    )

    def clean_own_phones(self) -> list[str]:
        """Return the numbers as written, each once; refused when one is no telephone number."""
        return _each(self.cleaned_data["own_phones"], is_phone, _("«%(line)s» er ikke et telefonnummer."))

    def clean_own_accounts(self) -> list[str]:
        """Return the accounts as written, each once; an identity number is never taken for one."""
        lines = self.cleaned_data["own_accounts"]
        for line in lines:
            if is_national_id(_digits(line)):
                raise forms.ValidationError(
                    _("«%(line)s» kan være et fødselsnummer. Det kan ikke stå her.") % {"line": line}
                )
        return _each(lines, _is_account, _("«%(line)s» er ikke et kontonummer. Sjekk sifrene."))

    def clean_political_bodies(self) -> list[str]:
        """Return the names, each once; refused when one is too short or too long to be a name."""
        return _each(
            self.cleaned_data["political_bodies"], _is_body, _("«%(line)s» er ikke et navn på et utvalg. Skriv hele.")
        )


def _each(lines: list[str], fits: Callable[[str], bool], words: str) -> list[str]:
    for line in lines:
        if not fits(line):
            raise forms.ValidationError(words % {"line": line[:40]})
    if len(lines) > MOST:
        raise forms.ValidationError(_("Skriv høyst %(most)s linjer.") % {"most": MOST})
    return list(dict.fromkeys(lines))


def _is_account(line: str) -> bool:
    return len(line) <= 20 and bool(re.fullmatch(r"[\d .\u00a0]+", line)) and is_account(_digits(line))


def _is_body(line: str) -> bool:
    return SHORTEST_BODY <= len(line) <= LONGEST_BODY and any(char.isalpha() for char in line)


def _digits(line: str) -> str:
    return "".join(char for char in line if char.isdecimal())
