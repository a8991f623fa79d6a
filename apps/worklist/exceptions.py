from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict


class NotWithin(Conflict):
    code = "not_within_tolerance"
    title = _("The offer is not within tolerance, or no more.")
    rule = _("In one act is taken what keeps window and quantity, and with the others of the part leaves no line worse off.")
    remedy = _("Look at its effect, and decide on it by itself.")
