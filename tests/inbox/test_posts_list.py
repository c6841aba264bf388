"""The list of a channel's posts costs the same however long it is."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import cast
from tests.factories import make_comment, make_post

pytestmark = pytest.mark.django_db


def test_forty_posts_cost_no_more_queries_than_two(client: Client) -> None:
    place = cast.meraker()
    client.force_login(place.ola.user)
    address = reverse("inbox:channel_posts", args=[place.channel.pk])

    def queries_with(posts: int) -> int:
        for _ in range(posts):
            make_comment(make_post(place.channel))
        client.get(address)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    few = queries_with(2)
    assert queries_with(38) <= few <= 14
