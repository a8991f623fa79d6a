"""Processes that a test starts: the tests' settings on the tests' database."""

from .test import *
from .test import DATABASES, TEST_DATABASE_NAME, env

for alias in DATABASES.values():
    alias["NAME"] = env.text("DURE_TEST_DATABASE", TEST_DATABASE_NAME)
