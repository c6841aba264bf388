"""The page of one channel: how it stands, what the register says of it, and what was done with it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inbox import access
from inbox.actions import channels, sign_ins
from inbox.channel_forms import RegisterForm
from inbox.channel_register import access_in_words, history_of, missing_in_register, rights_lacking, state_of
from inbox.models import Channel
from inbox.platform_apps import META, graph_version_ends
from inbox.rights import GIVEN_AT
from inbox.views.acting import act


@require_safe
def channel(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one channel. Members see it, leads may change it."""
    member = access.team_member(request)
    one = access.channel_for(member, pk)
    context = {
        "channel": one,
        "is_lead": member.may_approve,
        "state": state_of(one),
        "access": access_in_words(one),
        "missing": missing_in_register(one),
        "lacking": rights_lacking(one),
        "given_at": GIVEN_AT.get(one.platform, ""),
        "has_token": bool(one.token) or one.platform == Channel.Platform.RSS,
        "alarm": graph_version_ends().alarm if one.platform in META else "",
        "log": history_of(one),
    }
    return render(request, "inbox/channel.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what the register says of a channel."""
    member = access.lead_member(request)
    one = access.channel_for(member, pk)
    initial = {name: getattr(one, name) for name in channels.REGISTER} | {"owner": str(one.owner_id or "")}
    form = RegisterForm(request.POST or None, initial=initial, municipality=member.municipality)
    if request.method == "POST" and form.is_valid():
        changed = channels.save_register(one, fields=form.cleaned_data, by=member)
        messages.success(request, _("Registeret er lagret.") if changed else _("Ingenting er endret."))
        return redirect("inbox:channel", pk)
    context = {"form": form, "channel": one}
    return render(request, "inbox/channel_register.html", context, status=422 if form.errors else 200)


@require_POST
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop reading the channel for a while."""
    member = access.lead_member(request)
    one = access.channel_for(member, pk)
    return act(request, lambda: channels.pause(one, by=member), done=_("Kanalen er satt på pause."), back=_page(one))


@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Read the channel again."""
    member = access.lead_member(request)
    one = access.channel_for(member, pk)
    return act(
        request, lambda: channels.resume(one, by=member), done=_("Kommentarene leses inn igjen."), back=_page(one)
    )


@require_POST
def disconnect(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget the channel's tokens, and tell the platform where that is possible."""
    member = access.lead_member(request)
    before = channels.disconnect(access.channel_for(member, pk), by=member)
    if sign_ins.revoke(before):
        messages.success(request, _("Kanalen er koblet fra, og plattformen har fått beskjed."))
    else:
        messages.success(
            request, _("Kanalen er koblet fra, og nøkkelen er slettet her. Fjern også tilgangen på plattformen.")
        )
    return redirect("inbox:channel", pk)


def _page(one: Channel) -> str:
    return one.get_absolute_url()
