"""Documents that are made from the code are as fresh as the code."""

from django.core.management import call_command


def test_the_page_of_states_and_moves_is_fresh() -> None:
    call_command("write_workflow", "--check")
