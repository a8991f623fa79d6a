from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict, InvalidValue, NotFound


class UnknownList(NotFound):
    code = "unknown_list"


class UnknownView(NotFound):
    code = "unknown_saved_view"


class ViewNameTaken(Conflict):
    code = "saved_view_name_taken"
    title = _("A view of this list has that name already.")
    remedy = _("Choose another name, or delete the other view first.")


class AddressTooLong(InvalidValue):
    code = "list_address_too_long"
    title = _("What the list is asked for is too long to be kept.")
    rule = _("The address of a list has 2,000 characters at most.")
    remedy = _("Use fewer or shorter filters.")


class NothingChosen(InvalidValue):
    code = "nothing_chosen"
    title = _("No row is chosen.")
    rule = _("An act on rows needs 1 to 200 of them.")
    remedy = _("Tick the rows, then choose what to do with them.")


class DoesNotFit(Conflict):
    code = "act_does_not_fit"
    title = _("The act does not fit the state of this row.")
    remedy = _("Open it to see what can be done.")
