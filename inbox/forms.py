"""Forms of the inbox: what a person may send, and the words when it is wrong."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from guidelines.duties import Flag, Sorting
from inbox.enclosures import Answers, Tick
from inbox.models import Comment, OutsideBody, Reply
from team.models import Membership, Unit

SORTING_LABELS = {
    Sorting.PRAISE: _("Ros"),
    Sorting.NEUTRAL: _("Nøytral"),
    Sorting.NEGATIVE: _("Negativ"),
    Sorting.FACTUAL_ERROR: _("Faktafeil"),
    Sorting.CASE_HANDLING: _("Saksbehandling"),
}
FLAG_LABELS = {
    Flag.URGENT: _("Akutt"),
    Flag.PERSONAL_DATA: _("Personopplysninger"),
    Flag.HEALTH_DATA: _("Helseopplysninger"),
    Flag.POLITICAL: _("Politisk nivå"),
    Flag.ABOUT_PERSON: _("Om en person"),
    Flag.THREAT: _("Trussel"),
    Flag.PRESS: _("Presse"),
    Flag.ACCESS_REQUEST: _("Innsynskrav"),
    Flag.COMPLAINT: _("Klage"),
}
YES_NO = [("yes", _("Ja")), ("no", _("Nei"))]


def yes_no(value: str) -> bool | None:
    """Return True, False, or None when the question was not answered."""
    return {"yes": True, "no": False}.get(value)


class SortForm(forms.Form):
    """Which sortings, and the two small questions."""

    sortings = forms.MultipleChoiceField(
        choices=list(SORTING_LABELS.items()),
        error_messages={"required": _("Velg minst én sortering."), "invalid_choice": _("Ukjent sortering.")},
    )
    documentation_value = forms.ChoiceField(choices=[("", ""), *YES_NO], required=False)
    addressed_to_us = forms.ChoiceField(choices=[("", ""), *YES_NO], required=False)
    unsorted = forms.BooleanField(required=False)  # the person saw it unsorted: a colleague's sorting is not replaced


class FlagForm(forms.Form):
    """Which flags a person has decided."""

    flags = forms.MultipleChoiceField(choices=list(FLAG_LABELS.items()), required=False)


class DraftForm(forms.Form):
    """The draft answer, with the version it was written on."""

    text = forms.CharField(
        required=False, strip=False, max_length=20_000, error_messages={"max_length": _("Svaret er for langt.")}
    )
    source = forms.CharField(required=False, max_length=2_000)
    claim = forms.CharField(required=False, max_length=1_000)
    enquiry_choice = forms.ChoiceField(choices=[("", ""), *Reply.EnquiryChoice.choices], required=False)
    version = forms.IntegerField(required=False, min_value=0)
    sent = forms.CharField(required=False, strip=False, max_length=20_000)  # what this tab sent without an answer
    picture_alt = forms.CharField(
        required=False,
        max_length=1_000,
        error_messages={"max_length": _("Beskrivelsen av bildet er for lang: høyst 1000 tegn.")},
    )
    recognisable = forms.ChoiceField(choices=[("", ""), *Reply.Recognisable.choices], required=False)
    tells_story = forms.BooleanField(required=False)
    ticks = forms.MultipleChoiceField(choices=[(one.value, one.value) for one in Tick], required=False)
    consent = forms.CharField(
        required=False,
        max_length=500,
        error_messages={"max_length": _("Henvisningen til samtykket er for lang: høyst 500 tegn.")},
    )

    @property
    def answers(self) -> Answers | None:
        """What was answered about a picture or a story; None when the form did not ask."""
        if "enclosed" not in self.data:
            return None
        given = self.cleaned_data
        return Answers(
            given["picture_alt"], given["recognisable"], given["tells_story"], given["ticks"], given["consent"]
        )


class RemarkForm(forms.Form):
    """Why a reply is sent back."""

    remark = forms.CharField(max_length=2_000, error_messages={"required": _("Skriv hva som må endres.")})


class EndForm(forms.Form):
    """How a comment ends without an answer of its own; the reply that answered it too, the reason in own words."""

    ending = forms.ChoiceField(
        choices=Comment.Ending.choices,
        error_messages={
            "required": _("Velg hvordan kommentaren avsluttes."),
            "invalid_choice": _("Velg en av måtene en kommentar kan avsluttes på."),
        },
    )
    reason = forms.CharField(
        required=False, max_length=500, error_messages={"max_length": _("Begrunnelsen er for lang: høyst 500 tegn.")}
    )
    joint_reply = forms.ModelChoiceField(
        queryset=Reply.objects.none(),
        required=False,
        error_messages={"invalid_choice": _("Velg svaret som også besvarer denne kommentaren.")},
    )

    def __init__(self, *args: Any, comment: Comment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        joint = self.fields["joint_reply"]
        if isinstance(joint, forms.ModelChoiceField):
            joint.queryset = Reply.objects.filter(municipality_id=comment.municipality_id)


class WaitForm(forms.Form):
    """The day a comment waits until (one of those offered, or another), and what for."""

    until = forms.DateField(required=False, error_messages={"invalid": _("Skriv dagen som 24.11.2026.")})
    other = forms.DateField(required=False, error_messages={"invalid": _("Skriv dagen som 24.11.2026.")})
    reason = forms.CharField(
        required=False, max_length=200, error_messages={"max_length": _("Begrunnelsen kan ha høyst 200 tegn.")}
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        data["until"] = data.get("until") or data.get("other")
        if not self.errors and not data["until"]:
            raise forms.ValidationError(_("Velg hvilken dag kommentaren skal fram igjen."))
        return data


class FinalByForm(forms.Form):
    """The day an interim answer promises the final one: one of those offered, another, or none (it is final)."""

    final_by = forms.CharField(required=False)
    final_other = forms.DateField(required=False, error_messages={"invalid": _("Skriv dagen som 24.11.2026.")})

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        data["day"] = None
        if self.errors or not data.get("final_by"):
            return data
        if data["final_by"] != "other":
            data["day"] = forms.DateField().clean(data["final_by"])
        elif not (data.get("final_other")):
            raise forms.ValidationError(_("Velg når avsenderen skal ha det endelige svaret."))
        else:
            data["day"] = data["final_other"]
        return data


class RecipientForm(forms.Form):
    """Who the question belongs to: "unit:3", "body:5" or "" (nobody), and a word to them."""

    to = forms.RegexField(
        r"^(unit|body):\d{1,18}$", required=False, error_messages={"invalid": _("Velg en mottaker fra listen.")}
    )
    remark = forms.CharField(
        required=False, max_length=1000, error_messages={"max_length": _("Beskjeden kan ha høyst 1000 tegn.")}
    )

    def __init__(self, *args: Any, municipality_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.municipality_id = municipality_id

    def clean_to(self) -> "Unit | OutsideBody | None":
        """Return the recipient, which must be in use in this municipality."""
        kind, _colon, pk = self.cleaned_data["to"].partition(":")
        if not pk:
            return None
        of = {"pk": pk, "municipality_id": self.municipality_id, "is_active": True}
        found = Unit.objects.filter(**of).first() if kind == "unit" else OutsideBody.objects.filter(**of).first()
        if found is None:
            raise forms.ValidationError(_("Velg en mottaker fra listen."))
        return found

    def recipient(self) -> "Unit | OutsideBody | None":
        chosen: Unit | OutsideBody | None = self.cleaned_data["to"]
        return chosen


class NameForm(forms.Form):
    """Who confirms that the question has arrived."""

    name = forms.CharField(
        label=_("Navnet ditt"), max_length=100, error_messages={"required": _("Skriv navnet på den som bekrefter.")}
    )


class AnswerForm(forms.Form):
    """What the recipient answered."""

    answer = forms.CharField(max_length=10_000, error_messages={"required": _("Skriv hva mottakeren svarte.")})


class OutsideBodyForm(forms.Form):
    """A recipient outside the municipality."""

    name = forms.CharField(label=_("Navn"), max_length=100, error_messages={"required": _("Skriv navnet.")})
    email = forms.EmailField(
        label=_("E-post"),
        max_length=254,
        error_messages={"required": _("Skriv e-postadressen."), "invalid": _("E-postadressen er ikke gyldig.")},
    )
    legal_basis = forms.CharField(
        label=_("Hjemmel for å sende henvendelser videre"),
        max_length=200,
        error_messages={"required": _("Skriv hvilken hjemmel som gjelder.")},
    )


class UnitDetailsForm(OutsideBodyForm):
    """A unit of the municipality."""

    code = forms.CharField(
        label=_("Kode i arkivet"), max_length=20, error_messages={"required": _("Skriv koden arkivet bruker.")}
    )


class AssignForm(forms.Form):
    """The colleague who gets the comment."""

    to = forms.ModelChoiceField(
        queryset=Membership.objects.none(),
        error_messages={"required": _("Velg en kollega."), "invalid_choice": _("Velg en som svarer for kommunen.")},
    )

    def __init__(self, *args: Any, municipality_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        to = self.fields["to"]
        if isinstance(to, forms.ModelChoiceField):
            to.queryset = Membership.objects.current().filter(
                municipality_id=municipality_id, role__in=["member", "lead"]
            )


class FoundForm(forms.Form):
    """Where the unclear reply stands on the platform."""

    permalink = forms.CharField(
        max_length=2000, error_messages={"required": _("Lim inn adressen til svaret på plattformen.")}
    )
