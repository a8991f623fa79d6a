"""The test run: the same database roles and channel layer as in production, plain static files, a fast password hash."""

from .base import *
from .base import BASE_DIR, CACHES, CHANNEL_LAYERS, env

ALLOWED_HOSTS = ["127.0.0.1", "localhost", "testserver"]
SECRET_KEY = "only-for-tests-" + "x" * 50
DATABASES = env.databases(pool_size=6)
# Each lane of a run in parallel ("gw0", "gw1", ...) has a database, a Redis database and a folder of its own.
LANE = env.text("PYTEST_XDIST_WORKER")
# The suite runs as `app`; the database is created and migrated by `owner` (tests/conftest.py).
TEST_DATABASE_NAME = "_".join(filter(None, ["test", DATABASES["default"]["NAME"], LANE]))
REDIS_URL = env.redis_url(1 + int(LANE.removeprefix("gw") or 0))
CACHES["default"]["LOCATION"] = REDIS_URL
# What is published is heard in all databases of a Redis: the lanes are told apart by their prefix.
CHANNEL_LAYERS["default"]["CONFIG"] = {
    "hosts": [{"address": REDIS_URL, "socket_timeout": None}],
    "prefix": f"dure-test{LANE}",
}
CELERY_BROKER_URL = REDIS_URL
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STYLE_GUIDE = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "learning": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
LEARNING_FOLDER = BASE_DIR / ".dure" / f"test-learning{LANE}"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
