"""Connecting a channel: choosing a platform, the way there and back, choosing the account."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inbox import access
from inbox.actions import channels, sign_ins
from inbox.actions.errors import RefusedError
from inbox.channel_forms import CONNECTABLE, AppPasswordForm, NewChannelForm, OneAccountForm
from inbox.models import Channel, SignIn
from inbox.models.channel import WITHOUT_ACCOUNT
from inbox.platform_apps import META, base_url_of, graph_version_ends, missing_settings, redirect_uri
from inbox.rights import FOR_PICTURES, GIVEN_AT, RIGHTS, may_send_pictures, missing_rights
from team.actions import change_municipality
from team.models import Membership


@require_safe
def new(request: HttpRequest) -> HttpResponse:
    """Choose what to connect."""
    member = access.lead_member(request)
    return _new_page(request, member, OneAccountForm(initial=_policy_of(member)))


@require_POST
def one_account(request: HttpRequest) -> HttpResponse:
    """Say whether the guideline speaks of one account only."""
    member = access.lead_member(request)
    form = OneAccountForm(request.POST)
    if not form.is_valid():
        return _new_page(request, member, form, status=422)
    changed = change_municipality(member.municipality, form.cleaned_data, by=member)
    messages.success(request, _("Innstillingen er lagret.") if changed else _("Ingenting er endret."))
    return redirect("inbox:channel_new")


def _new_page(request: HttpRequest, member: Membership, form: OneAccountForm, status: int = 200) -> HttpResponse:
    context = {
        "platforms": [(one, missing_settings(one)) for one in CONNECTABLE],
        "form": form,
        "others": _others(member),
        "municipality": member.municipality,
        "alarm": graph_version_ends().alarm,
    }
    return render(request, "inbox/connect_new.html", context, status=status)


def _policy_of(member: Membership) -> dict[str, object]:
    town = member.municipality
    return {"one_account_only": town.one_account_only, "one_account_clause": town.one_account_clause}


def _others(member: Membership) -> list[Channel]:
    """The channels the municipality has already: accounts, not what is written in by hand or read from a site."""
    return [one for one in access.channels_for(member) if one.platform not in WITHOUT_ACCOUNT]


def _warns(member: Membership, platform: str) -> list[Channel]:
    """The accounts there are, where the guideline speaks of one and this would be one more."""
    is_account = platform != Channel.Platform.RSS
    return _others(member) if member.municipality.one_account_only and is_account else []


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, platform: str) -> HttpResponse:
    """The form of a new channel on one platform."""
    member = access.lead_member(request)
    if platform not in [str(one) for one in CONNECTABLE]:
        raise Http404
    others = _warns(member, platform)
    form = NewChannelForm(
        request.POST or None, platform=platform, must_know=bool(others), initial={"base_url": _proposed(platform)}
    )
    if request.method == "POST" and form.is_valid() and not missing_settings(platform):
        try:
            return _begin_new(platform, form, bool(others), member)
        except RefusedError as refusal:
            form.add_error(None, str(refusal))
    context = {**_about(platform), "form": form, "others": others, "clause": member.municipality.one_account_clause}
    return render(request, "inbox/connect_add.html", context, status=422 if form.errors else 200)


def _proposed(platform: str) -> str:
    servers = {Channel.Platform.MASTODON: settings.MASTODON_URL, Channel.Platform.BLUESKY: settings.BLUESKY_URL}
    return str(servers.get(Channel.Platform(platform), ""))


def _about(platform: str) -> dict[str, object]:
    return {
        "platform": Channel.Platform(platform),
        "missing": missing_settings(platform),
        "rights": RIGHTS.get(platform, ()),
        "for_pictures": FOR_PICTURES.get(platform),
        "is_oauth": platform in sign_ins.BY_OAUTH,
        "redirect_uri": redirect_uri(platform) if base_url_of(platform) else "",
        "app_passwords": settings.BLUESKY_APP_PASSWORDS_URL,
        "alarm": graph_version_ends().alarm if platform in META else "",
    }


def _begin_new(platform: str, form: NewChannelForm, knowingly: bool, member: Membership) -> HttpResponse:
    told = form.cleaned_data
    if platform in sign_ins.BY_OAUTH:
        one = sign_ins.begin(
            platform,
            by=member,
            name=told["name"],
            base_url=told.get("base_url", ""),
            with_pictures=told["with_pictures"],
        )
        return redirect("inbox:sign_in", one.pk)
    if platform == Channel.Platform.BLUESKY:
        connection = sign_ins.with_app_password(told["base_url"], told["handle"], told["password"])
    else:
        connection = sign_ins.with_feed(told["base_url"])
    row = channels.connect_account(connection, channel=None, name=told["name"], by=member, knowingly=knowingly)
    return redirect("inbox:channel", row.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Connect a known channel anew: its comments, its owner and its log stay."""
    member = access.lead_member(request)
    one = access.channel_for(member, pk)
    if one.is_manual:
        raise Http404
    form = AppPasswordForm(request.POST if one.platform == Channel.Platform.BLUESKY and request.POST else None)
    problem = ""
    if request.method == "POST" and (one.platform != Channel.Platform.BLUESKY or form.is_valid()):
        try:
            return _begin_again(request, one, form, member)
        except RefusedError as refusal:
            problem = str(refusal)
    context = {**_about(one.platform), "channel": one, "form": form, "problem": problem}
    if right := FOR_PICTURES.get(one.platform):
        context["with_pictures"] = right.scope in one.scopes
    return render(request, "inbox/connect_again.html", context, status=422 if problem or form.errors else 200)


def _begin_again(request: HttpRequest, one: Channel, form: AppPasswordForm, member: Membership) -> HttpResponse:
    if one.platform in sign_ins.BY_OAUTH:
        with_pictures = request.POST.get("with_pictures") == "on"
        begun = sign_ins.begin(one.platform, by=member, channel=one, with_pictures=with_pictures)
        return redirect("inbox:sign_in", begun.pk)
    if one.platform == Channel.Platform.BLUESKY:
        connection = sign_ins.with_app_password(one.base_url, one.handle, form.cleaned_data["password"])
    else:
        connection = sign_ins.with_feed(one.base_url)
    row = channels.connect_account(connection, channel=one, name=one.name, by=member)
    messages.success(request, _("Kanalen er koblet til på nytt. Det som kom i mellomtiden, leses inn nå."))
    return redirect("inbox:channel", row.pk)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Before the platform: the link to it. After it: which account. Only for the person who began."""
    member = access.lead_member(request)
    one = access.sign_in_for(member, pk)
    if one.is_over or (one.used_at and not one.found):
        return _refused(request, one.platform, _("Påloggingen er for gammel eller brukt."), one)
    if not one.used_at:
        context = {**_about(one.platform), "sign_in": one, "address": sign_ins.address_of(one)}
        return render(request, "inbox/connect_leave.html", context)
    return _choose(request, one, member)


def _choose(request: HttpRequest, one: SignIn, member: Membership) -> HttpResponse:
    problem = ""
    if request.method == "POST":
        knowingly = one.channel is None and bool(_warns(member, one.platform))
        try:
            row = sign_ins.choose(one, request.POST.get("account", ""), by=member, knowingly=knowingly)
        except RefusedError as refusal:
            problem = str(refusal)
        else:
            _tell(request, row)
            return redirect("inbox:channel", row.pk)
    found = sign_ins.accounts_of(one)
    fits = [one.channel is None or channels.is_same_account(one.channel, account) for account in found]
    rows = [
        {
            "account": account,
            "fits": fit,
            "lacking": missing_rights(one.platform, account.scopes),
            "no_pictures": one.with_pictures and not may_send_pictures(one.platform, account.scopes),
        }
        for account, fit in zip(found, fits, strict=True)
    ]
    given_at = GIVEN_AT.get(one.platform, "")
    context = {"sign_in": one, "platform": Channel.Platform(one.platform), "rows": rows, "given_at": given_at}
    context |= {"problem": problem, "none_fits": not any(fits), "first": fits.index(True) if any(fits) else -1}
    context["all_lack"] = any(fits) and all(row["lacking"] for row in rows if row["fits"])
    return render(request, "inbox/connect_choose.html", context, status=422 if problem else 200)


def _tell(request: HttpRequest, row: Channel) -> None:
    if row.connected_at:
        messages.success(request, _("Kanalen er koblet til. Kommentarene leses inn nå."))
    else:
        messages.warning(request, _("Kontoen er lagret, men mangler rettigheter. Kanalen regnes ikke som tilkoblet."))


@never_cache
@require_safe
def oauth_return(request: HttpRequest, platform: str) -> HttpResponse:
    """Where a platform sends the person back, with a code or with a no."""
    member = access.lead_member(request)
    if platform not in sign_ins.BY_OAUTH:
        raise Http404
    try:
        one = sign_ins.take(request.GET.get("state", ""), platform, by=member)
    except sign_ins.BadStateError as refusal:
        return _refused(request, platform, str(refusal), None)
    code = request.GET.get("code", "")
    if request.GET.get("error") or not code:
        return _refused(request, platform, _("Du ga ikke tilgang. Ingenting er endret."), one)
    try:
        sign_ins.fetch(one, code)
    except RefusedError as refusal:
        return _refused(request, platform, str(refusal), one)
    return redirect("inbox:sign_in", one.pk)


def _refused(request: HttpRequest, platform: str, why: str, one: SignIn | None) -> HttpResponse:
    """Say why it came to nothing and how to begin anew."""
    context = {"platform": Channel.Platform(platform), "why": why, "channel": one.channel if one else None}
    return render(request, "inbox/connect_refused.html", context, status=400)
