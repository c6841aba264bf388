"""What the conversation page shows: the thread, the reply in its state, the duties, the facts and the history."""

import itertools
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guidelines.duties import DutyKind
from guidelines.own_words import said_by
from inbox import abilities, access, enclosures, lengths, queries, together
from inbox.actions import comments, notes, replies, templates, waiting
from inbox.actions.interventions import why_not_like
from inbox.counting import counts_of
from inbox.draft_checks import DraftChecks, checks_of
from inbox.endings import closed_threads, is_standing_praise, joint_replies_for
from inbox.history import lines_of
from inbox.models import Comment, Intervention, OutsideBody, Reply
from inbox.obligations import Panel, latest_forwarding, needs_second_person, panel_for
from inbox.queue import TAB_OF_STATUS, TABS, neighbours
from inbox.queue_choice import Choice
from inbox.reading.oddities import unturned
from inbox.views.checking_words import check_lines, stopping_words
from inbox.views.diff import diff
from inbox.views.duty_words import missing_words
from inbox.views.enclosure_words import enclosure_for, lines_for
from inbox.views.joint import joint_for, preview_of
from inbox.views.live import sealed_mark
from inbox.views.moderation import acts_for
from inbox.views.outgoing import holding, how_far, parts_for, too_long_for, trouble_of
from inbox.views.prepared import prepared_for
from inbox.views.sealing import seal_of
from inbox.views.seen import shown_words
from inbox.views.thread import lines_of as lines_of_thread
from inbox.workflow import END, UNDER_WORK, CommentStatus, ReplyStatus
from team.models import Membership, Municipality, Unit

URL_LENGTH = {"mastodon": 23}


@require_safe
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the conversation, in review with the draft to approve."""
    member = access.team_member(request)
    one = access.comment_for(member, pk)
    context = conversation(request, member, one)
    return render(request, template_for(context["reply"]), context)


@require_safe
def duties(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the duties panel alone, asked for after each save."""
    member = access.team_member(request)
    return render(request, "inbox/_duties.html", conversation(request, member, access.comment_for(member, pk)))


@require_safe
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the reply as it will look on the platform, asked for after each save."""
    member = access.team_member(request)
    one = access.comment_for(member, pk)
    reply = replies.open_reply(one)
    return render(request, "inbox/_preview.html", {"preview": preview_of(one, reply), "reply": reply, "comment": one})


@require_safe
def checks(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the checks under the reply alone, asked for after each save."""
    member = access.team_member(request)
    context = conversation(request, member, access.comment_for(member, pk))
    return render(request, "inbox/_checks.html", {**context, "alone": True})


def template_for(reply: Reply | None) -> str:
    """Return the page for the state the reply is in."""
    return "inbox/review.html" if reply and reply.status == ReplyStatus.IN_REVIEW else "inbox/comment.html"


def conversation(request: HttpRequest, member: Membership, one: Comment) -> dict[str, Any]:
    """Return the context of the page and of its parts (see the head of each template)."""
    reply = replies.open_reply(one)
    published = queries.answer_to(one)
    panel = panel_for(one, reply or published)
    tab = request.GET.get("i", "") if request.GET.get("i", "") in TABS else tab_of(one)
    context = {
        "comment": one,
        "title": _title(one),
        "post_count": counts_of([one.post])[0] if one.post and one.channel.is_pulled else None,
        "steps": _steps(one, reply),
        "thread": lines_of_thread(queries.thread_of(one)),
        "reply": reply,
        "answered": published is not None,
        "reviews": queries.reviews_of(reply) if reply else [],
        "duties": panel,
        "enquiry_choices": Reply.EnquiryChoice.choices,
        "units": Unit.objects.filter(municipality_id=member.municipality_id, is_active=True),
        "outside_bodies": OutsideBody.objects.filter(municipality_id=member.municipality_id, is_active=True),
        "forwarding": latest_forwarding(one),
        "composer": _composer(one, reply, panel, member),
        **shown_words(one),
        "holding": holding(reply),
        "trouble": trouble_of(one, reply, member),
        "too_long": too_long_for(reply),
        "parts": parts_for(reply),
        "how_far": how_far(reply),
        "taken": _taken(one, member),
        "duties_url": reverse("inbox:duties", args=[one.pk]),
        "live_url": live_address(one),
        "log": lines_of(queries.history_of(one)),
        "reviewer": reply.approved_by.name if reply and reply.approved_by else "",
        "prepared": prepared_for(one, reply, member),
        **_may(one, member),
        **moderation_of(one, reply, member),
        **joint_for(one, reply),
        **seal_of(one, member),
        "edited_since": _edited_since(one, reply),
        "notes": queries.notes_of(one, member),
        "note_colleagues": notes.colleagues_of(member),
        **_around(member, one, tab, Choice.read(request.GET)),
    }
    if reply and reply.status == ReplyStatus.IN_REVIEW:
        context["review"] = _review(request, reply, panel, member)
        context["mine_held"] = [held for held in map(holding, queries.replies_to_watch(member)[0]) if held]
    return context


def _edited_since(one: Comment, reply: Reply | None) -> datetime | None:
    """Return when we saw that the sender had changed the comment after the draft was last saved; None when not."""
    if reply is None or reply.status not in {ReplyStatus.DRAFT, ReplyStatus.IN_REVIEW} or reply.saved_at is None:
        return None
    later = one.versions.filter(number__gt=1, seen_at__gt=reply.saved_at)
    return later.order_by("-number").values_list("seen_at", flat=True).first()


def moderation_of(one: Comment, reply: Reply | None, member: Membership) -> dict[str, Any]:
    """Return our acts on the comment, those this person may do, and where a reply to a hidden comment may stand."""
    able = abilities.capabilities_of(one.channel)
    ours = one.status == CommentStatus.OURS
    return {
        "interventions": queries.interventions_of(one),
        "may_intervene": [] if ours else acts_for(one, member),
        "cannot_hide": "" if ours or one.hidden_at else abilities.why_not(one.channel, Intervention.Kind.HIDE),
        "may_like": not ours and not why_not_like(one),
        "like_is_thanks": is_standing_praise(one),
        "may_unhide": member.may_approve and one.hidden_at is not None and able.unhide,
        "places": [
            (place.value, label)
            for place, label in (
                (Reply.Place.UNDER_POST, _("Svar i ny kommentar")),
                (Reply.Place.PRIVATE, _("Privat svar")),
            )
            if not abilities.why_not_there(one, place)
        ]
        if one.hidden_at
        else [],
        "place": reply.place if reply else "",
    }


def tab_of(one: Comment) -> str:
    """Return the tab the comment stands in."""
    return TAB_OF_STATUS.get(CommentStatus(one.status), "ferdig")


def _title(one: Comment) -> str:
    """Return what the browser's window is called."""
    if one.post and one.post.title:
        return unturned(_("%(name)s på «%(post)s»") % {"name": one.author, "post": one.post.title})
    return unturned(one.author)


def _steps(one: Comment, reply: Reply | None) -> list[dict[str, str]]:
    """Return the steps of the way, with how far this comment has come; none for one that ended without an answer."""
    if one.ending:
        return []
    labels = [_("Sortert"), _("Utkast"), _("Til godkjenning"), _("Publisert")]
    reached = {
        CommentStatus.NEW: 0,
        CommentStatus.TO_ANSWER: 1,
        CommentStatus.WAITING: 1,
        CommentStatus.IN_REVIEW: 2,
        CommentStatus.GOING_OUT: 3,
        CommentStatus.DONE: 4,
        CommentStatus.OURS: 4,
    }[CommentStatus(one.status)]
    return [{"label": label, "state": _state(place, reached)} for place, label in enumerate(labels)]


def _state(place: int, reached: int) -> str:
    if place < reached:
        return "done"
    return "now" if place == reached else ""


def _composer(one: Comment, reply: Reply | None, panel: Panel, member: Membership) -> dict[str, Any] | None:
    """Return the composer, when there is something this person may write."""
    writable = reply is not None and reply.status in {ReplyStatus.DRAFT, ReplyStatus.IN_REVIEW}
    may_begin = reply is None and one.status == CommentStatus.TO_ANSWER and together.open_pick(one) is None
    if not member.may_answer or not (writable or may_begin):
        return None
    count = lengths.length_of(reply, reply.text) if reply else lengths.length_in_answer_to(one, "")
    said = checks_of(reply) if reply else DraftChecks()
    return {
        "text": reply.text if reply else "",
        "version": reply.version if reply else 0,
        "saved_at": timezone.localtime(reply.saved_at) if reply and reply.saved_at else None,
        "used": count.used,
        "ahead": count.used - lengths.length_alone(one, reply.text if reply else "").used,
        "max": count.limit,
        "address": URL_LENGTH.get(one.channel.platform, 0),
        "mode": "reply",
        "lang": reply.language if reply else one.municipality.written_language,
        "checks": _checks(panel, one.municipality) + lines_for(reply) + check_lines(one, reply, said) if reply else [],
        "said": said,
        "may_override": member.may_approve,
        "missing": missing_words(panel.missing, one.municipality) if reply and reply.text else "",
        "source": reply.source if reply else "",
        "enclosure": enclosure_for(one, reply),
        "is_interim": reply is not None and reply.is_interim,
        "needs_source": any(row.obligation.kind == DutyKind.CORRECT_WITH_SOURCE for row in panel.rows),
        "may_publish_alone": not needs_second_person(one, reply, member, pre_approved=_is_preapproved(reply)),
        "autosave_url": reverse("inbox:autosave", args=[one.pk]),
        "checks_url": reverse("inbox:checks", args=[one.pk]),
    }


def _is_preapproved(reply: Reply | None) -> bool:
    """Tell whether the draft is the unchanged text of a template that a lead has approved."""
    return reply is not None and templates.preapproved(reply) is not None


def _checks(panel: Panel, municipality: Municipality) -> list[dict[str, str]]:
    """Return one line for each duty that must stand in the text or be decided before it, met ones in green."""
    lines = []
    for row in panel.rows:
        if not row.obligation.stage.blocks:
            continue
        missing = row.obligation in panel.missing
        lines.append(
            {
                "tone": "blocking" if missing else "fine",
                "words": said_by(municipality, row.obligation.title),
                "duty": row.obligation.code if missing and row.obligation.duty.is_notice else "",
            }
        )
    return lines


def _review(request: HttpRequest, reply: Reply, panel: Panel, member: Membership) -> dict[str, Any]:
    versions = list(reply.versions.select_related("saved_by__user"))
    before = _version_before(reply, versions)
    why_not = replies.why_not_approve(reply, by=member)
    said = checks_of(reply)
    return {
        "parts": diff(before, reply.text) if before is not None else [],
        "number": versions[-1].number if versions else 1,
        "history": _earlier_drafts(versions),
        "checks": _checks(panel, reply.municipality) + lines_for(reply) + check_lines(reply.comment, reply, said),
        "said": said,
        "may_override": member.may_approve,
        "missing": missing_words(panel.missing, reply.municipality) or _unanswered(reply) or stopping_words(said),
        "enclosure": enclosure_for(reply.comment, reply),
        "may_approve": not why_not,
        "why_not": why_not,
        "hold": reply.municipality.hold_seconds,
        "editing": "rediger" in request.GET and not why_not,
    }


def _earlier_drafts(versions: list[Any]) -> list[dict[str, Any]]:
    """Return each earlier draft with what became of it in the next one, the latest first."""
    return [
        {
            "number": before.number,
            "name": before.saved_by.name,
            "at": before.saved_at,
            "parts": diff(before.text, after.text),
        }
        for before, after in reversed(list(itertools.pairwise(versions)))
    ]


def _unanswered(reply: Reply) -> str:
    """Return what is not answered about the reply's picture or story, in one line; "" when all is."""
    missing = enclosures.missing_words(reply)
    return _("Mangler: %(duties)s") % {"duties": missing} if missing else ""


def _version_before(reply: Reply, versions: list[Any]) -> str | None:
    """Return the text to compare with: what was sent back, or what the author wrote before the reviewer changed it."""
    sent_back = [review.version_number for review in reply.reviews.all() if review.decision == "sent_back"]
    if sent_back:
        return next((version.text for version in versions if version.number == sent_back[-1]), None)
    authors = [version.text for version in versions if not version.in_review]
    return authors[-1] if authors and authors[-1] != reply.text else None


def _taken(one: Comment, member: Membership) -> dict[str, Any] | None:
    if one.assignee is None or one.assignee_id == member.pk:
        return None
    return {"name": one.assignee.name, "since": one.claimed_at}


def _may(one: Comment, member: Membership) -> dict[str, Any]:
    """Return which acts on the comment this person may do now."""
    under_work = one.status in UNDER_WORK
    endings = comments.allowed_endings(one) if one.status in END.sources else []
    return {
        "colleagues": _colleagues(one, member) if under_work else [],
        "may_sort": one.status != CommentStatus.OURS and not one.erased_at,
        "may_claim": under_work and one.assignee_id is None,
        "may_release": under_work
        and one.assignee_id is not None
        and (one.assignee_id == member.pk or member.may_approve),
        "may_end": bool(endings),
        "may_wait": one.status in {CommentStatus.TO_ANSWER, CommentStatus.WAITING},
        "wait_days": waiting.days_to_choose(),
        "joint_replies": joint_replies_for(one) if Comment.Ending.ANSWERED_JOINTLY in endings else [],
        "thread_closed": bool(closed_threads([one])) and under_work,
        "may_reopen": one.status == CommentStatus.DONE and not one.erased_at,
        "endings": [(ending.value, ending.label) for ending in endings],
        "ending_at_hand": _ending_at_hand(one, endings),
    }


def live_address(one: Comment) -> str:
    """Return where a page drawn now asks what others have done since (inbox.views.live.conversation_now)."""
    drawn = {"status": one.status, "har": one.assignee_id or "", "forseglet": sealed_mark(one)}
    return f"{reverse('inbox:live', args=[one.pk])}?{urlencode(drawn)}"


def _ending_at_hand(one: Comment, endings: list[Comment.Ending]) -> Comment.Ending | None:
    """Return the ending that is one click away: a person has said that it is not to us, or we have answered before."""
    if Comment.Ending.DIALOGUE_ENDED in endings:
        return Comment.Ending.DIALOGUE_ENDED
    is_said = one.addressed_to_us is False and Comment.Ending.NOT_TO_US in endings
    return Comment.Ending.NOT_TO_US if is_said else None


def _colleagues(one: Comment, member: Membership) -> list[Membership]:
    """Return those the comment can be given to: who answers today, but not the one who has it."""
    answering = Membership.objects.current().filter(municipality_id=member.municipality_id, role__in=["member", "lead"])
    others = answering.exclude(pk=one.assignee_id) if one.assignee_id else answering
    return list(others.select_related("user").order_by("user__name"))


def _around(member: Membership, one: Comment, tab: str, choice: Choice) -> dict[str, str]:
    """Return the way back to the queue, and to the comments before and after this one in the same choice."""
    earlier, later = neighbours(member, one, tab, choice)
    here = urlencode({"i": tab, **choice.parameters})
    return {
        "back_url": f"{reverse('inbox:queue', args=[tab])}?{urlencode({**choice.parameters, 'valgt': one.pk})}",
        "previous_url": f"{reverse('inbox:comment', args=[earlier])}?{here}" if earlier else "",
        "next_url": f"{reverse('inbox:comment', args=[later])}?{here}" if later else "",
    }
