"""Settings of the tests: the portal's own, with throw-away keys, a fast hasher, mail in memory."""

import os
import tempfile

from sibportal.embedded.environment import make_keys

for _name, _key in make_keys().items():
    os.environ.setdefault(_name, _key)
# The pytest plugin names real servers before this module is read; static checks need none.
os.environ.setdefault("DATABASE_URL", "postgres://sib_app@/sib?host=/nonexistent")
os.environ.setdefault("DATABASE_OWNER_URL", "postgres://sib_owner@/sib?host=/nonexistent")
os.environ.setdefault("CELERY_BROKER_URL", "redis+socket:///nonexistent")
os.environ["SIB_HTTPS"] = "0"
os.environ["SIB_REQUIRE_MFA"] = "0"

from sibportal.settings import *  # noqa: E402, F403

ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
_FILES = os.environ.get("SIB_TEST_FOLDER") or tempfile.gettempdir()
STATIC_ROOT = _FILES  # exists, and nothing is collected into it
# Each test process has its own uploads and, also on a broker that they share, its own queue.
_PROCESS = os.environ.get("PYTEST_XDIST_WORKER", "main")
MEDIA_ROOT = os.path.join(_FILES, f"media-{_PROCESS}")  # noqa: PTH118 - settings are plain strings
CELERY_TASK_DEFAULT_QUEUE = f"test-{_PROCESS}"
SIB_STRICT_MESSAGES = True  # a code without a sentence is a failure
