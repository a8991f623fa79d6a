from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict, DomainError, NotFound, Questioned


class UnknownMade(DomainError):
    code = "unknown_made"
    title = _("The part is unknown.")
    rule = _("A report names a part of your own firm, or one that you supply.")
    remedy = _("Check the number under Parts.")


class InvalidMade(DomainError):
    code = "invalid_made"
    title = _("The reported quantity is not valid.")
    rule = _("Good and rejected pieces are 0 or more, one of them above 0, and whole where the unit counts pieces.")
    remedy = _("Correct the quantity.")


class ReasonMissing(DomainError):
    code = "reject_reason_missing"
    title = _("It is not said why pieces were rejected.")
    rule = _("Rejected pieces have a reason, and a reason has rejected pieces.")
    remedy = _("Choose the reason, or take the rejected pieces out.")


class LotMissing(DomainError):
    code = "lot_missing"
    title = _("The lot is missing.")
    rule = _("What is tracked by lot or serial number is reported with it.")
    remedy = _("Give the lot.")


class NotThatDay(DomainError):
    code = "production_day"
    title = _("The day is not one on which production is reported.")
    rule = _("Production is reported of today, or of a day of the last 31.")
    remedy = _("Correct the day.")


class OtherThanReported(Conflict):
    code = "other_than_reported"
    title = _("The report with this number says something else.")
    rule = _("What was reported under a number is not changed by a table.")
    remedy = _("Leave the number out, so that the row says what was made of the part on that day, or reverse the report.")


class UnknownReportNumber(NotFound):
    code = "unknown_report_number"
    title = _("No report has this number.")
    rule = _("Numbers of reports are given here; a row that names one is that report.")
    remedy = _("Leave the number out to report what the row says.")


class ReportedTwice(DomainError):
    code = "reported_twice"
    title = _("The same part and lot stand twice in the report.")
    rule = _("One report names a part and lot once a day.")
    remedy = _("Put the two quantities together.")


class KeyTwice(ReportedTwice):
    code = "reported_key_twice"
    title = _("The same key stands twice in the report.")
    rule = _("A key of the sender's stands for one row.")
    remedy = _("Give every row a key of its own.")


class KeyOfAnother(Conflict):
    code = "production_key_taken"
    title = _("This key belongs to another report.")
    rule = _("A key of the sender's stands for one report.")
    remedy = _("Use a new key for a new report.")


class BeyondPlan(Questioned):
    code = "beyond_plan"
    title = _("More is reported than was planned.")
    rule = _("What is reported must stay within the plan and its tolerance, or be said to be meant.")
    remedy = _("Correct the quantity, or say that it is meant.")


class FarAboveUsual(Questioned):
    code = "far_above_usual"
    title = _("Far more is reported than ever before.")
    rule = _(
        "Where no plan names a part, a day is at most ten times the largest report of the sixty days before, and at most"
        " 100,000 where there is none, or it is said to be meant."
    )
    remedy = _("Correct the quantity, or say that it is meant.")


class MaterialMissing(DomainError):
    code = "material_missing"
    title = _("There is not enough material for what is reported.")
    rule = _("What goes into a part is taken from available stock at the site.")
    remedy = _("Count what lies there, or set for the site that what is there is taken.")


class CustomerUnknown(DomainError):
    code = "customer_of_material_unknown"
    title = _("It is not said for which customer the part was made.")
    rule = _(
        "Where one of several customers of an own part hands out material for it, each is reported by the customer's part."
    )
    remedy = _("Report it by the number of the customer's part.")


class UnknownReport(NotFound):
    code = "unknown_production_report"
    title = _("There is no such report.")
    rule = _("A production report is seen by its own firm.")


class AlreadyReversed(Conflict):
    code = "already_reversed"
    title = _("The report cannot be reversed.")
    rule = _("A report is reversed once, and a reversal not at all.")
    remedy = _("Report anew what was made.")
