from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict, DomainError, NotFound, Questioned


class UnknownGroup(NotFound):
    code = "unknown_capacity_group"
    title = _("There is no such capacity group.")
    rule = _("A capacity group is seen by its own firm.")


class GroupCodeTaken(Conflict):
    code = "capacity_code_taken"
    title = _("The code is taken.")
    rule = _("A code stands for one capacity group of a site.")
    remedy = _("Use another code.")


class UnitFixed(Conflict):
    code = "capacity_unit_fixed"
    title = _("The unit cannot be changed.")
    rule = _("What weeks were told in, or agreed with customers, stays the unit of the group.")
    remedy = _("Take the weeks back and end the agreements first, or make a new group.")


class InvalidCapacity(DomainError):
    code = "invalid_capacity"
    title = _("The capacity is not valid.")
    rule = _("A capacity is 0 or more, as fine as its unit is counted, and the maximum is not below the actual one.")
    remedy = _("Correct the figure.")


class GroupChanged(Conflict):
    code = "capacity_group_changed"
    title = _("Somebody else has changed the group meanwhile.")
    rule = _("What is changed is what was read: nobody writes over what another person has just said.")
    remedy = _("Look at what stands now, and save again if your figures hold.")


class NotForOneAlone(DomainError):
    code = "capacity_not_for_one"
    title = _("The group makes parts of other customers too.")
    rule = _("The whole of a group is shown to a customer for whose parts alone it is used.")
    remedy = _("Take the other customers' parts out of the group, or show what was agreed instead.")


class MadeForAnother(DomainError):
    code = "capacity_made_for_another"
    title = _("The group is made for another customer alone.")
    rule = _("Of a group that one customer alone is told the whole of, nothing is agreed with others.")
    remedy = _("Take back in the group that it is for one customer alone, or offer capacity of another group.")


class NotAWeek(DomainError):
    code = "capacity_week"
    title = _("The week is not one of which capacity is told.")
    rule = _("Capacity is told of weeks from this one on, within three years, each named by its Monday and once.")
    remedy = _("Correct the week.")


class UnknownMaker(DomainError):
    code = "unknown_capacity_part"
    title = _("The part is unknown.")
    rule = _("A capacity group makes parts of your own firm, or ones that you supply, each named once.")
    remedy = _("Check the number under Parts.")


class InvalidFactor(DomainError):
    code = "invalid_load_factor"
    title = _("The load factor is not valid.")
    rule = _("A load factor is above 0, with six decimals at most: how much capacity one piece takes.")
    remedy = _("Correct the load factor.")


class BelowAgreed(Questioned):
    code = "capacity_below_agreed"
    title = _("The capacity is below what was agreed with customers.")
    rule = _("A week gives at least what was agreed with customers, or its shortage is said to be meant.")
    remedy = _("Correct the figure, end an agreement, or say that it is meant.")


class GroupAgreed(Conflict):
    code = "capacity_group_agreed"
    title = _("Capacity of the group is agreed with a customer.")
    rule = _("A group is ended once nothing of it is agreed or proposed any more.")
    remedy = _("End the agreements first.")


class UnknownAgreement(NotFound):
    code = "unknown_capacity_agreement"
    title = _("There is no such agreement.")
    rule = _("An agreement of capacity is seen by its supplier and its customer.")


class UnknownCustomer(DomainError):
    code = "unknown_capacity_customer"
    title = _("The customer is unknown.")
    rule = _("Capacity is agreed with a customer that your firm supplies.")
    remedy = _("Choose one of your customers.")


class NotTheirParts(DomainError):
    code = "not_their_parts"
    title = _("The group makes nothing for this customer.")
    rule = _("Capacity is agreed of a group that makes parts of the customer.")
    remedy = _("Name the customer's parts in the group first.")


class AgreedAlready(Conflict):
    code = "capacity_agreed_already"
    title = _("Something is agreed for these weeks already.")
    rule = _("In one week one agreement of a group with a customer stands or waits.")
    remedy = _("End the one that stands, or choose later weeks.")


class AgreementAnswered(Conflict):
    code = "capacity_agreement_answered"
    title = _("The agreement does not wait for an answer any more.")
    rule = _("An agreement of capacity is agreed once and ended once.")
    remedy = _("Look at the agreement as it stands now.")


class NoCapacityTold(DomainError):
    code = "no_capacity_told"
    title = _("Nobody said what the group gives in one of the weeks.")
    rule = _("Capacity is agreed where it is told.")
    remedy = _("Tell the capacity of a usual week, or of this one, first.")


class BeyondCapacity(DomainError):
    code = "beyond_capacity"
    title = _("It is more than the group has left in one of the weeks.")
    rule = _("What is agreed and proposed together must stay within the most that a week gives.")
    remedy = _("Offer less, raise the capacity, or end another agreement.")
