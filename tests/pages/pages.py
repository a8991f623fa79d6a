"""The pages that the tests look at, over the example cluster."""

from dataclasses import dataclass

from apps.accounts.models import User
from apps.deliveries.models import ShipmentNotice
from apps.orders.models import TO_SHIP, PurchaseOrder, ScheduleLine
from apps.quality.models import InspectionLot, NonConformance
from tests import world as worlds
from tests.learning import picture_runs

# Name of the picture; whose page it is, by the start of the address or by a name of `Example`; its path or a name of it.
PAGES = [
    ("today-buyer", "buyer", "/"),
    ("today-supplier", "daesung", "/"),
    ("today-coordinator", "coordinator", "/"),
    ("sign-in", None, "/account/sign-in/"),
    ("orders", "buyer", "/orders/"),
    ("order-proposal", "buyer", "proposal"),
    ("order-answer", "namdo", "waiting"),
    ("order-new", "buyer", "/orders/new/"),
    ("order-change", "buyer", "change"),
    ("order-asked", "buyer", "asked"),
    ("deliveries", "receiver", "/deliveries/"),
    ("delivery-receive", "receiver", "receive"),
    ("delivery", "seller-of-sent", "sent"),
    ("delivery-new", "seller-to-ship", "/deliveries/new/"),
    ("inspections", "inspector", "/inspections/?view=all"),
    ("inspections-risk", "inspector", "/inspections/?view=risk"),
    ("inspection-decide", "inspector", "decide"),
    ("non-conformances", "inspector", "/inspections/non-conformances/"),
    ("non-conformance", "seller-of-found", "non-conformance"),
    ("stock", "receiver", "/stock/"),
    ("outlook", "buyer", "/tower/outlook/"),
    ("part", "buyer", "part"),
    ("outlook-supplier", "seller-of-moving", "/tower/outlook/"),
    ("part-supplier", "seller-of-moving", "part"),
    ("scorecards", "buyer", "/tower/scorecards/"),
    ("scorecard", "buyer", "scorecard"),
    ("scored-lines", "buyer", "lines"),
    ("answers", "buyer", "answers"),
    ("history", "history", "/tower/scorecards/"),
    ("parts", "buyer", "/parts/"),
    ("training", "coordinator", "/training/"),
    ("training-federation", "coordinator", "training-federation"),
    ("training-new-federation", "coordinator", "/training/federations/new/"),
    ("training-contract", "saehan", "training-contract"),
    ("training-new-contract", "coordinator", "training-new-contract"),
    ("training-run", "coordinator", "training-run"),
    ("training-finished", "daesung", "training-finished"),
    ("training-certificate", "daesung", "training-certificate"),
    ("training-model", "coordinator", "training-model"),
    ("members", "coordinator", "/members/"),
    ("inbox", "buyer", "/inbox/"),
    ("search", "buyer", "/search/?q=BRK"),
    ("people", "admin", "/account/people/"),
    ("tokens", "buyer", "/account/tokens/"),
    ("settings", "buyer", "/account/settings/"),
    ("password", "buyer", "/account/password/"),
    ("sessions", "buyer", "/account/sessions/"),
    ("reset", None, "/account/password/reset/"),
    ("reset-sent", None, "/account/password/reset/sent/"),
    ("styleguide", "buyer", "/styleguide/"),
]


@dataclass
class Example:
    """People of the example cluster, and where the pages with an id in their address are."""

    people: dict[str, User]
    paths: dict[str, str]

    @classmethod
    def find(cls) -> "Example":
        proposal = PurchaseOrder.objects.filter(status="change_proposed").order_by("pk")[0]
        waiting = PurchaseOrder.objects.filter(status="published").order_by("-pk")[0]
        asked = PurchaseOrder.objects.filter(open_change_side="supplier").order_by("pk")[0]
        moving = ShipmentNotice.objects.filter(status="departed").order_by("-pk")[0]
        sent = ShipmentNotice.objects.filter(status="announced").order_by("-pk")[0]
        lot = InspectionLot.objects.filter(status="open").order_by("pk")[0]
        found = NonConformance.objects.filter(decision__isnull=False).order_by("pk")[0]
        to_ship = ScheduleLine.objects.filter(TO_SHIP).order_by("-pk")[0]
        people = {user.email.split("@")[0]: user for user in User.objects.all()}

        def seller(organization_id: int) -> User:
            return User.objects.filter(memberships__organization_id=organization_id)[0]

        people |= {
            "namdo": seller(waiting.supplier_id),
            "seller-of-sent": seller(sent.supplier_id),
            "seller-of-moving": seller(moving.supplier_id),
            "seller-of-found": seller(found.supplier_id),
        }
        people["seller-to-ship"] = seller(to_ship.supplier_id)
        month = f"{worlds.in_days(-30):%Y-%m}"
        paths = {
            "proposal": f"/orders/{proposal.pk}/",
            "waiting": f"/orders/{waiting.pk}/",
            "change": f"/orders/{proposal.pk}/change/",
            "asked": f"/orders/{asked.pk}/",
            "receive": f"/deliveries/{moving.pk}/",
            "sent": f"/deliveries/{sent.pk}/",
            "decide": f"/inspections/{lot.pk}/",
            "non-conformance": f"/inspections/non-conformances/{found.pk}/",
            "part": f"/tower/parts/{moving.lines.all()[0].partner_part_id}/",
            "scorecard": f"/tower/scorecards/{sent.relation_id}/",
            "lines": f"/tower/scorecards/{sent.relation_id}/lines/?month={month}",
            **picture_runs(),
            "answers": f"/tower/scorecards/{sent.relation_id}/answers/?month={month}",
        }
        return cls(people, paths)
