"""The arrays that a reply to each request holds: names, shapes, kinds of numbers, and the bounds of arithmetic."""

import numpy as np

from ..agreed.arrays import Array
from ..agreed.contracts import Contract, Kind
from ..agreed.errors import InvalidUpdate
from ..agreed.keys import POINT_BYTES, SIGNATURE_BYTES
from ..agreed.messages import Reply, Request
from ..agreed.size import parameters
from ..agreed.strategies import STRATEGIES
from ..models.growing import by_total, has_totals
from ..privacy.accounting import count_deviation
from ..privacy.masks import has_equal_totals
from ..rows.statistics import power_edges

LARGEST_WEIGHT = 1e4  # an honest network's are below 10
LARGEST_LOGIT = 1e3
RELEASE = "Update dure-factory at this site to the release of the contract."
NUMBERS = "Lower the learning rate, or look for values out of range at this site with `dure-factory check`."

Form = tuple[tuple[int, ...], type[np.generic]]


def check_arrays(contract: Contract, request: Request, reply: Reply) -> None:
    """
    Raises:
        InvalidUpdate: an array is missing, too many, of another shape or kind, not finite, or outside what can be.
    """
    forms = expected(contract, request)
    if set(reply.arrays) != set(forms):
        rule = f"A reply holds the arrays {', '.join(sorted(forms)) or 'none'}."
        raise InvalidUpdate(rule, value=", ".join(sorted(reply.arrays)) or "none", remedy=RELEASE)
    for name, (shape, kind) in forms.items():
        array = reply.arrays[name]
        if array.shape != shape or array.dtype != kind:
            rule = f"An array has the agreed shape: {name} is {kind.__name__} of {shape}."
            raise InvalidUpdate(rule, value=f"{array.dtype} of {array.shape}", remedy=RELEASE)
        if kind in (np.float32, np.float64) and not np.isfinite(array).all():
            rule = "A reply holds finite numbers only."
            raise InvalidUpdate(rule, place=name, value=f"{int((~np.isfinite(array)).sum())} are not", remedy=NUMBERS)
    bounds = {
        **dict.fromkeys((Kind.RANGE, Kind.COUNT), _counts),
        Kind.GROW: _totals,
        Kind.TRAIN: _weights,
        Kind.CALIBRATE: _calibration,
    }
    if request.kind in bounds:
        bounds[request.kind](contract, reply)


def expected(contract: Contract, request: Request) -> dict[str, Form]:
    """Name → shape and kind of number of each array."""
    features = len(contract.ranges)
    if request.kind is Kind.RANGE:
        return {"counts": ((features, len(power_edges()) - 1 if features else 0), np.int64)}
    if request.kind is Kind.COUNT:
        longest = int(np.isfinite(request.arrays["edges"]).sum(axis=1).max(initial=1)) - 1
        return {"counts": ((features, longest), np.int64)}
    if request.kind is Kind.KEY:
        sizes = {"key": 32, "signer": POINT_BYTES, "signature": SIGNATURE_BYTES}
        return {name: ((size,), np.uint8) for name, size in sizes.items()}
    if request.kind is Kind.GROW:
        return {"table": (table_shape(contract, request), np.uint32)}
    if request.kind is Kind.SUM:
        return {"update": ((parameters(contract),), np.uint32)}
    if request.kind is Kind.TRAIN and contract.masked:
        return {}
    if request.kind is Kind.TRAIN:
        form: Form = (request.arrays["weights"].shape, np.float32)
        return dict.fromkeys(("weights", *STRATEGIES[contract.training.strategy].vectors), form)
    if request.kind is Kind.CALIBRATE:
        return {"sums": ((2, 3), np.float64)}
    return {}


def table_shape(contract: Contract, request: Request) -> tuple[int, ...]:
    """Of the sums that one level of a round's trees is made of, or all their leaves where the cuts are drawn."""
    boosting, level = contract.boosting, int(request.arrays["step"][1])
    if boosting.cuts == "random":
        return (2, boosting.side_by_side * 2**boosting.depth, 1, 1)
    trees = boosting.side_by_side // (2 if request.arrays["groups"].any() else 1)
    nodes = trees * max(1, 2**level // 2)
    return (2, nodes, len(request.arrays["columns"]), boosting.bins + 1)


def _counts(contract: Contract, reply: Reply) -> None:
    counts, rows = reply.arrays["counts"], reply.examples
    slack = 20 * count_deviation(contract)
    if slack:
        is_possible = bool((np.abs(counts) <= rows + slack).all())
    else:
        is_possible = bool((counts >= 0).all() and (counts.sum(axis=1, dtype=np.float64) <= rows).all())
    if not is_possible:
        raise InvalidUpdate("A site counts no more values of a feature than it has rows.", value=rows, remedy=RELEASE)


def _totals(contract: Contract, reply: Reply) -> None:
    """The only thing that a masked table shows: every row lies in one bin of each column, and masks keep that."""
    if has_totals(contract) and not has_equal_totals(by_total(contract, reply.arrays["table"])):
        rule = "All columns of a node's masked table have one total."
        raise InvalidUpdate(rule, place="table", value="several", remedy=RELEASE, code="unequal_totals")


def _weights(contract: Contract, reply: Reply) -> None:
    for name, array in reply.arrays.items():
        if (most := float(np.abs(array).max(initial=0))) > LARGEST_WEIGHT:
            rule = f"No weight is beyond {LARGEST_WEIGHT:,.0f}."
            raise InvalidUpdate(rule, place=name, value=f"{most:.3g}", remedy=NUMBERS, code="too_far")


def _calibration(contract: Contract, reply: Reply) -> None:
    """Sums of so many rows, each of which adds within known bounds."""
    rows, (gradient, hessian) = reply.examples, np.split(reply.arrays["sums"], [1], axis=1)
    most = rows * np.array([[LARGEST_LOGIT], [1.0]])
    is_possible = (np.abs(gradient) <= most).all() and (np.abs(hessian) <= rows * LARGEST_LOGIT**2 / 4).all()
    is_possible &= _is_positive(hessian) and hessian[1, 1] <= rows / 4 + 1e-6
    if not is_possible:
        raise InvalidUpdate("Sums for the calibration are such as rows can have.", remedy=RELEASE)


def _is_positive(hessian: Array) -> bool:
    """Symmetric and not negative in any direction, within rounding."""
    slack = 1e-6 * (1 + float(np.abs(hessian).max()))
    return bool(abs(hessian[0, 1] - hessian[1, 0]) <= slack and np.linalg.eigvalsh(hessian).min() >= -slack)
