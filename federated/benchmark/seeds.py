"""Seeds as they are written on the command line."""

import argparse


def seeds(text: str) -> list[int]:
    """0-4, or 0,2.

    Raises:
        ArgumentTypeError: neither.
    """
    try:
        found: list[int] = []
        for part in text.split(","):
            first, _, last = part.partition("-")
            found += range(int(first), int(last or first) + 1)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r}: write 0-4 or 0,2") from None
    if not found or min(found) < 0:
        raise argparse.ArgumentTypeError(f"{text!r}: write 0-4 or 0,2")
    return found
