"""The practice for new members: begin, begin again, leave, put aside (decision 0009).

Who practises gets a municipality of their own with the rules of the real one, a channel that leads nowhere, and five
invented comments. They answer there as a member like any other: every page and every duty is the real thing.
"""

import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from guidelines.copying import copy_rules
from inbox.actions import facts, templates
from inbox.actions.errors import NotAllowedError
from inbox.channels import connector_for
from inbox.models import Channel
from inbox.pulling import take_in
from team.access import practice_of
from team.models import Membership, Municipality, Role, Unit

COPIED = (
    "name",
    "number",
    "written_language",
    "website",
    "enquiry_url",
    "enquiry_email",
    "notice_url",
    "leader_title",
    "executive_title",
    "accounts_word",
    "opens_at",
    "closes_at",
    "hold_seconds",
    "is_demo",
)
VALID_FOR = timedelta(days=30)


@transaction.atomic
def begin(member: Membership, *, anew: bool = False) -> Membership:
    """Return the membership to practise with: the one under way, or with `anew` and the first time a fresh one.

    `member` is of the real municipality, and answers there; else NotAllowedError. Nothing is written in its log.
    """
    if not member.may_answer or member.municipality.is_practice:
        raise NotAllowedError(_("Bare de som svarer for kommunen kan øve."))
    Membership.objects.select_for_update(no_key=True).get(pk=member.pk)  # two clicks at once begin one practice
    under_way = practice_of(member)
    if under_way and not anew:
        return under_way
    if under_way:
        _end(under_way)
    return _set_up(member)


@transaction.atomic
def leave(practising: Membership) -> Membership | None:
    """End the practice and return the real membership; None when that is over. It is not offered again by itself."""
    _end(practising)
    real_town = practising.municipality.practice_of_id
    if real_town is None:
        return None
    real = Membership.objects.current().filter(user_id=practising.user_id, municipality_id=real_town)
    found = real.select_related("user", "municipality").first()
    if found:
        put_aside(found)
    return found


def put_aside(member: Membership) -> None:
    """Offer the practice no more; it can be begun from the settings at any time."""
    Membership.objects.filter(pk=member.pk, practice_closed_at=None).update(practice_closed_at=timezone.now())


def _end(practising: Membership) -> None:
    Membership.objects.filter(pk=practising.pk).update(ends_on=timezone.localdate() - timedelta(days=1))


def _set_up(member: Membership) -> Membership:
    real = member.municipality
    copied = {name: getattr(real, name) for name in COPIED}
    town = Municipality.objects.create(practice_of=real, slug=f"oving-{member.pk}-{secrets.token_hex(4)}", **copied)
    practising = Membership.objects.create(
        user=member.user, municipality=town, role=Role.MEMBER, practice_closed_at=timezone.now()
    )
    copy_rules(real, town)
    templates.load_defaults(town)
    # An address that cannot exist (RFC 2606), though no mail leaves a practice municipality anyway.
    Unit.objects.create(municipality=town, name="Kommunalteknikk", code="OV", email="kommunalteknikk@oving.invalid")
    facts.keep(
        claim="Svømmehallen er stengt hele vinteren",
        correction="Svømmehallen er åpen hele vinteren, tirsdag til søndag.",
        source="Kommunens nettside, åpningstider (oppdiktet)",
        valid_until=timezone.localdate() + VALID_FOR,
        by=practising,
    )
    _bring_comments(town)
    return practising


def _bring_comments(town: Municipality) -> None:
    channel = Channel.objects.create(
        municipality=town, platform=Channel.Platform.PRACTICE, name=_("Øving"), base_url="", handle=town.slug, token=""
    )
    page = connector_for(channel.platform, "", "").pull("")
    take_in(channel, page, cursor=page.next_cursor)
