"""Load a history file as a cluster of its own: firms, sites, relations and parts first, then the documents set-wise."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.db import connections

from apps.masterdata.models import Part, PartnerPart
from apps.tenancy import services as tenancy
from apps.tenancy.models import Cluster, ClusterMembership, Organization, Site, TradingRelation
from apps.tenancy.scope import atomic, require_scope

from ..exceptions import AlreadyImported
from . import statements
from .layout import Layout
from .read import Row, read_rows
from .staged import write_deliveries, write_staged

SAID = ("order_number", "shipment_number", "quantity", "order_date", "requested_date", "received_on")


@dataclass(frozen=True)
class Imported:
    """What a historical import made."""

    cluster_id: int
    lead_id: int
    rows: int
    suppliers: int


@dataclass
class Directory:
    """Ids of the firms, sites, relations and parts that the rows name."""

    lead: Organization
    suppliers: dict[str, Organization]
    sites: dict[str, Site]
    origins: dict[tuple[int, str], Site]
    relations: dict[str, TradingRelation]
    parts: dict[tuple[str, str], PartnerPart]


@atomic
def import_history(*, path: Path, layout: Layout, is_confirmed: bool = False) -> Imported:
    """Read and check a whole file, then write all of it or nothing.

    Raises:
        InvalidFile, OddDay: as `read_rows`.
        AlreadyImported: the cluster is there.
    """
    rows = read_rows(path, layout, is_confirmed=is_confirmed)
    if Cluster.objects.filter(name=layout.cluster["name"]).exists():
        raise AlreadyImported(place="cluster", value=layout.cluster["name"])
    for row in rows:
        row["part_number"] = row.get("part_number") or ""
    lead = tenancy.create_organization(**layout.lead)
    cluster = tenancy.create_cluster(lead=lead, **layout.cluster)
    directory = _create_directory(rows, layout, lead, cluster)
    write = _write_deliveries if layout.kind == "deliveries" else _write_defects
    write(rows, directory, lead.pk, layout)
    return Imported(cluster.pk, lead.pk, len(rows), len(directory.suppliers))


def _create_directory(rows: list[Row], layout: Layout, lead: Organization, cluster: Cluster) -> Directory:
    names = list(dict.fromkeys(row["supplier"] for row in rows))
    firms = Organization.objects.bulk_create(Organization(legal_name=name, name_en=name) for name in names)
    suppliers = dict(zip(names, firms, strict=True))
    ClusterMembership.objects.bulk_create(
        ClusterMembership(cluster=cluster, organization=firm, kind="supplier", state="active") for firm in firms
    )
    sites = _sites(((lead, row["receiving_site"]) for row in rows), "R")
    origins = _sites(((suppliers[r["supplier"]], r["origin_site"]) for r in rows if r.get("origin_site")), "P")
    relations = TradingRelation.objects.bulk_create(
        TradingRelation(
            buyer=lead,
            supplier=firm,
            vendor_code=f"V{index:04d}",
            currency=layout.currency,
            early_days=None,
            late_days=0,
            over_tolerance=0,
        )
        for index, firm in enumerate(firms, start=1)
    )
    by_name = dict(zip(names, relations, strict=True))
    return Directory(
        lead=lead,
        suppliers=suppliers,
        sites={name: site for (_pk, name), site in sites.items()},
        origins=origins,
        relations=by_name,
        parts=_create_parts(rows, layout, lead, by_name),
    )


def _sites(wanted: Iterable[tuple[Organization, str]], prefix: str) -> dict[tuple[int, str], Site]:
    keys = list(dict.fromkeys((firm.pk, name) for firm, name in wanted))
    made = Site.objects.bulk_create(
        Site(organization_id=pk, code=f"{prefix}{index:04d}", name=name, name_en=name, time_zone="UTC")
        for index, (pk, name) in enumerate(keys, start=1)
    )
    return dict(zip(keys, made, strict=True))


def _part_key(row: Row) -> str:
    return row["part_number"] or row["part_name"]


def _create_parts(
    rows: list[Row], layout: Layout, lead: Organization, relations: dict[str, TradingRelation]
) -> dict[tuple[str, str], PartnerPart]:
    """Parts by supplier and key; a set without part numbers gets P-0001 and so on, by first appearance."""
    first: dict[str, Row] = {}
    for row in rows:
        first.setdefault(_part_key(row), row)
    parts = {}
    for index, (key, row) in enumerate(first.items(), start=1):
        number, name = row["part_number"] or f"P-{index:04d}", row.get("part_name") or row["part_number"]
        parts[key] = Part(organization=lead, number=number, name=name, name_en=name, unit=layout.unit)
    Part.objects.bulk_create(parts.values())
    keys = list(dict.fromkeys((row["supplier"], _part_key(row)) for row in rows))
    made = PartnerPart.objects.bulk_create(
        PartnerPart(
            relation=relations[supplier],
            buyer_id=lead.pk,
            supplier_id=relations[supplier].supplier_id,
            part=parts[key],
            buyer_number=parts[key].number,
            name=parts[key].name,
            name_en=parts[key].name_en,
            unit=layout.unit,
        )
        for supplier, key in keys
    )
    return dict(zip(keys, made, strict=True))


def _write_deliveries(rows: list[Row], directory: Directory, lead_id: int, layout: Layout) -> None:
    given = []
    for row in rows:
        ids = _ids(row, directory)
        origin = directory.origins.get((ids["supplier_id"], row.get("origin_site") or ""))
        more = {"origin_site_id": origin.pk if origin else None, "unit": layout.unit, "currency": layout.currency}
        said = {"carrier": row.get("carrier") or "", "unit_price": row.get("unit_price")}
        given.append({**{name: row[name] for name in SAID}, **said, **ids, **more})
    write_deliveries(given, buyer_id=lead_id)


def _write_defects(rows: list[Row], directory: Directory, lead_id: int, layout: Layout) -> None:
    said = ("occurred_on", "impact", "defect", "quantity")
    staged = [
        {
            **_ids(row, directory),
            **{name: row[name] for name in said},
            "downtime_minutes": int(row.get("downtime_minutes") or 0),
        }
        for row in rows
    ]
    with connections[require_scope().alias].cursor() as cursor:
        write_staged(cursor, statements.DEFECTS, staged, lead_id)


def _ids(row: Row, directory: Directory) -> dict[str, int]:
    return {
        "relation_id": directory.relations[row["supplier"]].pk,
        "supplier_id": directory.suppliers[row["supplier"]].pk,
        "partner_part_id": directory.parts[(row["supplier"], _part_key(row))].pk,
        "site_id": directory.sites[row["receiving_site"]].pk,
    }
