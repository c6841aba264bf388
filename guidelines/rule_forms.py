"""The form of one duty, and of the municipality's policy: plain fields in, a `Duty` out, and the words when wrong."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from guidelines import labels
from guidelines.as_data import DutyDataError, duty_from_data
from guidelines.duties import Check, Duty, DutyKind, EnquiryChoice, Stage, When, WordingError, notice_text
from guidelines.models import GuidelineVersion, Policy
from guidelines.own_words import own_words, said_by
from guidelines.soundness import LANGUAGE_NAMES, LANGUAGES
from team.models import Membership, Municipality

YES_NO = {"": None, "yes": True, "no": False}
SORTING_CHOICES = list(labels.SORTINGS.items())
FLAG_CHOICES = list(labels.FLAGS.items())


TICKED = (forms.CheckboxInput, forms.CheckboxSelectMultiple)


def look_alike(form: forms.BaseForm) -> None:
    """Give every field that is written in or chosen from the look of the house."""
    for field in form.fields.values():
        if not isinstance(field.widget, TICKED):
            field.widget.attrs["class"] = "ds-input"


class Lines(forms.CharField):
    """A text area with one text on each line; cleans to a list without blank lines."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=5_000, widget=forms.Textarea(attrs={"rows": 3}), **kwargs)

    def clean(self, value: Any) -> list[str]:
        """Return the lines, trimmed."""
        return [line.strip() for line in super().clean(value).splitlines() if line.strip()]


class WhenForm(forms.Form):
    """One set of conditions; all of them must hold. Nothing chosen is no condition."""

    sortings = forms.MultipleChoiceField(
        label=_("Sortert som en av"), choices=SORTING_CHOICES, required=False, widget=forms.CheckboxSelectMultiple
    )
    flags = forms.MultipleChoiceField(
        label=_("Merket med en av"), choices=FLAG_CHOICES, required=False, widget=forms.CheckboxSelectMultiple
    )
    without_flags = forms.MultipleChoiceField(
        label=_("Ikke når den er merket"), choices=FLAG_CHOICES, required=False, widget=forms.CheckboxSelectMultiple
    )
    addressed_to_us = forms.ChoiceField(
        label=_("Til oss"),
        choices=[("", _("Uansett")), ("yes", _("Bare til oss")), ("no", _("Bare ikke til oss"))],
        required=False,
    )
    documentation_value = forms.ChoiceField(
        label=_("Verdi som dokumentasjon"),
        choices=[("", _("Uansett")), ("yes", _("Bare når svaret er ja")), ("no", _("Bare når svaret er nei"))],
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        look_alike(self)

    def as_data(self) -> dict[str, Any]:
        """Return the conditions as `duty_from_data` reads them; an empty dict when nothing is chosen."""
        data = self.cleaned_data
        found: dict[str, Any] = {name: data[name] for name in ("sortings", "flags", "without_flags") if data.get(name)}
        for name in ("addressed_to_us", "documentation_value"):
            if (answer := YES_NO[data.get(name) or ""]) is not None:
                found[name] = answer
        return found


WhenFormSet = forms.formset_factory(WhenForm, extra=1, max_num=10)


class DutyForm(forms.Form):
    """One duty, all but when it applies: `WhenFormSet` beside it, `always` in place of it."""

    code = forms.CharField(
        label=_("Kode"),
        help_text=_("Står i loggen, og endres ikke senere. Små bokstaver, tall og bindestrek, som c5-varsel."),
        max_length=50,
        validators=[RegexValidator(r"^[A-Za-z0-9][A-Za-z0-9-]*$", _("Bruk bare bokstavene a–z, tall og bindestrek."))],
    )
    title = forms.CharField(
        label=_("Plikten, kort"),
        help_text=_("Kommunens egne ord settes inn for {executive_title}, {leader_title} og {accounts_word}."),
        max_length=150,
    )
    clause = forms.ChoiceField(
        label=_("Punkt i retningslinjene"), help_text=_("«Loven» når plikten gjelder uansett."), required=False
    )
    point = forms.CharField(label=_("Vises som"), help_text=_("For eksempel «punkt 5» eller «lov»."), max_length=40)
    kind = forms.ChoiceField(label=_("Hva den krever"), choices=list(labels.KINDS.items()))
    stage = forms.ChoiceField(label=_("Når den må være oppfylt"), choices=list(labels.STAGES.items()))
    always = forms.BooleanField(label=_("Gjelder alle kommentarer"), required=False)
    same_day = forms.BooleanField(label=_("Må gjøres samme dag"), required=False)
    draft_check = forms.ChoiceField(
        label=_("Kontroll av utkastet"), choices=[("", _("Ingen")), *labels.CHECKS.items()], required=False
    )
    forward_instead = forms.BooleanField(
        label=_("Kan videresendes i stedet"),
        help_text=_("Den som svarer, velger: be om skriftlig henvendelse, eller videresend."),
        required=False,
    )

    def __init__(self, *args: Any, version: GuidelineVersion, duty: Duty | None = None, **kwargs: Any) -> None:
        if duty is not None:
            kwargs["initial"] = _initial(duty)
        super().__init__(*args, **kwargs)
        self.duty = duty
        town = version.guideline.municipality
        points = [
            (point.code, f"{point.code} {said_by(town, point.title)}")
            for part in version.parts
            for point in part.points
        ]
        clause = self.fields["clause"]
        if isinstance(clause, forms.ChoiceField):
            clause.choices = [("", _("Loven")), *points, *_also(duty, points)]
        if duty is not None:
            self.fields["code"].disabled = True
        for name, label, help_text in _TEXTS:
            for language in LANGUAGES:
                field = Lines(label=f"{label}, {LANGUAGE_NAMES[language]}", help_text=help_text)
                field.widget.attrs["lang"] = language
                self.fields[f"{name}_{language}"] = field
        look_alike(self)

    def texts(self) -> Iterable[tuple[Any, list[forms.BoundField]]]:
        """Return the text areas by what they are for, each in three languages, for the page."""
        for name, label, _help in _TEXTS:
            yield label, [self[f"{name}_{language}"] for language in LANGUAGES]

    def to_duty(self, whens: Iterable[Mapping[str, Any]]) -> Duty | None:
        """Return the duty the form describes; None, with the error on the form, when it cannot be one."""
        data = self.cleaned_data
        conditions = [{}] if data["always"] else [when for when in whens if when]
        if not conditions:
            self.add_error(None, _("Si når plikten gjelder, eller at den gjelder alle kommentarer."))
            return None
        try:
            return duty_from_data(self._as_data(data, conditions))
        except DutyDataError as error:
            self.add_error(None, str(error))
            return None

    def _as_data(self, data: Mapping[str, Any], whens: list[Mapping[str, Any]]) -> dict[str, Any]:
        texts = {
            name: {language: lines for language in LANGUAGES if (lines := data[f"{name}_{language}"])}
            for name, *_rest in _TEXTS
        }
        same = ("code", "clause", "point", "kind", "stage", "title", "draft_check", "same_day")
        alternatives = [EnquiryChoice.FORWARD] if data["forward_instead"] else []
        return {**{name: data[name] for name in same}, **texts, "when": whens, "alternatives": alternatives}


_TEXTS = (
    (
        "wording",
        _("Teksten som settes inn"),
        _("Én utgave på hver linje. Felt: {form_url}, {address}, {municipality}."),
    ),
    (
        "short_wording",
        _("Kort utgave med lenke"),
        _("Brukes når svaret ellers blir for langt. Må ha {notice_url} eller {form_url}. Tom: ikke tilbudt."),
    ),
    (
        "recognised_by",
        _("Kjennes igjen på"),
        _("Ett ordlag på hver linje. Står ett av dem i svaret, er plikten oppfylt."),
    ),
    (
        "alternative_wording",
        _("Når det videresendes i stedet"),
        _("Tilbys avsenderen, kreves aldri. Én utgave på hver linje."),
    ),
)


def whens_of(duty: Duty) -> list[dict[str, Any]]:
    """Return the conditions as the form set shows them."""
    answers = {value: name for name, value in YES_NO.items()}
    return [
        {
            "sortings": sorted(when.sortings),
            "flags": sorted(when.flags),
            "without_flags": sorted(when.without_flags),
            "addressed_to_us": answers[when.addressed_to_us],
            "documentation_value": answers[when.documentation_value],
        }
        for when in duty.when
        if when != When()
    ]


def previews(duty: Duty, municipality: Municipality) -> list[tuple[Any, str, str]]:
    """Return (language name, language, text) of the notice as it would stand in this municipality's replies."""
    fields = {
        "form_url": municipality.enquiry_url,
        "notice_url": municipality.notice_url,
        "address": municipality.enquiry_email,
        **own_words(municipality),
    }
    found = []
    for language in LANGUAGES if duty.is_notice else ():
        try:
            found.append((LANGUAGE_NAMES[language], language, notice_text(duty, language, fields)))
        except (WordingError, KeyError, ValueError):
            found.append((LANGUAGE_NAMES[language], language, ""))
    return found


def _initial(duty: Duty) -> dict[str, Any]:
    texts = {
        f"{name}_{language}": "\n".join(getattr(duty, name).get(language, ()))
        for name, *_rest in _TEXTS
        for language in LANGUAGES
    }
    same = ("code", "clause", "point", "title", "same_day")
    return {
        **{name: getattr(duty, name) for name in same},
        **texts,
        "kind": DutyKind(duty.kind).value,
        "stage": Stage(duty.stage).value,
        "draft_check": Check(duty.draft_check).value if duty.draft_check else "",
        "always": When() in duty.when,
        "forward_instead": EnquiryChoice.FORWARD in duty.alternatives,
    }


def _also(duty: Duty | None, points: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the duty's own clause when the sections do not have it: it must not be lost by saving."""
    known = {"", *(code for code, _label in points)}
    return [(duty.clause, duty.clause)] if duty and duty.clause not in known else []


class MemberField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A choice of colleagues by name."""

    def label_from_instance(self, obj: Any) -> str:
        """Return the person's name."""
        return str(obj.name)


class PolicyForm(forms.ModelForm):  # type: ignore[type-arg]
    """What the municipality has decided: who may publish alone, and which endings it allows."""

    alone_for = forms.MultipleChoiceField(
        label=_("Én person kan publisere"), choices=[*SORTING_CHOICES, *FLAG_CHOICES], required=False
    )
    alone_on_duty = MemberField(
        label=_("Alene på vakt"),
        queryset=Membership.objects.none(),
        required=False,
        empty_label=_("Ingen"),
        error_messages={"invalid_choice": _("Velg en som svarer for kommunen.")},
    )
    alone_until = forms.DateField(
        label=_("Til og med"),
        required=False,
        error_messages={"invalid": _("Skriv en dato, som 24.12.2026.")},
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    class Meta:
        model = Policy
        fields = ["alone_for", "alone_on_duty", "alone_until", "citizens_may_be_left"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        look_alike(self)
        who = self.fields["alone_on_duty"]
        if isinstance(who, forms.ModelChoiceField):
            who.queryset = (
                Membership.objects.current()
                .filter(municipality=self.instance.municipality, role__in=["member", "lead"])
                .select_related("user")
            )

    def clean(self) -> dict[str, Any]:
        """Somebody alone on duty has an end."""
        data = super().clean() or self.cleaned_data
        if data.get("alone_on_duty") and not data.get("alone_until"):
            self.add_error("alone_until", _("Si til og med hvilken dag."))
        return data
