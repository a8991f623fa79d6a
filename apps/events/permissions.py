"""The inbox belongs to the person; no act guards it."""

ACTS: dict[str, set[str]] = {}
