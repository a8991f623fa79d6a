"""Keys and nonces in a page are drawn anew each time and may hold any digits: who looks for digits takes them out."""

import re

# A request's key, a token of a form, a nonce, the hash in a file's name: sixteen characters or more with a digit among them.
DRAWN = re.compile(r"(?<![\w+/-])(?=[A-Za-z_+/-]*\d)[\w+/-]{16,}=*")


def without_drawn(text: str) -> str:
    """The text of a page or an answer without what was drawn for it, so that digits found in it were meant."""
    return DRAWN.sub("", text)
