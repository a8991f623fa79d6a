"""Processes that a test starts: the tests' settings on the tests' database."""

from .test import *
from .test import ALLOWED_HOSTS, DATABASES, LEARNING_FOLDER, STORAGES, TEST_DATABASE_NAME, env

for alias in DATABASES.values():
    alias["NAME"] = env.text("DURE_TEST_DATABASE", TEST_DATABASE_NAME)
ALLOWED_HOSTS = [*ALLOWED_HOSTS, *env.words("DURE_HOSTS")]
LEARNING_FOLDER = env.text("DURE_LEARNING_FOLDER", str(LEARNING_FOLDER))
STORAGES["learning"] = {
    "BACKEND": "django.core.files.storage.FileSystemStorage",
    "OPTIONS": {"location": f"{LEARNING_FOLDER}/checkpoints"},
}
