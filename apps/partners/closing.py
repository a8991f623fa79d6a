"""Closing a site: refused while something lies there or comes, and that is named."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.deliveries.models import ShipmentNotice
from apps.deliveries.statuses import EXPECTED
from apps.inventory.models import HOLDER, StockBalance
from apps.orders.models import PurchaseOrder
from apps.tenancy import sites
from apps.tenancy.models import Site
from apps.tenancy.scope import atomic

from .exceptions import SiteInUse

NAMED = 5


@dataclass(frozen=True)
class Use:
    """What keeps a site open: how much of one kind, the first of them by name."""

    label: Any
    count: int
    names: tuple[str, ...]

    def __str__(self) -> str:
        more = self.count - len(self.names)
        shown = ", ".join(self.names) + (" " + _("and %(n)s more") % {"n": more} if more else "")
        return f"{self.label}: {shown}"


def uses_of(site: Site) -> list[Use]:
    """What lies at a site, is ordered to it, or is on its way from or to it; three statements."""
    number = Coalesce("partner_part__buyer_number", "part__number", "consigned_part__number")
    stock = StockBalance.objects.on_side(HOLDER).filter(site=site, quantity__gt=0).values_list(number, flat=True)
    orders = PurchaseOrder.objects.filter(receiving_site=site).filter(Q(due_date__isnull=False) | Q(is_draft=True))
    here = Q(origin_site=site) | Q(destination_site=site)
    deliveries = ShipmentNotice.objects.filter(here, status__in=EXPECTED)
    found = (
        (gettext_lazy("Stock"), sorted(set(stock))),
        (gettext_lazy("Orders"), orders.order_by("number").values_list("number", flat=True)),
        (gettext_lazy("Deliveries"), deliveries.order_by("number").values_list("number", flat=True)),
    )
    return [_use(label, names) for label, names in found if names]


def _use(label: Any, names: Iterable[str]) -> Use:
    every = list(names)
    return Use(label, len(every), tuple(every[:NAMED]))


@atomic
def close_site(*, site_id: int) -> Site:
    """Offer a site nowhere any more; its documents stay as they are.

    Raises:
        UnknownOwnSite: not a site of the scope's firm. SiteIsClosed: it is closed already.
        SiteInUse: something lies there or comes; what it is stands in the message.
    """
    site = sites.lock_site(site_id)
    if uses := uses_of(site):
        raise SiteInUse("; ".join(map(str, uses)) + ".", place="site", value=site.code)
    return sites.mark_closed(site_id=site_id)
