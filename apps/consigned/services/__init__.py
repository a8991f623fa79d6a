"""Every change of consigned material: agreed by the owner; sent, received, lost and settled by documents of either side."""

from .agreeing import Use, agree_material, change_material, end_material, keep_uses
from .losing import Loss, report_losses
from .receiving import Arrived, receive
from .sending import MAX_LINES, Sent, cancel, send
from .settling import accept, dispute, propose

__all__ = [
    "MAX_LINES",
    "Arrived",
    "Loss",
    "Sent",
    "Use",
    "accept",
    "agree_material",
    "cancel",
    "change_material",
    "dispute",
    "end_material",
    "keep_uses",
    "propose",
    "receive",
    "report_losses",
    "send",
]
