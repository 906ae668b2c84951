"""The portal's settings as its tests have them; `pytest` alone finds them by pyproject.toml.

A run has a home and keys of its own, worth nothing and gone with it: nobody's portal is touched.
"""

import atexit
import os
import secrets
import shutil
import tempfile
from pathlib import Path

if "PORTAL_TEST_HOME" not in os.environ:
    # A short path: Unix sockets are made in it. The run's workers, and what a test starts, inherit it.
    os.environ["PORTAL_TEST_HOME"] = tempfile.mkdtemp(prefix="portal-test-")
    os.environ["PORTAL_TEST_KEY"] = secrets.token_urlsafe(50)
    atexit.register(shutil.rmtree, os.environ["PORTAL_TEST_HOME"], ignore_errors=True)

os.environ |= {
    # As `./portal` has it: programs that a test starts find the portal's code.
    "PYTHONPATH": str(Path(__file__).parent.parent),
    "PORTAL_HOME": os.environ["PORTAL_TEST_HOME"],
    "SECRET_KEY": os.environ["PORTAL_TEST_KEY"],
    "SALT_KEY": os.environ["PORTAL_TEST_KEY"][::-1],
    "DATA_KEY_1": os.environ["PORTAL_TEST_KEY"],
    "TRAIL_KEY_1": os.environ["PORTAL_TEST_KEY"],
    "TRAIL_SIGNING_KEY": os.environ["PORTAL_TEST_KEY"][:43],
    # A test's data is gone with the test; a page kept of it would not be.
    "PORTAL_KEEP_PAGES": "off",
}

from wuhai_portal.settings import *  # noqa: F403
from wuhai_portal.settings import PORTAL_SECOND_FACTOR, STORAGES

# No test is about how slowly a password is hashed.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Most tests sign people in by a word to Django, without a telephone in their hands: tests/accounts/
# test_second_factor.py and those beside it have the real setting, and ask every address.
COMPULSORY = PORTAL_SECOND_FACTOR
PORTAL_SECOND_FACTOR = frozenset()
# Style sheets and icons are found where they lie. To look through them all once collected, as each test's
# first request would, is a quarter of a test's time.
WHITENOISE_AUTOREFRESH = True
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
