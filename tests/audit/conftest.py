"""Something to write to the log about: letters, a model that only these tests know."""

from collections.abc import Iterator

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from tests.audit.letters import Letter
from tests.database import django_as_owner


@pytest.fixture(scope="session", autouse=True)
def letters_table(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), django_as_owner(), connection.schema_editor() as editor:
        editor.create_model(Letter)
    yield
    with django_db_blocker.unblock(), django_as_owner(), connection.schema_editor() as editor:
        editor.delete_model(Letter)


@pytest.fixture(autouse=True)
def empty_letters_table(request: pytest.FixtureRequest) -> Iterator[None]:
    """The flush after a transactional test only knows the product's tables."""
    marker = request.node.get_closest_marker("django_db")
    transactional = "transactional_db" in request.fixturenames or (marker and marker.kwargs.get("transaction"))
    if transactional:
        request.getfixturevalue("transactional_db")
    yield
    if transactional:
        Letter.objects.all().delete()
