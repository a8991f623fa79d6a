"""The firm itself, in its first days."""

from django.utils.translation import gettext as _

from apps.common.identifiers import format_business_number
from apps.common.rooms import Step
from apps.tenancy import selectors
from apps.tenancy.roles import Role


def checklist() -> list[Step]:
    firm, numbers = selectors.own_organization(), list(selectors.business_numbers())
    is_office = Role.COORDINATOR in selectors.roles_in_use()
    shown = [firm.name, *(format_business_number(row.number) for row in numbers)]
    if not numbers and not is_office:
        shown.append(_("the business registration number is missing"))
    return [Step("firm", _("Your firm"), bool(numbers) or is_office, " · ".join(shown), place=10)]
