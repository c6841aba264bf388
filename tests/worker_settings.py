"""The settings of a worker process that a test starts: the product's own, with the test's database and files."""

import os

from socialdesk.settings import *  # noqa: F403
from socialdesk.settings import STORAGES

STORAGES = {
    **STORAGES,
    "default": {**STORAGES["default"], "OPTIONS": {"location": os.environ["SOCIALDESK_TEST_FILES"], "base_url": None}},
}
