"""Which tests the quick part leaves out, by where they stand. `tests/conftest.py` marks them; `make test` runs all.

What commits is slow as well, wherever it stands: the tables are emptied after it.
"""

# They talk to servers of their own.
OWN_SERVERS = (
    "tests/simulator/",
    "tests/inbox/channels/",
    "tests/socialdesk/test_setup",
    "tests/socialdesk/test_supervisor",
)
# They drive programs of others.
OTHER_PROGRAMS = ("tests/browser/", "tests/peers/")
# They walk a comment through many acts, or ask for many pages: over 0.12 CPU-seconds a test, where most take 0.02.
LONG_WAYS = (
    "tests/archive/test_documents.py",
    "tests/archive/test_followups.py",
    "tests/archive/test_receipts.py",
    "tests/archive/test_records.py",
    "tests/archive/test_retention.py",
    "tests/archive/test_sealed_records.py",
    "tests/archive/test_workbench.py",
    "tests/guidelines/test_rule_pages.py",
    "tests/guidelines/test_version_in_force_then.py",
    "tests/inbox/test_attachments.py",
    "tests/inbox/test_deliveries.py",
    "tests/inbox/test_duties_through_actions.py",
    "tests/inbox/test_endings.py",
    "tests/inbox/test_evidence_package.py",
    "tests/inbox/test_facts.py",
    "tests/inbox/test_fast_answers.py",
    "tests/inbox/test_forwardings_shown.py",
    "tests/inbox/test_hand_entry.py",
    "tests/inbox/test_house_rules.py",
    "tests/inbox/test_interim.py",
    "tests/inbox/test_joint.py",
    "tests/inbox/test_live.py",
    "tests/inbox/test_matters.py",
    "tests/inbox/test_notes.py",
    "tests/inbox/test_practice.py",
    "tests/inbox/test_queue.py",
    "tests/inbox/test_queue_is_light.py",
    "tests/inbox/test_queue_page.py",
    "tests/inbox/test_review_page.py",
    "tests/inbox/test_sealed_mail.py",
    "tests/inbox/test_sealing.py",
    "tests/inbox/test_seen.py",
    "tests/inbox/test_short_codes.py",
    "tests/inbox/test_templates.py",
    "tests/inbox/test_too_long.py",
    "tests/inbox/test_try_rules.py",
    "tests/socialdesk/test_load_demo.py",
    "tests/test_readers_language.py",
    "tests/test_sealed_words.py",
    "tests/test_access.py::test_a_neighbour_gets_404_for_everything_of_ours_and_nothing_happens",
    "tests/test_access.py::test_each_role_opens_what_it_may_and_nothing_else",
)
