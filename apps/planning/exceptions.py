from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict, DomainError, NotFound


class LoopedBill(DomainError):
    code = "bill_loop"
    title = _("A part would go into itself.")
    rule = _("Bills of material have no loop.")
    remedy = _("Take one of the parts on the path out of the bill of the one before it.")


class InvalidBillItem(DomainError):
    code = "invalid_bill_item"
    title = _("The item of the bill is not valid.")
    rule = _("A quantity is above 0, a scrap share from 0 to below 100 %, and a period ends after it begins.")
    remedy = _("Correct the item.")


class OtherBillUnit(DomainError):
    code = "other_bill_unit"
    title = _("The component is counted in another unit.")
    rule = _("A bill says how much of a component goes in, in the component's own unit or one that converts into it.")
    remedy = _("Give the quantity in the component's unit.")


class BillItemTwice(DomainError):
    code = "bill_item_twice"
    title = _("A component stands twice in the bill.")
    rule = _("On one day a component stands once in the bill of its parent.")
    remedy = _("Take one of the two rows out, or give them periods that do not meet.")


class UnknownPlanPart(DomainError):
    code = "unknown_plan_part"
    title = _("The part is unknown.")
    rule = _("Plans and bills name parts of your own firm.")
    remedy = _("Check the number under Parts, or make the part there.")


class EmptyPlan(DomainError):
    code = "empty_plan"
    title = _("The plan has no rows.")
    rule = _("A plan says something of at least one part.")
    remedy = _("Paste part numbers with quantities; 0 says that nothing is needed.")


class PlanRowTwice(DomainError):
    code = "plan_row_twice"
    title = _("The same part and day stand twice in the plan.")
    rule = _("A plan names a part once a day or week.")
    remedy = _("Put the two quantities together.")


class InvalidPlanQuantity(DomainError):
    code = "invalid_plan_quantity"
    title = _("The planned quantity is not valid.")
    rule = _("A planned quantity is 0 or more, and whole where the unit counts pieces.")
    remedy = _("Correct the quantity.")


class InvalidLimits(DomainError):
    code = "invalid_stock_limits"
    title = _("Minimum and maximum do not fit.")
    rule = _("The maximum must be above 0 and not below minimum or safety stock; who orders up to it names both.")
    remedy = _("Correct the two, or leave them empty.")


class InvalidMakingRule(DomainError):
    code = "invalid_making_rule"
    title = _("The tolerance is not valid.")
    rule = _("A tolerance is from 0 to below 1000 %.")
    remedy = _("Correct the tolerance.")


class OutsideHorizon(DomainError):
    code = "outside_horizon"
    title = _("The day lies outside the plan's period.")
    rule = _("Days of a plan lie from its first day to its last one; a week is named by its Monday.")
    remedy = _("Correct the day, or the period.")


class PlanOver(DomainError):
    code = "plan_over"
    title = _("The plan's period is over.")
    rule = _("A plan that is put in force ends today or later, and within three years.")
    remedy = _("Send the plan of the days to come.")


class OlderPlan(Conflict):
    code = "older_plan"
    title = _("A newer plan is in force.")
    rule = _("A plan is replaced by one that was drawn later.")
    remedy = _("Draw the plan from its system again.")


class PlanMeanwhile(Conflict):
    code = "plan_meanwhile"
    title = _("Another plan was put in force meanwhile.")
    rule = _("A plan replaces the one that somebody has looked at.")
    remedy = _("Nothing is in force yet: look again at what changes, and go on.")


class GoesUnsaid(PlanMeanwhile):
    code = "plan_goes_unsaid"
    title = _("Quantities that stand are not in the plan.")
    rule = _("What stands goes only where somebody said that it may.")
    remedy = _("Nothing is in force yet: look at what will be gone, tick that it is meant, and go on.")


class PlanNumberTaken(Conflict):
    code = "plan_number_taken"
    title = _("This number is taken by another plan.")
    rule = _("A plan's number stands once in a firm.")
    remedy = _("Use another number, or none: Dure gives one.")


class UnknownPlan(NotFound):
    code = "unknown_plan"
    title = _("There is no such plan.")
    rule = _("A plan is seen by its own firm.")


class UnknownSupplier(NotFound):
    code = "unknown_supplier"
    title = _("There is no such supplier.")
    rule = _("Demand is shown to suppliers from which your firm buys.")


class InvalidShares(DomainError):
    code = "invalid_shares"
    title = _("The shares do not fit.")
    rule = _("Every supplier that may deliver a part has a share from 0 %, and together they are at most 100 %.")
    remedy = _("Correct the shares, or empty all of them.")


class UnknownRelease(NotFound):
    code = "unknown_release"
    title = _("There is no such release.")
    rule = _("A release is seen by the firm that published it, and by the supplier while it is shown its demand.")


class NoPlanBefore(Conflict):
    code = "no_plan_before"
    title = _("There was no plan before.")
    rule = _("A plan is undone by putting the one before it in force again.")
    remedy = _("Publish a plan that says what is meant.")
