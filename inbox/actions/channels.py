"""What a lead does with the channels: the register, pause, connecting and disconnecting. Comments stay in any case."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import log
from audit.wake import wake
from inbox import channel_state, tasks
from inbox.actions.errors import NotAllowedError, RefusedError
from inbox.channels.base import AccountState
from inbox.channels.oauth import FoundAccount
from inbox.models import Channel
from inbox.rights import missing_rights
from team.models import Membership

REGISTER = ("name", "owner", "purpose", "approved_by", "approved_on", "risk_assessed_on")
IN_WORDS = {"name", "purpose", "approved_by"}  # logged as hashes: people's names and free text


class WrongAccountError(RefusedError):
    """The person gave access to another account than the channel's."""


@dataclass(frozen=True)
class Connection:
    """What a sign-in came to: the account with its tokens, and what the platform said of it."""

    platform: str
    base_url: str
    account: FoundAccount
    state: AccountState


def must_lead(by: Membership, municipality_id: int) -> None:
    """Raise NotAllowedError unless this is a lead of that municipality."""
    if not by.may_approve or by.municipality_id != municipality_id:
        raise NotAllowedError(_("Bare en leder kan endre kanalene."))


@transaction.atomic
def save_register(channel: Channel, *, fields: Mapping[str, Any], by: Membership) -> list[str]:
    """Change what the register says of a channel (fields of REGISTER) and log each change; returns what changed."""
    must_lead(by, channel.municipality_id)
    current = _locked(channel)
    owner = fields.get("owner")
    if owner is not None and owner.municipality_id != current.municipality_id:
        raise RefusedError(_("Den som eier kanalen må være medlem i kommunen."))
    changed = [name for name in REGISTER if name in fields and getattr(current, name) != fields[name]]
    for name in changed:
        old, new = (_logged(name, one) for one in (getattr(current, name), fields[name]))
        setattr(current, name, fields[name])
        log.record("channel.change", subject=current, by=by, field=name, old=old, new=new)
    if changed:
        current.save(update_fields=changed)
    return changed


def _logged(name: str, value: Any) -> object:
    if isinstance(value, Membership):
        return value.pk
    return log.content_hash(value) if name in IN_WORDS and value else value


@transaction.atomic
def pause(channel: Channel, *, by: Membership) -> None:
    """Stop reading the channel; what waits to be published goes on."""
    _set_active(channel, active=False, by=by)


@transaction.atomic
def resume(channel: Channel, *, by: Membership) -> None:
    """Read the channel again, at once: what came meanwhile is read in."""
    if not channel.token and channel.platform != Channel.Platform.RSS:
        raise RefusedError(_("Kanalen er frakoblet. Koble den til på nytt."))
    _set_active(channel, active=True, by=by)
    wake(tasks.pull_channel, channel.pk)


def _set_active(channel: Channel, *, active: bool, by: Membership) -> None:
    must_lead(by, channel.municipality_id)
    current = _locked(channel)
    if current.is_manual or current.is_active == active:
        return
    current.is_active = active
    current.next_pull_at = timezone.now() if active else current.next_pull_at
    current.save(update_fields=["is_active", "next_pull_at"])
    log.record("channel.resume" if active else "channel.pause", subject=current, by=by)


@transaction.atomic
def disconnect(channel: Channel, *, by: Membership) -> Channel:
    """Forget the channel's tokens and stop reading it. Returns the channel as it was, to tell the platform."""
    must_lead(by, channel.municipality_id)
    current, before = _locked(channel), _locked(channel)
    current.token = current.refresh_token = ""
    current.token_expires_at, current.scopes = None, []
    current.is_active, current.connected_at = False, None
    current.problem, current.problem_since = "", None
    current.save()
    log.record("channel.disconnect", subject=current, by=by)
    return before


def connect_account(
    connection: Connection, *, channel: Channel | None, name: str, by: Membership, knowingly: bool = False
) -> Channel:
    """Store the account's tokens on its channel, or on a new one; the history of a channel stays, and a pull is woken.

    With too few rights they are stored too, but the channel does not count as connected. Raises WrongAccountError for
    another account than the channel's, RefusedError for one that is registered already.
    """
    must_lead(by, by.municipality_id)
    try:
        with transaction.atomic():
            row = _row_for(connection, channel, name, by)
            is_new = row.pk is None
            lacking = _fill(row, connection, by)
            row.save()
            _record(row, is_new=is_new, lacking=lacking, knowingly=knowingly, by=by)
            if row.connected_at:
                channel_state.reconnected(row.pk)
            wake(tasks.pull_channel, row.pk)
    except IntegrityError as error:
        raise RefusedError(_("Kontoen er allerede koblet til en kanal.")) from error
    return row


def _row_for(connection: Connection, channel: Channel | None, name: str, by: Membership) -> Channel:
    if channel is None:
        _refuse_known(connection, by)
        platform, base_url = connection.platform, connection.base_url
        return Channel(municipality=by.municipality, platform=platform, base_url=base_url, name=name, owner=by)
    must_lead(by, channel.municipality_id)
    row = _locked(channel)
    if not is_same_account(row, connection.account):
        raise WrongAccountError(
            _("Du ga tilgang til %(given)s, men kanalen er %(ours)s. Ingenting er endret. Logg inn med riktig konto.")
            % {"given": connection.account.name or connection.account.handle, "ours": row.handle}
        )
    return row


def _refuse_known(connection: Connection, by: Membership) -> None:
    same = Channel.objects.filter(
        municipality=by.municipality, platform=connection.platform, base_url=connection.base_url
    )
    for one in same:
        if is_same_account(one, connection.account):
            raise RefusedError(_("Kontoen er allerede kanalen «%(name)s». Koble til på nytt der.") % {"name": one.name})


def is_same_account(channel: Channel, account: FoundAccount) -> bool:
    """Whether the account is the channel's: by its id, or by its handle while the id is not known."""
    if channel.account_id:
        return channel.account_id == account.account_id
    return channel.handle.casefold().lstrip("@") == account.handle.casefold()


def _fill(row: Channel, connection: Connection, by: Membership) -> list[str]:
    """Write the connection on the row and return the rights that are lacking."""
    account, now = connection.account, timezone.now()
    row.token, row.refresh_token = account.token, account.refresh_token
    row.token_expires_at, row.scopes = account.expires_at, list(account.scopes)
    row.account_id, row.handle = account.account_id, account.handle
    row.reply_limit = connection.state.max_length or row.reply_limit
    row.media_hosts = list(connection.state.media_hosts)
    lacking = [right.scope for right in missing_rights(row.platform, account.scopes)]
    is_whole = connection.state.ok and not lacking
    row.problem, row.problem_since = ("", None) if is_whole else (Channel.Problem.PERMISSION, now)
    row.connected_at, row.connected_by = (now if is_whole else None), by
    row.is_active, row.failures, row.next_pull_at = True, 0, now
    return lacking


def _record(row: Channel, *, is_new: bool, lacking: list[str], knowingly: bool, by: Membership) -> None:
    more = {"beyond_one_account": True} if knowingly else {}
    account = log.content_hash(row.account_id)
    action = "channel.connect" if is_new else "channel.reconnect"
    log.record(action, subject=row, by=by, platform=row.platform, account=account, lacking=lacking, **more)


def _locked(channel: Channel) -> Channel:
    return Channel.objects.select_for_update(no_key=True).get(pk=channel.pk)
