from django.utils.translation import gettext_lazy as _

from apps.common.errors import DomainError, NotFound


class UnknownPartOutlook(NotFound):
    code = "unknown_part_outlook"


class NoForecast(DomainError):
    code = "no_forecast"
    title = _("There is no forecast of this part.")
    rule = _("What no plan in force names is forecast from twelve whole weeks of use or orders.")
    remedy = _("Put its demand into a plan.")


class NotAProposal(DomainError):
    code = "not_a_proposal"
    title = _("This is no proposal.")
    rule = _("What is drafted is named by the keys of the proposals, as they were read.")
    remedy = _("Read the proposals again, and send their keys.")
