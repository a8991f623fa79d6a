"""The texts of the example cluster, which its firms have accepted, and a firm that is asked into it."""

from apps.accounts.door import enter
from apps.accounts.models import Membership, User
from apps.common.identifiers import business_number_check_digit
from apps.masterdata.example import DOMAIN, Demo
from apps.tenancy.models import ClusterMembership
from apps.tenancy.roles import Role
from apps.tenancy.scope import unscoped

from . import agreements, firms
from .clusters import PROVISIONING

NINE = "220816251"
WEEKLY = {"order": 7, "delivery": 7, "stock": 7}  # inspections as they come
LATE = "donghae"  # whose administrator has not read them yet


def create_present(demo: Demo) -> None:
    with unscoped(reason=PROVISIONING):
        cluster_id = ClusterMembership.objects.get(organization=demo.lead).cluster_id
        parts = ClusterMembership.objects.filter(cluster_id=cluster_id, state=ClusterMembership.State.ACTIVE)
        found = Membership.objects.filter(organization__in=parts.values("organization"))
        admins = found.filter(user__groups__organization_role__role=Role.TENANT_ADMIN).select_related("user")
        people = [(row.user, row.organization_id) for row in admins.order_by("pk")]
        office = User.objects.get(email=f"coordinator@{DOMAIN}")
    with enter(user_id=office.pk, organization_id=None, source="command"):
        texts = [
            agreements.publish(cluster_id=cluster_id, kind=kind, text=text, text_en=text_en, frequencies=WEEKLY)
            for kind, (text, text_en) in agreements.first_texts("led").items()
        ]
        number = NINE + str(business_number_check_digit(NINE + "0"))
        firms.invite_firms(cluster_id=cluster_id, firms=[firms.Asked(number, f"new.firm@{DOMAIN}", "새길정공 (예시)")])
    for user, organization_id in people:
        if user.email != f"{LATE}@{DOMAIN}":
            with enter(user_id=user.pk, organization_id=organization_id, source="command"):
                agreements.accept(cluster_id=cluster_id, hashes=[text.hash for text in texts], person=user)
