"""Who is asking, and in which municipality: the only place that answers."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from team.models import Membership, User

SESSION_KEY = "municipality"


def memberships_of(user: User) -> list[Membership]:
    """Return the person's memberships that hold today, by municipality name; not those they only practise in."""
    return [one for one in _all_of(user) if not one.municipality.is_practice]


def practice_of(member: Membership) -> Membership | None:
    """Return the membership with which the person practises for this municipality now; None when they do not."""
    mine = (one for one in _all_of(member.user) if one.municipality.practice_of_id == member.municipality_id)
    return next(mine, None)


def _all_of(user: User) -> list[Membership]:
    return list(
        Membership.objects.current()
        .filter(user=user)
        .select_related("user", "municipality")
        .order_by("municipality__name", "pk")
    )


def choose_membership(request: HttpRequest, user: User) -> Membership | None:
    """Return the membership for the municipality the person chose last, else the first, else None."""
    everywhere = _all_of(user)
    mine = [one for one in everywhere if not one.municipality.is_practice]
    chosen = request.session.get(SESSION_KEY)
    return next((one for one in everywhere if one.municipality_id == chosen), mine[0] if mine else None)


def member_of(request: HttpRequest) -> Membership:
    """Return the membership the request acts as; PermissionDenied for a person who is nobody's member today."""
    member: Membership | None = getattr(request, "member", None)
    if member is None:
        raise PermissionDenied
    return member


def lead_member(request: HttpRequest) -> Membership:
    """Return the membership the request acts as, if that person leads; else PermissionDenied."""
    member = member_of(request)
    if not member.may_approve:
        raise PermissionDenied
    return member
