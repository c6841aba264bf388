"""The pages of what is written beforehand: templates, fact bank, matters, posts to correct; and the hand-entry."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inbox import access, library
from inbox.actions import facts, hand_entry, matters, templates
from inbox.actions.errors import RefusedError
from inbox.library_forms import EnquiryForm, FactForm, MatterForm, TemplateForm
from inbox.models import Fact, Matter, Template
from inbox.views.acting import act
from inbox.workflow import MatterStatus, TemplateStatus
from team.models import Membership

SHELVES = {
    "templates": gettext_lazy("Maler"),
    "facts": gettext_lazy("Faktabank"),
    "matters": gettext_lazy("Saker"),
    "tasks": gettext_lazy("Rett innlegg"),
}
A_YEAR = timedelta(days=365)


def _shelves(current: str, member: Membership) -> list[dict[str, Any]]:
    waiting = library.open_task_count(member.municipality_id)
    return [
        {
            "label": label,
            "url": reverse(f"inbox:{code}"),
            "current": code == current,
            "count": waiting if code == "tasks" else 0,
        }
        for code, label in SHELVES.items()
    ]


@require_safe
def template_list(request: HttpRequest) -> HttpResponse:
    """List the templates with state, use and review date."""
    member = access.team_member(request)
    context = {"shelves": _shelves("templates", member), "templates": library.all_templates(member)}
    return render(request, "inbox/library_templates.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def template_new(request: HttpRequest) -> HttpResponse:
    """Write a new template."""
    member = access.team_member(request)
    form = TemplateForm(request.POST or None, initial={"review_on": timezone.localdate() + A_YEAR})

    def save() -> str:
        data = form.cleaned_data
        template = templates.create(
            name=data["name"],
            kind=data["kind"],
            sortings=data["sortings"],
            platforms=data["platforms"],
            texts=form.texts,
            review_on=data["review_on"],
            by=member,
        )
        return reverse("inbox:template", args=[template.pk])

    return _edit(request, form, save, title=_("Ny mal"), back="inbox:templates", done=_("Malen er lagret som utkast."))


@require_http_methods(["GET", "HEAD", "POST"])
def template(request: HttpRequest, pk: int) -> HttpResponse:
    """Show and change a template; its earlier versions stand below."""
    member = access.team_member(request)
    one = access.template_for(member, pk)
    form = TemplateForm(request.POST or None, initial=_initial(one))

    def save() -> str:
        data = form.cleaned_data
        templates.change(
            one,
            name=data["name"],
            kind=data["kind"],
            sortings=data["sortings"],
            platforms=data["platforms"],
            texts=form.texts,
            review_on=data["review_on"],
            by=member,
        )
        return reverse("inbox:template", args=[one.pk])

    return _edit(
        request,
        form,
        save,
        title=one.name,
        back="inbox:templates",
        done=_("Ny versjon er lagret. En leder må godkjenne den."),
        acts=_template_acts(one, member),
        state=_template_state(one),
        template=one,
        versions=list(one.versions.select_related("saved_by__user", "approved_by__user").order_by("-number")),
        closed=one.status == TemplateStatus.RETIRED,
    )


def _initial(one: Template) -> dict[str, Any]:
    latest = one.latest
    texts = {language: getattr(latest, language) for language in ("nb", "nn", "en")} if latest else {}
    of_form = {"sortings": one.sortings, "platforms": one.platforms, "review_on": one.review_on}
    return {"name": one.name, "kind": one.kind, **of_form, **texts}


def _template_state(one: Template) -> str:
    if one.status == TemplateStatus.APPROVED and one.is_expired:
        return _("Skulle vært sett over. Kan ikke settes inn før en leder har godkjent en ny versjon.")
    return str(one.get_status_display())


def _template_acts(one: Template, member: Membership) -> list[dict[str, Any]]:
    """Return what a lead can do to the template now."""
    if not member.may_approve:
        return []
    acts = []
    if one.status == TemplateStatus.DRAFT:
        acts.append(_act("template_approve", one.pk, _("Godkjenn malen"), primary=True))
    if one.status != TemplateStatus.RETIRED:
        acts.append(_act("template_retire", one.pk, _("Ta ut av bruk")))
    else:
        acts.append(_act("template_revive", one.pk, _("Ta i bruk igjen")))
    return acts


def _act(name: str, pk: int, label: str, *, primary: bool = False, **fields: str) -> dict[str, Any]:
    return {"url": reverse(f"inbox:{name}", args=[pk]), "label": label, "primary": primary, "fields": fields}


@require_POST
def template_approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve the latest version."""
    return _on_template(
        request, pk, templates.approve, _("Malen er godkjent. Uendret tekst trenger ingen annen person.")
    )


@require_POST
def template_retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it out of use."""
    return _on_template(request, pk, templates.retire, _("Malen er tatt ut av bruk."))


@require_POST
def template_revive(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it up again."""
    return _on_template(request, pk, templates.revive, _("Malen er et utkast igjen."))


@require_POST
def template_code(request: HttpRequest, pk: int) -> HttpResponse:
    """Give it its two letters for the keyboard."""
    call = partial(templates.set_short_code, code=request.POST.get("code", ""))
    return _on_template(request, pk, call, _("Koden er lagret."))


def _on_template(request: HttpRequest, pk: int, call: Callable[..., None], done: str) -> HttpResponse:
    member = access.team_member(request)
    one = access.template_for(member, pk)
    return act(request, lambda: call(one, by=member), done=done, back=reverse("inbox:template", args=[pk]))


@require_safe
def fact_list(request: HttpRequest) -> HttpResponse:
    """List the fact bank, or what a search finds in it; with a comment, each can be put into its draft."""
    member = access.team_member(request)
    words = request.GET.get("sok", "")[:500]
    wanted = request.GET.get("kommentar", "")
    comment = access.comment_for(member, int(wanted)) if wanted.isdecimal() and len(wanted) < 19 else None
    context = {
        "shelves": _shelves("facts", member),
        "facts": library.find_facts(member.municipality_id, words),
        "words": words,
        "comment": comment,
    }
    return render(request, "inbox/library_facts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def fact_new(request: HttpRequest) -> HttpResponse:
    """Put a new fact in the bank; from a published correction with its words."""
    member = access.team_member(request)
    initial: dict[str, Any] = {"valid_until": timezone.localdate() + A_YEAR}
    wanted = request.GET.get("svar", "")
    if wanted.isdecimal() and len(wanted) < 19:
        reply = access.reply_for(member, int(wanted))
        claim = reply.comment.claim or reply.comment.text[: facts.CLAIM_LENGTH]
        initial |= {"claim": claim, "correction": reply.text, "source": reply.source}
    return _edit_fact(request, member, None, initial, _("Nytt i faktabanken"))


@require_http_methods(["GET", "HEAD", "POST"])
def fact(request: HttpRequest, pk: int) -> HttpResponse:
    """Show and change a fact."""
    member = access.team_member(request)
    one = access.fact_for(member, pk)
    initial = {name: getattr(one, name) for name in ("claim", "correction", "source", "valid_until")}
    return _edit_fact(request, member, one, initial, _("Fakta"))


def _edit_fact(
    request: HttpRequest, member: Membership, one: Fact | None, initial: dict[str, Any], title: str
) -> HttpResponse:
    form = FactForm(request.POST or None, initial=initial)

    def save() -> str:
        facts.keep(**form.cleaned_data, fact=one, by=member)
        return reverse("inbox:facts")

    state = _("Utløpt. Kan ikke settes inn.") if one and one.is_expired else ""
    return _edit(request, form, save, title=title, back="inbox:facts", done=_("Lagret i faktabanken."), state=state)


@require_safe
def matter_list(request: HttpRequest) -> HttpResponse:
    """List the matters, open ones first."""
    member = access.team_member(request)
    rows = Matter.objects.filter(municipality_id=member.municipality_id)
    context = {
        "shelves": _shelves("matters", member),
        "open": [one for one in rows if one.status == MatterStatus.OPEN],
        "closed": [one for one in rows if one.status != MatterStatus.OPEN][:200],
    }
    return render(request, "inbox/library_matters.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def matter_new(request: HttpRequest) -> HttpResponse:
    """Enter a matter."""
    return _edit_matter(request, access.team_member(request), None)


@require_http_methods(["GET", "HEAD", "POST"])
def matter(request: HttpRequest, pk: int) -> HttpResponse:
    """Show and change a matter."""
    member = access.team_member(request)
    return _edit_matter(request, member, access.matter_for(member, pk))


def _edit_matter(request: HttpRequest, member: Membership, one: Matter | None) -> HttpResponse:
    names = ("number", "title", "recommendation", "link", "body", "meeting_on")
    form = MatterForm(request.POST or None, initial={name: getattr(one, name) for name in names} if one else None)

    def save() -> str:
        matters.keep(**form.cleaned_data, matter=one, by=member)
        return reverse("inbox:matters")

    closed = one is not None and one.status != MatterStatus.OPEN
    return _edit(
        request,
        form,
        save,
        title=str(one) if one else _("Ny sak"),
        back="inbox:matters",
        done=_("Saken er lagret."),
        acts=_matter_acts(one, member),
        state=one.get_status_display() if one else "",
        closed=closed or not member.may_approve,
    )


def _matter_acts(one: Matter | None, member: Membership) -> list[dict[str, Any]]:
    if one is None or not member.may_approve:
        return []
    if one.status != MatterStatus.OPEN:
        return [_act("matter_reopen", one.pk, _("Åpne saken igjen"))]
    return [
        _act("matter_close", one.pk, _("Vedtatt"), how="decide"),
        _act("matter_close", one.pk, _("Trukket"), how="withdraw"),
    ]


@require_POST
def matter_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Decided or withdrawn."""
    member = access.team_member(request)
    one = access.matter_for(member, pk)
    how = request.POST.get("how", "")
    done = _("Saken tilbys ikke lenger i svar.")
    return act(request, lambda: matters.close(one, how=how, by=member), done=done, back="inbox:matters")


@require_POST
def matter_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Under treatment again."""
    member = access.team_member(request)
    one = access.matter_for(member, pk)
    done = _("Saken er under behandling igjen.")
    return act(request, lambda: matters.reopen(one, by=member), done=done, back="inbox:matters")


@require_safe
def task_list(request: HttpRequest) -> HttpResponse:
    """List the posts of ours that were wrong."""
    member = access.team_member(request)
    context = {"shelves": _shelves("tasks", member), "tasks": library.correction_tasks(member)}
    return render(request, "inbox/library_tasks.html", context)


@require_POST
def task_finish(request: HttpRequest, pk: int) -> HttpResponse:
    """The post is corrected."""
    member = access.team_member(request)
    one = access.task_for(member, pk)
    return act(
        request,
        lambda: facts.finish_task(one, by=member),
        done=_("Innlegget er merket som rettet."),
        back="inbox:tasks",
    )


@require_POST
def task_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """It is not."""
    member = access.team_member(request)
    one = access.task_for(member, pk)
    return act(
        request, lambda: facts.reopen_task(one, by=member), done=_("Oppgaven er åpen igjen."), back="inbox:tasks"
    )


@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Write in an enquiry that did not come through a channel."""
    member = access.team_member(request)
    form = EnquiryForm(request.POST or None, request.FILES or None)

    def save() -> str:
        comment = hand_entry.enter(**form.cleaned_data, by=member)
        return reverse("inbox:comment", args=[comment.pk])

    return _edit(
        request,
        form,
        save,
        title=_("Ny henvendelse"),
        back="inbox:queue",
        done=_("Henvendelsen ligger i køen. Sorter den, så ser du pliktene."),
        intro=_(
            "For spørsmål som kom som direktemelding, i en gruppe, på telefon eller til en privat konto. "
            "Pliktene er de samme. Svaret gir du selv, og så registrerer du det."
        ),
    )


def _edit(
    request: HttpRequest, form: forms.Form, save: Callable[[], str], *, title: str, back: str, done: str, **more: Any
) -> HttpResponse:
    """Show a form, or save it and go on; what is refused is said above the form, with what was written kept."""
    if request.method == "POST" and form.is_valid():
        try:
            where = save()
        except RefusedError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, done)
            return HttpResponseRedirect(where)
    context = {"form": form, "title": title, "back_url": reverse(back), **more}
    return render(request, "inbox/library_form.html", context, status=422 if form.errors else 200)
