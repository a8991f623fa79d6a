"""Processes that a test starts: the tests' settings on the tests' database."""

from .test import *
from .test import DATABASES, TEST_DATABASE_NAME

for alias in DATABASES.values():
    alias["NAME"] = TEST_DATABASE_NAME
