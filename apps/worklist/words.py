"""What happened last to an order, in a word: who did it stands beside it."""

from django.utils.translation import gettext_lazy as _

ACTS = {
    "order.published": _("Order sent"),
    "order.sent_confirmed": _("Order sent, counts as confirmed"),
    "order.revised": _("Order revised"),
    "order.rewritten": _("Order rewritten"),
    "order.acknowledged": _("Order opened"),
    "order.answered": _("Confirmed"),
    "order.change_proposed": _("Other day or quantity offered"),
    "order.proposal_accepted": _("Offer accepted"),
    "order.proposal_declined": _("Offer declined"),
    "order.cancelled": _("Order cancelled"),
    "order.reminded": _("Reminded"),
    "order.change_requested": _("Change asked for"),
    "order.change_kept_within": _("Changed within the agreed window"),
    "order.change_accepted": _("Change agreed"),
    "order.change_rejected": _("Change refused"),
    "order.change_countered": _("Something else offered than the change asked for"),
    "order.change_withdrawn": _("Change request withdrawn"),
    "order.change_expired": _("Change request not answered in time"),
    "order.closed_short": _("Rest closed"),
    "order.fulfilled": _("Goods moved on"),
}
