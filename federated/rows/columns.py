"""How a site's own table names, measures and codes what the contract asks for."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Column:
    """How one contract column is found in the site's table: value = cell × factor + offset.

    Attributes:
        codes: what the site writes → what the contract calls it: "OK" → "0"; an empty text leaves the row out.
    """

    source: str
    factor: float = 1.0
    offset: float = 0.0
    codes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Reading:
    """What a person said of the files, where they do not tell it themselves; empty where they do.

    Attributes:
        decimal: "." or ",".
    """

    encoding: str = ""
    delimiter: str = ""
    decimal: str = ""
    sheet: str = ""
