"""`make demo` and daily work: embedded servers, any local host, static files served from the apps."""

from .base import *
from .base import BASE_DIR, env

DEBUG = env.text("DURE_DEBUG") == "1"
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", *env.words("DURE_HOSTS")]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": BASE_DIR / ".dure"}},
    "learning": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": BASE_DIR / ".dure" / "learning" / "checkpoints"},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
