"""Sentences of a contract that people read, marked for the catalogues of the web application."""


def gettext_noop(text: str) -> str:
    """The text itself; whoever shows it translates it."""
    return text
