"""Questions sent to a unit, for tests."""

from guidelines.duties import State
from inbox.actions import comments, forwardings, recipients
from inbox.models import Comment, Forwarding, OutsideBody
from inbox.obligations import panel_for
from inbox.workflow import ForwardingStatus
from notices import sending
from tests import cast
from tests.factories import make_comment

WORDS = "Hvem gjør noe med hullet i Furuvegen?"


def sorted_case(place: cast.Cast, text: str = WORDS) -> Comment:
    comment = make_comment(place.post, text)
    comments.sort(comment, sortings=["case_handling"], by=place.ola)
    return comment


def sent(place: cast.Cast, comment: Comment | None = None) -> Forwarding:
    """A forwarding whose mail has left."""
    planned = forwardings.plan(comment or sorted_case(place), to=place.unit, by=place.ola)
    assert planned
    if planned.status == ForwardingStatus.PLANNED:
        forwardings.send(planned, by=place.ola)
    send_mail()
    planned.refresh_from_db()
    return planned


def send_mail() -> None:
    for notice_id in sending.due_notices():
        sending.send(notice_id)


def state_of_c5(comment: Comment) -> tuple[State, str]:
    fresh = Comment.objects.get(pk=comment.pk)
    return next(
        (row.state, row.explanation) for row in panel_for(fresh, None).rows if row.obligation.code == "C5-forward"
    )


def outside(place: cast.Cast, name: str = "Brannvesenet") -> OutsideBody:
    body = OutsideBody(municipality=place.municipality)
    fields = {"name": name, "email": "post@brann.example", "legal_basis": "Brannloven § 9"}
    recipients.save(body, fields=fields, by=place.kari)
    return body
