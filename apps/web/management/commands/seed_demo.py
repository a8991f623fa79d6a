from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from apps.common.rooms import named
from apps.exchange.history import import_history, read_layout
from apps.exchange.management.commands.import_history import DATA, analyze
from apps.masterdata import example
from apps.tenancy.models import Organization
from apps.tenancy.roles import Role
from apps.tenancy.scope import unscoped
from apps.web.demo import training

LOGINS = [
    ("구매 / buyer", "buyer"),
    ("입고 / receiver", "receiver"),
    ("검사 / inspector", "inspector"),
    ("협력사 / supplier", "daesung"),
    ("운영기관 / coordinator", "coordinator"),
    ("실제 이력 / real history", "history"),
    ("관리자 / administrator", "admin"),
]


class Command(BaseCommand):
    help = "Load the example cluster (EV parts: 1 lead, 8 suppliers) and real deliveries of 2006-2013. Safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--orders", type=int, default=240, help="orders of the past 90 days")

    def handle(self, **options: Any) -> None:
        with unscoped(reason=example.PROVISIONING):
            is_there = Organization.objects.filter(name_en="Hanbit Mobility").exists()
            if not is_there:
                demo = example.create_firms(options["orders"])
                for create in named("example_past"):
                    create(demo)
                self._load_history()
        if not is_there:
            for create in named("example_present"):
                create(demo)
            analyze()
            training.create_training()
            example.invite_colleagues()
        self.stdout.write("Example cluster: already there" if is_there else "Example cluster: loaded")
        for label, name in LOGINS:
            self.stdout.write(f"  {label:<24}{name}@{example.DOMAIN}   {example.PASSWORD}")

    def _load_history(self) -> None:
        """The real deliveries that ship with Dure, as a cluster of their own with a buyer of its own."""
        done = import_history(path=DATA / "scms_deliveries.csv.gz", layout=read_layout("scms_deliveries"))
        lead = Organization.objects.get(pk=done.lead_id)
        example.person(lead, "history", "이력 열람", "ko", "구매 이력", Role.BUYER, Role.TENANT_ADMIN)
