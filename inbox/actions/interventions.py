"""Hide, delete, ban, show again, like: by a published rule only, evidence first; `inbox.carrying_out` does it."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from audit import log, moves
from audit.wake import wake
from guidelines.duties import Flag, Sorting
from inbox import abilities, carrying_out, tasks, workflow
from inbox.actions.errors import ERASED, NotAllowedError, RefusedError
from inbox.actions.telling import complaint_address, language_for
from inbox.endings import is_standing_praise
from inbox.evidence import hold_pictures, keep_evidence, lacks_pictures
from inbox.models import SPAM_CODE, Comment, HouseRule, Intervention
from inbox.workflow import CommentStatus, InterventionStatus
from team.models import Membership

Kind = Intervention.Kind
LOOK_AGAIN_AFTER = timedelta(days=14)
BY_RULE = frozenset({Kind.HIDE, Kind.DELETE, Kind.BAN})
BY_LEAD = frozenset({Kind.DELETE, Kind.BAN, Kind.UNHIDE, Kind.UNBAN})
OPEN = [InterventionStatus.PLANNED, InterventionStatus.UNDER_WAY, InterventionStatus.UNCLEAR]
STANDING = [*OPEN, InterventionStatus.CARRIED_OUT]


@dataclass(frozen=True)
class Order:
    """What a person chose on the form. `message` empty: nobody is told. `ends_on` is of a ban, None: until lifted."""

    rule: HouseRule | None = None
    reason: str = ""
    message: str = ""
    look_again_on: date | None = None
    ends_on: date | None = None
    ends_comment: bool = True
    considered: bool = False


def rules_for(municipality_id: int, kind: str) -> list[HouseRule]:
    """Return the municipality's rules in force that allow an act of this kind, by title."""
    rules = HouseRule.objects.filter(municipality_id=municipality_id, is_active=True, allows__contains=[kind])
    return list(rules.order_by("title"))


def why_not(comment: Comment, kind: str, *, by: Membership) -> str:
    """Return why this person cannot do this to the comment now; "" when they can."""
    checks = (_why_not_person, _why_not_comment, _why_not_rules)
    return next((why for check in checks if (why := check(comment, Kind(kind), by))), "")


def _why_not_person(comment: Comment, kind: Intervention.Kind, by: Membership) -> str:
    if not by.may_answer:
        return _("Bare de som svarer for kommunen kan gjøre dette.")
    if kind in BY_LEAD and not by.may_approve:
        return {
            Kind.DELETE: _(
                "Bare en leder kan slette det andre har skrevet. Skjul kommentaren, og be lederen se på den."
            ),
            Kind.BAN: _("Bare en leder kan utestenge noen. Be lederen se på kommentaren."),
        }.get(kind, _("Bare en leder kan gjøre dette."))
    return ""


def _why_not_comment(comment: Comment, kind: Intervention.Kind, by: Membership) -> str:
    if comment.status == CommentStatus.OURS:
        return _("Dette har kommunen skrevet selv.")
    if comment.erased_at:
        return str(ERASED)
    if comment.deleted_at and kind not in {Kind.BAN, Kind.UNBAN}:
        return _("Kommentaren er slettet på plattformen. Teksten er bevart her.")
    if kind in BY_RULE and Flag.URGENT in comment.flags:
        return _("Kommentaren er merket akutt. Hjelp først: ingenting skjules eller slettes før faren er avklart.")
    if why := abilities.why_not(comment.channel, kind):
        return why
    return _why_not_again(comment, kind)


def _why_not_again(comment: Comment, kind: Intervention.Kind) -> str:
    if kind == Kind.UNHIDE and comment.hidden_at is None:
        return _("Kommentaren er ikke skjult.")
    if kind == Kind.HIDE and comment.hidden_at is not None:
        return _("Kommentaren er alt skjult.")
    standing = OPEN if kind in {Kind.HIDE, Kind.UNHIDE, Kind.UNBAN} else STANDING
    if comment.interventions.filter(kind=kind, status__in=standing).exists():
        return _("Det er alt gjort, eller på vei. Se Tiltak på siden til kommentaren.")
    return ""


def _why_not_rules(comment: Comment, kind: Intervention.Kind, by: Membership) -> str:
    if kind not in BY_RULE or rules_for(comment.municipality_id, kind):
        return ""
    return _(
        "Kommunen har ingen husregel som tillater dette. En leder legger inn de publiserte reglene under "
        "Innstillinger, Husregler. Uten regel skjules, slettes og utestenges ingen."
    )


@transaction.atomic
def intervene(comment: Comment, *, kind: str, order: Order, by: Membership) -> Intervention:
    """Hide, delete, ban or show again: evidence and plan in one transaction, the act itself afterwards by a task.

    RefusedError says what stands in the way and what to do.
    """
    if reason := why_not(comment, kind, by=by):
        raise RefusedError(reason) if by.may_answer and _may(kind, by) else NotAllowedError(reason)
    kind = Kind(kind)
    if kind in BY_RULE:
        _check(comment, kind, order)
    lock(comment)
    _forget_what_the_platform_undid(comment, kind)
    message = None
    if kind == Kind.DELETE and order.message.strip():
        message = _plan(comment, Kind.MESSAGE, by, text=order.message.strip())
    act = _plan(comment, kind, by, after=message, **_fields(comment, kind, order))
    if kind in {Kind.HIDE, Kind.BAN} and order.message.strip():
        _plan(comment, Kind.MESSAGE, by, after=act, text=order.message.strip())
    return act


def _may(kind: str, by: Membership) -> bool:
    return by.may_approve or kind not in BY_LEAD


def _check(comment: Comment, kind: Intervention.Kind, order: Order) -> None:
    rule = order.rule
    if rule is None or rule not in rules_for(comment.municipality_id, kind):
        raise RefusedError(_("Velg hvilken av kommunens regler det gjøres etter."))
    if not order.reason.strip():
        raise RefusedError(_("Skriv hvorfor regelen gjelder her."))
    if comment.looks_urgent and not order.considered:
        raise RefusedError(_("Kommentaren kan være akutt. Bekreft at du har vurdert det, og at ingen er i fare."))
    today = timezone.localdate()
    if any(day is not None and day <= today for day in (order.look_again_on, order.ends_on)):
        raise RefusedError(_("Velg en dag fram i tid."))
    if kind == Kind.HIDE and order.look_again_on is None:
        raise RefusedError(_("Velg en dag for å se på kommentaren igjen."))
    if kind == Kind.DELETE and lacks_pictures(comment):
        raise RefusedError(
            _("Bildene i kommentaren er ikke hentet ennå, og må være med i beviset. Prøv igjen om et par minutter.")
        )
    if order.message.strip() and (why := abilities.why_not_tell(comment)):
        raise RefusedError(why)


def lock(comment: Comment) -> None:
    """Let one at a time decide about the comment."""
    Comment.objects.select_for_update(no_key=True).get(pk=comment.pk)


def _forget_what_the_platform_undid(comment: Comment, kind: Intervention.Kind) -> None:
    """A comment that stands open although we hid it was shown again at the platform: our act stands no more."""
    if kind == Kind.HIDE and comment.hidden_at is None:
        stale = comment.interventions.filter(kind=Kind.HIDE, status=InterventionStatus.CARRIED_OUT)
        moves.advance_where(stale, workflow.LIFT, look_again_on=None)


def _fields(comment: Comment, kind: Intervention.Kind, order: Order) -> dict[str, object]:
    """Return what is kept with the act: for those by rule the rule as it is now, and the evidence, stored first."""
    fields: dict[str, object] = {"reason": order.reason.strip()}
    rule = order.rule
    if kind in BY_RULE and rule is not None:
        fields |= {
            "rule": rule,
            "rule_title": rule.title,
            "rule_text": rule.text,
            "rule_link": rule.link,
            "complaint_address": complaint_address(comment),
            "evidence": keep_evidence(comment),
            "ends_comment": order.ends_comment and kind != Kind.BAN,
            "look_again_on": order.look_again_on if kind == Kind.HIDE else None,
            "ends_on": order.ends_on if kind == Kind.BAN else None,
        }
    return fields


def _plan(comment: Comment, kind: Intervention.Kind, by: Membership | None, **fields: object) -> Intervention:
    try:
        with transaction.atomic():
            act = Intervention.objects.create(
                municipality_id=comment.municipality_id,
                channel=comment.channel,
                comment=comment,
                kind=kind,
                planned_by=by,
                language=language_for(comment),
                **fields,
            )
    except IntegrityError as error:
        raise RefusedError(_("Det er alt gjort, eller på vei. Se Tiltak på siden til kommentaren.")) from error
    if act.evidence_id:
        hold_pictures(act)
    _record(act, by)
    wake(tasks.carry_out_intervention, act.pk)
    return act


def _record(act: Intervention, by: Membership | None) -> None:
    evidence = act.evidence.sha256 if act.evidence else ""
    log.record("intervention.plan", subject=act, by=by, kind=act.kind, comment=act.comment_id, evidence=evidence)


@transaction.atomic
def hide_spam(comment: Comment, *, by: Membership) -> str:
    """Hide at once by the spam rule what was ended as spam; return why not, "" when it is on its way."""
    if comment.hidden_at or comment.deleted_at:
        return ""
    if comment.looks_urgent:
        return _("Ikke skjult: kommentaren kan være akutt.")
    if why := why_not(comment, Kind.HIDE, by=by):
        return why
    rule = next((one for one in rules_for(comment.municipality_id, Kind.HIDE) if one.code == SPAM_CODE), None)
    if rule is None:
        return _("Ikke skjult: kommunen har ingen husregel med koden «spam».")
    lock(comment)
    _forget_what_the_platform_undid(comment, Kind.HIDE)
    with translation.override(comment.municipality.written_language):  # the log is the municipality's, not the person's
        order = Order(rule=rule, reason=_("Søppel eller svindel"), ends_comment=False)
    _plan(comment, Kind.HIDE, by, **_fields(comment, Kind.HIDE, order))
    return ""


@transaction.atomic
def take_back_spam(comment: Comment, *, by: Membership) -> None:
    """It was no spam: the hiding is dropped if it has not begun, and undone if it stands.

    For the person who pressed the key, and for a lead; what was hidden by another rule stays hidden.
    """
    lock(comment)
    hidings = comment.interventions.filter(kind=Kind.HIDE, rule__code=SPAM_CODE)
    moves.advance_where(hidings.filter(status=InterventionStatus.PLANNED), workflow.DROP, by=by)
    if hidings.filter(status=InterventionStatus.UNDER_WAY).exists():
        raise RefusedError(_("Skjulingen er på vei ut akkurat nå. Prøv igjen om litt."))
    if comment.hidden_at and hidings.filter(status=InterventionStatus.CARRIED_OUT).exists():
        with translation.override(comment.municipality.written_language):
            reason = _("Ikke søppel")
        _plan(comment, Kind.UNHIDE, by, reason=reason)


@transaction.atomic
def like(comment: Comment, *, by: Membership) -> Intervention:
    """Like the comment; twice is once. For praise of emoji only, that is the thanks: the comment is done with it."""
    if why := _why_not_person(comment, Kind.LIKE, by) or why_not_like(comment, again=True):
        raise RefusedError(why)
    lock(comment)
    if liked := comment.interventions.filter(kind=Kind.LIKE, status__in=STANDING).first():
        return liked
    return _plan(comment, Kind.LIKE, by, ends_comment=is_standing_praise(comment))


def why_not_like(comment: Comment, *, again: bool = False) -> str:
    """Return why the comment cannot be liked; "" when it can. `again`: once more is no harm."""
    if comment.status == CommentStatus.OURS:
        return _("Dette har kommunen skrevet selv.")
    if comment.deleted_at or comment.hidden_at or comment.erased_at:
        return _("Kommentaren er skjult eller slettet på plattformen.")
    if comment.sortings and set(comment.sortings) - {Sorting.PRAISE, Sorting.NEUTRAL}:
        return _("Lik bare ros og nøytrale kommentarer: en like kan leses som at kommunen er enig.")
    if not again and comment.interventions.filter(kind=Kind.LIKE, status__in=STANDING).exists():
        return _("Kommentaren er alt likt.")
    return abilities.why_not(comment.channel, Kind.LIKE)


@transaction.atomic
def try_again(act: Intervention, *, by: Membership) -> None:
    """Try once more what failed or could not be settled; what was unclear is looked at before anything is done."""
    _must_settle(by)
    attempt = 1 if act.status == InterventionStatus.UNCLEAR else 0
    moves.advance(
        act, workflow.TRY_ANEW, by=by, run_after=timezone.now(), attempt=attempt, lease_until=None, problem=""
    )
    wake(tasks.carry_out_intervention, act.pk)


@transaction.atomic
def seen_done(act: Intervention, *, by: Membership) -> None:
    """A person has seen that it is done at the platform."""
    _must_settle(by)
    moves.advance(act, workflow.SEEN_DONE, by=by, carried_out_at=timezone.now(), problem="")
    carrying_out.follow_up(act)


@transaction.atomic
def drop(act: Intervention, *, by: Membership) -> None:
    """Give it up; a message that waited for it goes with it."""
    _must_settle(by)
    moves.advance(act, workflow.DROP, by=by)
    waiting = act.following.filter(kind=Kind.MESSAGE, status=InterventionStatus.PLANNED)
    moves.advance_where(waiting, workflow.DROP, by=by)


@transaction.atomic
def let_stand(act: Intervention, *, look_again_on: date | None, by: Membership) -> None:
    """A lead has looked at a hidden comment again and lets it stay hidden, until another day or for good."""
    if not by.may_approve:
        raise NotAllowedError(_("Bare en leder kan gjøre dette."))
    if look_again_on is not None and look_again_on <= timezone.localdate():
        raise RefusedError(_("Velg en dag fram i tid."))
    moves.advance(act, workflow.LOOK_AGAIN, by=by, look_again_on=look_again_on)


@transaction.atomic
def lift_ban(act: Intervention, *, by: Membership) -> None:
    """A lead lets the person in again, before the day or after it; where only the platform can, it is written down."""
    if not by.may_approve:
        raise NotAllowedError(_("Bare en leder kan gjøre dette."))
    if abilities.can(act.channel, Kind.UNBAN):
        intervene(act.comment, kind=Kind.UNBAN, order=Order(), by=by)
    else:
        moves.advance(act, workflow.LIFT, by=by)


def _must_settle(by: Membership) -> None:
    if not by.may_approve:
        raise NotAllowedError(_("Bare en leder kan avklare dette."))
