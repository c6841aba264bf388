"""Comments that are sealed, for tests."""

from typing import Any

from inbox import intake
from inbox.actions import comments, sealing
from inbox.models import Comment
from tests.cast import Cast
from tests.factories import make_comment, make_item, make_page
from tests.pictures import attached

WORDS = "Nabojenta Gunnvor har blåmerker og gråter hver natt"
SECRETS = ("Gunnvor", "blåmerke", "blåmerk", "Torbjørg", "torbjorg", "nabojent", "Blåveis")


def arrived(place: Cast, text: str = WORDS, **fields: Any) -> Comment:
    told = {"author_name": "Torbjørg Aune", "author_handle": "torbjorg@snabelen.example", "external_id": "c-sealed"}
    told["permalink"] = "https://snabelen.example/@torbjorg/1"
    return make_comment(place.post, text, **{**told, **fields})


def sealed(place: Cast, why: str = "child", **fields: Any) -> Comment:
    """A comment in two versions with a picture, sorted and given to nobody, that Ola has sealed."""
    comment = arrived(place, **fields)
    edited(place, f"{WORDS}!")
    attached(comment, alt="Gunnvor ved Blåveisbakken")
    comments.sort(comment, sortings=["neutral"], addressed_to_us=True, by=place.mari)
    comment.refresh_from_db()
    sealing.seal(comment, why=why, by=place.ola, remark="Noe helt annet" if why == "other" else "")
    return Comment.objects.get(pk=comment.pk)


def edited(place: Cast, text: str, **fields: Any) -> None:
    told = {"author_name": "Torbjørg Aune", "author_handle": "torbjorg@snabelen.example", "external_id": "c-sealed"}
    intake.receive(place.channel, make_page(make_item(place.post, text, **{**told, **fields})), raw_page=None)


def none_of_it_in(text: str) -> bool:
    return not any(secret.lower() in text.lower() for secret in SECRETS)


def arrived_and_sorted(place: Cast) -> Comment:
    comment = arrived(place)
    comments.sort(comment, sortings=["case_handling"], by=place.ola)
    return comment
