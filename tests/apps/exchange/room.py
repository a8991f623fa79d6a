"""What imports show to the walks."""

from tests.rooms import Shown

SHOWN = Shown(
    texts={
        "exchange_stageddefect.defect": "from rows of a file that the reader has checked by the rule",
        "exchange_stageddefect.impact": "from rows of a file that the reader has checked by the rule",
        "exchange_stageddelivery.carrier": "from rows of a file that the reader has checked by the rule",
        "exchange_stageddelivery.order_number": "from rows of a file that the reader has checked by the rule",
        "exchange_stageddelivery.shipment_number": "from rows of a file that the reader has checked by the rule",
    },
)
