from django.core.management.base import BaseCommand

from apps.tenancy.models import Organization
from apps.tenancy.scope import unscoped
from apps.web.demo import firms, orders

LOGINS = [
    ("구매 / buyer", "buyer"),
    ("입고 / receiver", "receiver"),
    ("검사 / inspector", "inspector"),
    ("협력사 / supplier", "daesung"),
    ("운영기관 / coordinator", "coordinator"),
    ("관리자 / administrator", "admin"),
]


class Command(BaseCommand):
    help = "Load the example cluster of EV parts: 1 lead, 8 suppliers, 3 months of orders. Safe to repeat."

    def add_arguments(self, parser):
        parser.add_argument("--orders", type=int, default=240, help="orders of the past 90 days")

    def handle(self, **options):
        with unscoped(reason=orders.PROVISIONING):
            is_there = Organization.objects.filter(name_en="Hanbit Mobility").exists()
            if not is_there:
                demo = firms.create_firms()
                orders.create_past(demo, count=options["orders"])
        if not is_there:
            orders.create_present(demo)
        self.stdout.write("Example cluster: already there" if is_there else "Example cluster: loaded")
        for label, name in LOGINS:
            self.stdout.write(f"  {label:<24}{name}@{firms.DOMAIN}   {firms.PASSWORD}")
