"""What a firm's paper says of it: name, business number, address."""

from collections.abc import Collection
from dataclasses import dataclass

from .models import BusinessNumber, Organization, Site


@dataclass(frozen=True)
class Letterhead:
    """Of one firm; empty where it has told none."""

    name: str
    number: str
    address: str


def letterheads(organization_ids: Collection[int]) -> dict[int, Letterhead]:
    """By firm, of those that the scope sees; three statements.

    The address is that of the place that the business number is registered for, else of the firm's first open site that has
    one.
    """
    numbers = {
        row.organization_id: row
        for row in BusinessNumber.objects.filter(organization__in=organization_ids, is_primary=True).select_related("site")
    }
    sites = Site.objects.filter(organization__in=organization_ids, closed_at=None).exclude(address="").order_by("-pk")
    addresses = {site.organization_id: site.address for site in sites}
    addresses |= {pk: row.site.address for pk, row in numbers.items() if row.site and row.site.address}
    firms = Organization.objects.filter(pk__in=organization_ids)
    return {firm.pk: Letterhead(firm.name, str(numbers.get(firm.pk, "")), addresses.get(firm.pk, "")) for firm in firms}
