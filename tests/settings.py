"""The product's settings as the tests use them: the tests' servers, quick passwords, files in a passing folder."""

import atexit
import os
import shutil
import tempfile

from tests.servers import provide_servers

provide_servers()

from socialdesk.settings import *  # noqa: E402, F403
from socialdesk.settings import STATIC_ROOT, STORAGES  # noqa: E402

FILES_DIR = os.environ["SOCIALDESK_TEST_FILES"] = tempfile.mkdtemp(prefix="socialdesk-tests-")
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise warns of a folder that is not there
atexit.register(shutil.rmtree, FILES_DIR, ignore_errors=True)
STORAGES = {
    **STORAGES,
    "default": {**STORAGES["default"], "OPTIONS": {"location": FILES_DIR, "base_url": None}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
DEBUG = False
SLOW_PASS_EVERY = 0.0
