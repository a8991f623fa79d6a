"""Puts the system together; holds no business rule, and nothing imports it."""
