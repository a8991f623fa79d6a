from pathlib import Path
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from apps.accounts import services as accounts
from apps.accounts.models import User
from apps.common.errors import DomainError
from apps.deliveries import intake as deliveries
from apps.exchange.history import import_history, read_layout
from apps.masterdata.models import PartnerPart
from apps.orders import intake as orders
from apps.quality import intake as quality
from apps.tenancy.models import Site
from apps.tenancy.roles import Role
from apps.tenancy.scope import unscoped

DATA = Path(__file__).resolve().parents[2] / "data"
PROVISIONING = "provisioning: a new organization, cluster or relation has no scope yet"
WRITTEN = (*orders.WRITTEN, *deliveries.WRITTEN, *quality.WRITTEN, PartnerPart, Site)


def analyze() -> None:
    """Tell the planner what has been written; only the owner of the tables may."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(model._meta.db_table for model in WRITTEN)}")


class Command(BaseCommand):
    help = "Load a history file as a cluster of its own. Ships with Dure: import_history scms_deliveries"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "layout", help="a layout of Dure (scms_deliveries, supplier_quality) or the path of a .toml file"
        )
        parser.add_argument("--file", type=Path, help="CSV or CSV.gz; default: the one that ships with the layout")
        parser.add_argument("--confirmed", action="store_true", help="days of long ago and far ahead are meant")
        parser.add_argument("--person", help="e-mail of somebody who is to see the history as the lead's buyer")

    def handle(self, **options: Any) -> None:
        started = monotonic()
        path = options["file"] or DATA / f"{options['layout']}.csv.gz"
        try:
            layout = read_layout(options["layout"])
            with unscoped(reason=PROVISIONING):
                user = self._person(options["person"])
                done = import_history(path=path, layout=layout, is_confirmed=options["confirmed"])
                if user is not None:
                    accounts.add_person(organization_id=done.lead_id, user=user, roles=[Role.BUYER, Role.TENANT_ADMIN])
        except DomainError as error:
            value = "" if error.value is None else f" “{error.value}”"
            raise CommandError(f"{error.place}{value}: {error.words}") from error
        seconds = monotonic() - started
        analyze()
        self.stdout.write(f"{done.rows} rows of {done.suppliers} suppliers in {seconds:.1f} s. {layout.attribution}")

    def _person(self, email) -> User | None:
        if not email:
            return None
        user = User.objects.filter(email__iexact=email).first()
        if user is None:
            raise CommandError(f"There is no person {email}. Add the person first, or leave --person out.")
        return user
