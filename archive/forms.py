"""Forms of the archive."""

from django import forms
from django.utils.translation import gettext_lazy as _

REQUIRED = {"required": _("Fyll ut dette feltet.")}


class RecordForm(forms.Form):
    """What the archivist decides about a record."""

    title = forms.CharField(label=_("Tittel"), max_length=250, error_messages=REQUIRED)
    public_title = forms.CharField(
        label=_("Offentlig tittel"),
        max_length=250,
        error_messages=REQUIRED,
        help_text=_("Vises i offentlig journal. Ta ikke med navn når saken skjermes."),
    )
    class_code = forms.CharField(label=_("Klasse"), max_length=50, error_messages=REQUIRED)
    shield = forms.BooleanField(label=_("Skjermes"), required=False)
    shield_basis = forms.CharField(label=_("Hjemmel"), max_length=200, required=False)
