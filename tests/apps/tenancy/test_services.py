import pytest

from apps.common.identifiers import InvalidBusinessNumber
from apps.tenancy import services
from apps.tenancy.exceptions import AlreadyRegistered
from apps.tenancy.models import BusinessNumber, Organization
from apps.tenancy.scope import unscoped
from tests.world import SYSTEM


def register(number):
    with unscoped(reason=SYSTEM):
        return services.create_organization(legal_name="새기업", business_number=number)


def count():
    with unscoped(reason=SYSTEM):
        return Organization.objects.filter(legal_name="새기업").count(), BusinessNumber.objects.count()


def test_a_firm_is_registered_with_its_number_checked(committed, world):
    before = count()[1]
    register("220-81-62517")
    assert count() == (1, before + 1)


@pytest.mark.parametrize(("number", "error"), [("220-81-62518", InvalidBusinessNumber), ("124-81-55509", AlreadyRegistered)])
def test_a_wrong_or_a_known_number_registers_nothing(committed, world, number, error):
    before = count()
    with pytest.raises(error) as caught:
        register(number)
    assert caught.value.problem()["errors"][0]["place"] == "business_number"
    assert count() == before
