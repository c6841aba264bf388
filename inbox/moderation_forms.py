"""Forms of hiding, deleting and banning, and of the rules they need."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inbox.actions.interventions import LOOK_AGAIN_AFTER
from inbox.models import HouseRule, Intervention

Kind = Intervention.Kind
DATE = forms.DateInput(attrs={"type": "date"})
BAN_FOR = timedelta(days=90)


class RuleForm(forms.Form):
    """One published rule."""

    title = forms.CharField(label=_("Tittel"), max_length=100)
    code = forms.SlugField(
        label=_("Kode"),
        max_length=20,
        help_text=_("Små bokstaver, tall og bindestrek. Koden «spam» er regelen hurtigtasten s skjuler etter."),
    )
    text = forms.CharField(
        label=_("Regelen, slik den er publisert"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 4})
    )
    link = forms.URLField(
        label=_("Hvor den er publisert"),
        max_length=200,
        assume_scheme="https",
        help_text=_("Adressen til siden der innbyggerne kan lese reglene. Står i meldingen til avsenderen."),
    )
    allows = forms.MultipleChoiceField(
        label=_("Regelen gir adgang til å"),
        choices=HouseRule.Allows.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Velg hva regelen gir adgang til.")},
    )


class InterventionForm(forms.Form):
    """Why, by which rule, what the sender is told, and until when. Built for one kind of act on one comment."""

    rule = forms.ModelChoiceField(
        label=_("Etter hvilken regel"),
        queryset=HouseRule.objects.none(),
        empty_label=_("Velg regel"),
        error_messages={"required": _("Velg hvilken av kommunens regler det gjøres etter.")},
    )
    reason = forms.CharField(
        label=_("Hvorfor regelen gjelder her"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Til loggen og den som ser på det igjen. Avsenderen ser den ikke."),
    )
    message = forms.CharField(
        label=_("Melding til avsenderen"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Sendes privat, én gang. Regelen du velger, blir satt inn. Tøm feltet hvis ingen skal ha melding."),
    )
    look_again_on = forms.DateField(
        label=_("Se på den igjen"), widget=DATE, help_text=_("Lederen får den på listen sin den dagen.")
    )
    ends_on = forms.DateField(
        label=_("Til og med"), widget=DATE, help_text=_("Den dagen oppheves utestengingen, der plattformen lar oss.")
    )
    ends_comment = forms.BooleanField(label=_("Avslutt kommentaren som «Skjult etter regel»"), required=False)
    considered = forms.BooleanField(label=_("Jeg har vurdert at ingen er i fare"), required=False)

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        kind: str,
        rules: list[HouseRule],
        can_tell: bool,
        urgent: bool,
        initial: Mapping[str, Any],
    ) -> None:
        today = timezone.localdate()
        days = {"look_again_on": today + LOOK_AGAIN_AFTER, "ends_on": today + BAN_FOR, "ends_comment": True}
        super().__init__(data, initial={**days, **initial})
        choices = self.fields["rule"]
        choices.queryset = HouseRule.objects.filter(pk__in=[one.pk for one in rules]).order_by("title")  # type: ignore[attr-defined]
        asked = {
            "look_again_on": kind == Kind.HIDE,
            "ends_on": kind == Kind.BAN,
            "ends_comment": kind != Kind.BAN,
            "message": can_tell,
            "considered": urgent,
        }
        unused = {name for name, is_asked in asked.items() if not is_asked}
        if kind == Kind.UNHIDE:
            unused = set(self.fields) - {"reason"}
        for name in unused:
            del self.fields[name]
        if kind == Kind.UNHIDE:
            self.fields["reason"].label = _("Hvorfor den kan vises igjen")


class LookAgainForm(forms.Form):
    """Until when a hidden comment stays hidden without being looked at; empty: for good."""

    look_again_on = forms.DateField(required=False, error_messages={"invalid": _("Velg en dag.")})
