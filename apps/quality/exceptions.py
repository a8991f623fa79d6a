from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict, DomainError, NotFound


class UnknownLot(NotFound):
    code = "unknown_inspection_lot"
    title = _("There is no such inspection lot.")


class UnknownNonConformance(NotFound):
    code = "unknown_non_conformance"
    title = _("There is no such non-conformance.")


class OverDecided(DomainError):
    code = "over_decided"
    title = _("More than the lot holds.")
    rule = _("All decisions together stay within the quantity of the lot.")
    remedy = _("Decide no more than what is still open.")


class InvalidDecision(DomainError):
    code = "invalid_decision"
    title = _("The decision is not valid.")
    rule = _("A decided quantity is greater than 0, and whole where the unit counts pieces.")
    remedy = _("Correct the quantity.")


class DefectMissing(DomainError):
    code = "defect_missing"
    title = _("The defect is missing.")
    rule = _("A rejection and a special acceptance name the defect.")
    remedy = _("Choose or write what is wrong with the parts.")


class LotDecided(Conflict):
    code = "lot_decided"
    title = _("The lot is decided already.")
    rule = _("A decision is not taken twice.")
    remedy = _("Reload the lot and look at its decisions.")
