"""What the scene has of states that last a moment, or that only a certain choice makes."""

from datetime import timedelta

from django.utils import timezone

from archive.models import CaseRecord
from guidelines import invitations
from guidelines.models import Acknowledgement
from guidelines.people import Person
from inbox.actions import comments, hand_entry, overrides, replies, saved_views, sealing
from inbox.models import Comment, Reply
from inbox.queue_choice import Choice
from tests import cast
from tests.factories import make_comment


def set_states(place: cast.Cast) -> dict[str, int]:
    """A reply that waits to be published, one that a check stops, a question from the phone, a kept choice, a seal."""
    ola, kari = place.ola, place.kari
    held = make_comment(place.post, "Når kommer brøytebilen?")
    comments.sort(held, sortings=["neutral"], by=ola)
    reply = replies.draft(held, text="Før kl. 06.", by=ola)
    replies.submit(reply, by=ola)
    replies.approve(Reply.objects.get(pk=reply.pk), by=kari)
    Reply.objects.filter(pk=reply.pk).update(publish_after=timezone.now() + timedelta(hours=1))
    stopped = make_comment(place.post, "Hvem kan jeg ringe?")
    comments.sort(stopped, sortings=["neutral"], by=ola)
    draft = replies.draft(stopped, text="Ring Per på 918 27 364.", by=ola)
    overrides.ask_override(draft, reason="Nummeret står på nettsiden vår.", by=ola)
    entered = hand_entry.enter(entered_from="phone", author_name="Jon", text="Når er kontoret åpent?", by=ola)
    comments.sort(entered, sortings=["neutral"], by=ola)
    comments.claim(Comment.objects.get(pk=entered.pk), by=ola)
    saved_views.save(name="Haster", tab="nye", choice=Choice(flag="urgent"), by=ola)
    ids = set_sealed(place)
    return {**ids, "held": held.pk, "override": stopped.pk, "entered": entered.pk}


def set_sealed(place: cast.Cast) -> dict[str, int]:
    """A worry for a child, sealed by Ola, with its record."""
    worry = make_comment(place.post, "Nabojenta gråter hver natt", author_name="Gro Lien")
    comments.sort(worry, sortings=["case_handling"], by=place.ola)
    sealing.seal(worry, why="child", by=place.ola)
    return {"sealed": worry.pk, "sealed_record": CaseRecord.objects.get(comment_id=worry.pk).pk}


def confirmed_link(place: cast.Cast) -> str:
    """Return the key of somebody who has read the text and said so."""
    invitations.invite([Person("Nils Berg", "nils@meraker.example", "employees")], by=place.kari)
    invitation = Acknowledgement.objects.get(reader__email="nils@meraker.example")
    invitations.confirm(invitation)
    return str(invitation.token)
