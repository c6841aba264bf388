"""What is copied of the inbox's rows, as plain values. The rows come from `archive.intake`, which alone knows them."""

from typing import Any

from django.utils import timezone

from guidelines.duties import stands_in
from guidelines.models import GuidelineVersion
from guidelines.own_words import said_by
from guidelines.queries import duties_of


def parts_of(reply: Any) -> list[dict[str, Any]]:
    """Return the parts in which the reply stands on the platform; none for a reply of one text."""
    parts = reply.standing_parts
    return [
        {
            "number": part.number,
            "text": part.text,
            "external_id": part.external_id,
            "permalink": part.permalink,
            "published_at": part.published_at.isoformat() if part.published_at else "",
        }
        for part in (parts if len(parts) > 1 else [])
    ]


def notices_in(reply: Any) -> list[dict[str, str]]:
    """Return which of the guideline's notices stand in the published text."""
    version: GuidelineVersion | None = reply.guideline_version
    duties = duties_of(version) if version else ()
    return [
        {
            "code": duty.code,
            "kind": str(duty.kind),
            "title": said_by(reply.municipality, duty.title),
            "point": duty.point,
        }
        for duty in duties
        if duty.is_notice and stands_in(duty, reply.sent_text)
    ]


def review_of(review: Any) -> dict[str, str]:
    """Return a review without its remark: remarks are the organ's own and go along only when picked."""
    return {
        "by": review.reviewer.name,
        "decision": review.decision,
        "at": review.decided_at.isoformat(),
        "guideline": str(review.guideline_version or ""),
    }


def intervention_of(act: Any) -> dict[str, Any]:
    """Return one act on what the sender wrote: hidden, deleted, banned, told or liked, and how it went."""
    return {
        "kind": act.kind,
        "kind_words": act.get_kind_display(),
        "status": act.status,
        "status_words": act.get_status_display(),
        "rule_title": act.rule_title,
        "rule_text": act.rule_text,
        "rule_link": act.rule_link,
        "reason": act.reason,
        "text": act.text,
        "ends_on": act.ends_on,
        "planned_by": act.planned_by.name if act.planned_by else "",
        "planned_at": act.planned_at,
        "carried_out_at": act.carried_out_at,
    }


def reply_of(reply: Any) -> dict[str, Any]:
    """Return one published reply: who wrote, reviewed and approved it, and which notices stood in it."""
    return {
        "key": reply.key,
        "answers": len(reply.answers),
        "is_interim": reply.is_interim,
        "final_by": reply.final_by,
        "text": reply.sent_text,
        "parts": parts_of(reply),
        "language": reply.language,
        "external_id": reply.external_id,
        "permalink": reply.permalink,
        "author": reply.author.name,
        "approved_by": reply.approved_by.name if reply.approved_by else "",
        "submitted_at": reply.submitted_at,
        "approved_at": reply.approved_at,
        "published_at": reply.published_at or timezone.now(),
        "picture": reply.picture,
        "picture_alt": reply.picture_alt,
        "tells_story": reply.tells_story,
        "consent": reply.consent,
        "source": reply.source,
        "enquiry_choice": reply.enquiry_choice,
        "notices": notices_in(reply),
        "reviews": [review_of(one) for one in reply.reviews.select_related("reviewer__user", "guideline_version")],
        "guideline_version": reply.guideline_version,
    }


def forwarding_of(one: Any) -> dict[str, Any]:
    """Return one question that was passed on: to whom, on which basis, and its receipt and answer as they stand."""
    return {
        "recipient": one.recipient.name,
        "unit_code": one.unit.code if one.unit else "",
        "is_outside": one.unit is None,
        "legal_basis": one.legal_basis,
        "forwarded_by": one.planned_by.name,
        "sent_at": one.sent_at or one.planned_at,
        "received_at": one.received_at,
        "received_by": one.received_by,
        "answer": one.answer,
        "answered_at": one.answered_at,
        "withdrawn": one.status == "WITHDRAWN",
    }
