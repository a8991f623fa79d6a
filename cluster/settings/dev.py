"""`make demo` and daily work: embedded servers, any local host, static files served from the apps."""

from .base import *
from .base import FILES_FOLDER, LEARNING_FOLDER, env

DEBUG = env.text("DURE_DEBUG") == "1"
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", *env.words("DURE_HOSTS")]
STYLE_GUIDE = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": FILES_FOLDER}},
    "learning": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": LEARNING_FOLDER / "checkpoints"},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
