"""With every comment of a busy day sealed, no page of the house shows a word of them to anybody.

The pages are those of the browser tests' list, each opened by its role, and what pages ask for by themselves.
"""

from collections.abc import Iterable, Iterator

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from archive.models import CaseRecord, RecordedAttachment, RecordedVersion
from inbox.actions import sealing
from inbox.actions.errors import RefusedError
from inbox.models import Attachment, Comment, CommentVersion, Forwarding
from inbox.workflow import CommentStatus
from notices.models import Notice
from tests.browser.pages import PAGES
from tests.browser.scene import Scene, set_scene

pytestmark = pytest.mark.django_db
SECRET = "Kvitrebekk"
PARTS = ("live", "duties", "checks", "preview", "seal", "hide", "delete", "ban")


def put_the_secret_everywhere() -> None:
    """Let every comment that is not sealed, and each copy of one, say the secret and be written by its name."""
    theirs = Comment.objects.filter(sealed_at=None).exclude(status=CommentStatus.OURS)
    names = {"author_name": f"Zebedeus {SECRET}", "author_handle": f"{SECRET}@snabelen.example"}
    link = f"https://snabelen.example/@{SECRET}/1"
    theirs.update(text=f"Hei {SECRET}", author_url=link, permalink=link, claim=SECRET, **names)
    CommentVersion.objects.filter(comment__in=theirs).update(
        text=f"Hei {SECRET}", text_raw=f"<p>{SECRET}</p>", author_name=SECRET, raw=f'{{"content": "{SECRET}"}}'.encode()
    )
    Attachment.objects.filter(comment__in=theirs).update(alt=SECRET, url=link)
    Forwarding.objects.update(text=SECRET)
    Notice.objects.filter(kind="forwarding.send").update(body=SECRET)
    CaseRecord.objects.filter(sealed_at=None).update(permalink=link, redactions=[SECRET], **names)
    RecordedVersion.objects.filter(record__sealed_at=None).update(
        text=SECRET, raw=f'{{"content": "{SECRET}"}}'.encode()
    )
    RecordedAttachment.objects.filter(record__sealed_at=None).update(alt=SECRET, url=link)


def addresses(scene: Scene) -> Iterator[tuple[str, str]]:
    """Give each page of the house with the role that opens it."""
    for role, pages in PAGES.items():
        yield from ((role, address(scene)) for address in pages.values())


def parts(scene: Scene) -> Iterator[tuple[str, str]]:
    """Give what the page of each comment asks for by itself, and the forms it leads to."""
    for one in Comment.objects.filter(municipality=scene.people["member"].municipality):
        yield from (("member", reverse(f"inbox:{part}", args=[one.pk])) for part in PARTS)


def showing_it(scene: Scene, wanted: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return the pages that show the secret."""
    clients = {role: Client() for role in PAGES}
    for role, client in clients.items():
        if role in scene.people:
            client.force_login(scene.people[role].user)
    pages = [(role, address, clients[role].get(address, follow=True)) for role, address in wanted]
    return {(role, address) for role, address, page in pages if SECRET.lower() in page.content.decode().lower()}


def test_no_page_shows_a_word_of_what_is_sealed(settings: LazySettings) -> None:
    settings.META_APP_ID = settings.META_APP_SECRET = "1001"
    scene = set_scene()
    put_the_secret_everywhere()
    of_a_member = [(role, address) for role, address in addresses(scene) if role == "member"]
    assert len(showing_it(scene, of_a_member)) > 20, "the walk sees what stands open"
    lead = scene.people["lead"]
    open_ones = Comment.objects.filter(municipality=lead.municipality, sealed_at=None)
    for one in open_ones.exclude(status=CommentStatus.OURS):
        Comment.objects.filter(pk=one.pk).update(flags=[flag for flag in one.flags if flag != "urgent"])
        try:
            sealing.seal(Comment.objects.get(pk=one.pk), why="child", by=lead)
        except RefusedError as refusal:
            pytest.fail(f"{one.pk}: {refusal}")
    assert showing_it(scene, [*addresses(scene), *parts(scene)]) == set()
