"""How a site's own table names and measures what the contract asks for."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """How one contract column is found in the site's table: value = cell × factor + offset."""

    source: str
    factor: float = 1.0
    offset: float = 0.0
