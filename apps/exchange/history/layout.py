"""What a history file looks like: one TOML file a set."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from apps.common.units import unit_of

from ..exceptions import InvalidLayout

LAYOUTS = Path(__file__).resolve().parents[1] / "layouts"
REQUIRED = {
    "deliveries": {
        *("supplier", "receiving_site", "order_number", "shipment_number", "part_name", "quantity"),
        *("order_date", "requested_date", "received_on"),
    },
    "defects": {"supplier", "receiving_site", "part_number", "occurred_on", "impact", "defect", "quantity"},
}
OPTIONAL = {
    "deliveries": {"origin_site", "part_number", "unit_price", "incoterm", "carrier"},
    "defects": {"part_name", "downtime_minutes"},
}


@dataclass(frozen=True)
class Layout:
    """Columns and constants of one set.

    Attributes:
        kind: "deliveries" or "defects".
        cluster, lead: names of the cluster and the lead firm to be made.
        columns: field → columns, of which the first filled one counts.
        values: field → the set's word → Dure's word.
    """

    kind: str
    attribution: str
    cluster: dict[str, str]
    lead: dict[str, str]
    encoding: str
    delimiter: str
    unit: str
    currency: str
    columns: dict[str, tuple[str, ...]]
    values: dict[str, dict[str, str]]

    def is_required(self, field: str) -> bool:
        return field in REQUIRED[self.kind]


def read_layout(name: str) -> Layout:
    """A layout by its name, or by the path of a .toml file.

    Raises:
        InvalidLayout: no such file, no TOML, or something is missing.
    """
    path = Path(name) if name.endswith(".toml") else LAYOUTS / f"{name}.toml"
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InvalidLayout(place="layout", value=name) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidLayout(str(error), place="layout", value=path.name) from error
    return _layout(raw, path.name)


def _layout(raw: dict[str, Any], name: str) -> Layout:
    kind = raw.get("kind", "")
    if kind not in REQUIRED:
        raise InvalidLayout(place=f"{name}: kind", value=kind)
    columns = {field: (c,) if isinstance(c, str) else tuple(c) for field, c in raw.get("columns", {}).items()}
    if missing := REQUIRED[kind] - columns.keys():
        raise InvalidLayout(place=f"{name}: columns", value=", ".join(sorted(missing)))
    if unknown := columns.keys() - REQUIRED[kind] - OPTIONAL[kind]:
        raise InvalidLayout(place=f"{name}: columns", value=", ".join(sorted(unknown)))
    for section in ("cluster", "lead"):
        if not raw.get(section, {}).get("name" if section == "cluster" else "legal_name"):
            raise InvalidLayout(place=f"{name}: {section}", value="")
    constants = raw.get("constants", {})
    return Layout(
        kind=kind,
        attribution=raw.get("attribution", ""),
        cluster=raw["cluster"],
        lead=raw["lead"],
        encoding=raw.get("file", {}).get("encoding", "utf-8"),
        delimiter=raw.get("file", {}).get("delimiter", ","),
        unit=unit_of(constants.get("unit", "H87")).code,
        currency=constants.get("currency", "KRW"),
        columns=columns,
        values=raw.get("values", {}),
    )
