import pytest
from django.db import connection, connections

from apps.orders.models import PurchaseOrder
from apps.tenancy.models import Organization
from apps.tenancy.scope import OutsideScope, organization_scope, unscoped
from cluster.runtime.roles import TIMEOUTS
from tests.world import as_person, draft


def test_a_manager_outside_any_scope_raises(world):
    with pytest.raises(OutsideScope, match="No scope is open"):
        PurchaseOrder.objects.all()


def test_sql_on_a_scoped_table_outside_any_scope_raises(world):
    with pytest.raises(OutsideScope, match="orders_purchaseorder"):
        PurchaseOrder._base_manager.count()
    with pytest.raises(OutsideScope), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM orders_purchaseorder")


def test_a_queryset_carried_out_of_its_scope_raises(world):
    with as_person(world, "buyer"):
        orders = PurchaseOrder.objects.all()
    with pytest.raises(OutsideScope):
        list(orders)


def test_an_inner_scope_gives_the_outer_one_back(world):
    draft(world)
    with as_person(world, "buyer"):
        assert PurchaseOrder._base_manager.count() == 1
        with organization_scope(world.supplier.pk):
            assert PurchaseOrder._base_manager.count() == 0
        assert PurchaseOrder._base_manager.count() == 1


def test_after_the_scope_the_database_variables_are_empty(world):
    with as_person(world, "buyer"):
        pass
    with connection.cursor() as cursor:
        cursor.execute("SELECT nullif(nullif(current_setting('app.org_ids', true), ''), '{}')")
        assert cursor.fetchone() == (None,)


def test_unscoped_wants_a_reason_that_is_listed():
    with pytest.raises(OutsideScope, match="system job"), unscoped(reason="because"):
        pass


def test_two_suppliers_of_one_buyer_do_not_know_each_other(world):
    def known(name):
        with as_person(world, name):
            return set(Organization.objects.values_list("name_en", flat=True))

    assert known("buyer") == {"Hanbit", "Daesung", "Seojin", "Office"}
    assert known("supplier") == {"Hanbit", "Daesung", "Office"}
    assert known("coordinator") == {"Hanbit", "Daesung", "Seojin", "Office"}


def test_in_a_cluster_without_a_lead_all_members_know_each_other(committed, world):
    from apps.tenancy import services
    from tests.world import SYSTEM

    with unscoped(reason=SYSTEM):
        peers = services.create_cluster(name="동료", name_en="Peers")
        for firm in (world.supplier, world.stranger):
            services.add_member(cluster=peers, organization=firm, kind="supplier")
    with as_person(world, "supplier"):
        assert "Seojin" in set(Organization.objects.values_list("name_en", flat=True))


def test_a_firm_that_left_or_is_suspended_sees_no_cluster(committed, world):
    from apps.tenancy.models import Cluster, ClusterMembership
    from tests.world import SYSTEM

    with unscoped(reason=SYSTEM):
        ClusterMembership.objects.filter(organization=world.office).update(state="suspended")
    with as_person(world, "coordinator"):
        assert not Cluster.objects.exists()
        assert set(Organization.objects.values_list("name_en", flat=True)) == {"Office"}


@pytest.mark.parametrize(("role", "limits"), TIMEOUTS.items())
def test_every_serving_role_has_limits(world, role, limits):
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT rolconfig FROM pg_roles WHERE rolname = %s", [role])
        (found,) = cursor.fetchone()
    assert [setting.partition("=")[2] for setting in found] == list(limits)
