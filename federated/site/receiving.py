"""A request before anything is computed from it: names, shapes, kinds and bounds of its arrays, as the contract has them.

Whoever runs the server can send anything: a site that counted with it would answer NaN in good faith, or meet an error of
its own. The other direction: run/inspection.py.
"""

from collections.abc import Mapping

import numpy as np

from ..agreed.arrays import Array
from ..agreed.contracts import Contract, Kind
from ..agreed.errors import InvalidRequest
from ..agreed.keys import POINT_BYTES, SIGNATURE_BYTES
from ..agreed.levels import BINS, LEVELS
from ..agreed.messages import Request
from ..agreed.size import categories_of, parameters
from ..agreed.strategies import STRATEGIES
from ..models.growing import GROWING, OF_SITES
from ..privacy.sums import LIMIT
from ..run.shapes import LARGEST_WEIGHT
from ..run.trees import draw_columns

MOST_EDGES = max(BINS, len(LEVELS)) + 2
MOST_SITES = 10_000
LARGEST_VALUE = 1e30  # a network counts in single precision
LEAST_SCALE = 1.0  # as sums.scale_for gives it for the most rows that it counts
REMEDY = "Stop the run, and see that the server is of the release of the contract; nothing was computed from this request."

Form = tuple[tuple[int | None, ...], type[np.generic]]


def check_request(contract: Contract, request: Request) -> None:
    """
    Raises:
        InvalidRequest: an array is missing, too many, of another shape or kind, not finite, or outside what can be.
    """
    arrays, forms = request.arrays, expected(contract, request.kind)
    if set(arrays) != set(forms):
        rule = f"A request to {request.kind} holds the arrays {', '.join(sorted(forms)) or 'none'}."
        raise InvalidRequest(rule, value=", ".join(sorted(arrays)) or "none", remedy=REMEDY)
    for name, (shape, kind) in forms.items():
        array = arrays[name]
        fits = array.ndim == len(shape) and all(n is None or n == m for n, m in zip(shape, array.shape, strict=True))
        if not fits or not is_exactly(array, kind):
            says = ", ".join("any" if n is None else str(n) for n in shape)
            rule = f"{name} is {kind.__name__} of ({says}), its lowest byte first."
            raise InvalidRequest(rule, place=name, value=f"{array.dtype.str} of {array.shape}", remedy=REMEDY)
        if name != "edges" and np.issubdtype(kind, np.floating):
            _require(bool(np.isfinite(array).all()), name, "A request holds finite numbers only.")
    if request.kind is Kind.COUNT:
        _check_edges(arrays["edges"], len(contract.ranges))
    if "quantiles" in arrays:
        _check_model(contract, request)
    if request.kind in (Kind.GROW, Kind.VOTE, Kind.SUM):
        names = arrays["names"].tolist()
        _require(len(set(names)) == len(names) <= MOST_SITES, "names", "Every site is named once.")
    if request.kind in (Kind.GROW, Kind.VOTE):
        _check_members(contract, request)
    if request.kind is Kind.GROW:
        _check_growing(contract, request)
    if request.kind in (Kind.GROW, Kind.SUM):
        _check_lines(arrays)


def is_exactly(array: Array, kind: type[np.generic]) -> bool:
    """Of this kind, width and order of bytes. In the other order the same bytes are other numbers: two tables, that one mask
    would cover, came of it.

    Args:
        array: as received, of any shape, (n) or (n, m).
    """
    if kind is np.str_:
        return array.dtype.kind == "U" and array.dtype == array.dtype.newbyteorder("<")
    is_kind = array.dtype == np.dtype(kind).newbyteorder("<")
    return is_kind and (kind is not np.bool_ or bool((array.view(np.uint8) <= 1).all()))


def expected(contract: Contract, kind: Kind) -> dict[str, Form]:
    """Name → shape (None: any) and kind of number of each array."""
    if kind is Kind.COUNT:
        return {"edges": ((len(contract.ranges), None), np.float64)}
    of_sites: dict[str, Form] = {"keys": ((None, 32), np.uint8), "signers": ((None, POINT_BYTES), np.uint8)}
    of_sites["signatures"] = ((None, SIGNATURE_BYTES), np.uint8)
    if kind is Kind.SUM:
        return {"names": ((None,), np.str_), **of_sites, "shares": ((None,), np.float64), "trained": ((32,), np.uint8)}
    if kind not in (Kind.GROW, Kind.VOTE, Kind.TRAIN, Kind.CALIBRATE, Kind.FINISH):
        return {}
    quantiles: dict[str, Form] = {"quantiles": ((len(contract.ranges), len(LEVELS)), np.float64)}
    forest = _forest(contract, None)
    if kind in (Kind.GROW, Kind.VOTE):
        growing = {GROWING + name: form for name, form in _forest(contract, contract.boosting.side_by_side).items()}
        members: dict[str, Form] = {"names": ((None,), np.str_), "groups": ((None,), np.int64)}
        if kind is Kind.VOTE:
            return quantiles | forest | growing | members
        members |= of_sites
        how: dict[str, Form] = {"step": ((2,), np.int64), "columns": ((None,), np.int64), "scale": ((), np.float64)}
        return quantiles | forest | growing | members | how
    weights: Form = ((parameters(contract),), np.float32)
    vectors = STRATEGIES[contract.training.strategy].vectors if kind is Kind.TRAIN else ()
    ends: dict[str, Form] = {"calibration": ((2,), np.float64)}
    return quantiles | forest | dict.fromkeys(("weights", *vectors), weights) | ends


def _forest(contract: Contract, trees: int | None) -> dict[str, Form]:
    leaves = 2**contract.boosting.depth
    inner = (trees, leaves - 1)
    return {
        "feature": (inner, np.int16),
        "cut": (inner, np.float32),
        "missing_left": (inner, np.bool_),
        "value": ((trees, leaves), np.float32),
    }


def _require(holds: bool, place: str, rule: str, value: object = None) -> None:
    if not holds:
        raise InvalidRequest(rule, place=place, value=value, remedy=REMEDY)


def _check_edges(edges: Array, features: int) -> None:
    """Rising, and filled up with infinity behind the last one."""
    finite = np.isfinite(edges)
    counts = finite.sum(axis=1)
    _require(edges.shape[1] <= MOST_EDGES, "edges", f"A count has at most {MOST_EDGES - 1} bins.", edges.shape[1] - 1)
    _require(not features or bool((counts >= 2).all()), "edges", "Every feature has a bin at least.")
    is_tail = np.arange(edges.shape[1]) >= counts[:, None]
    _require(bool((np.isposinf(edges) == is_tail).all()), "edges", "Edges are finite, and infinite behind the last one.")
    for row, count in zip(edges, counts, strict=True):
        _require(bool((row[1:count] >= row[: count - 1]).all() and row[0] < row[count - 1]), "edges", "Edges rise.")


def _check_model(contract: Contract, request: Request) -> None:
    arrays, boosting = request.arrays, contract.boosting
    quantiles = arrays["quantiles"]
    _require(bool((np.diff(quantiles, axis=1) >= 0).all()), "quantiles", "Quantiles rise.")
    largest = float(np.abs(quantiles).max(initial=0))
    _require(largest <= LARGEST_VALUE, "quantiles", f"No value is beyond {LARGEST_VALUE:g}.", f"{largest:.3g}")
    rounds = request.round - 1 if request.kind in (Kind.GROW, Kind.VOTE) else boosting.rounds
    _check_forest(contract, arrays, "", rounds * boosting.side_by_side)
    for name in ("weights", *STRATEGIES[contract.training.strategy].vectors):
        if name in arrays:
            most = float(np.abs(arrays[name]).max(initial=0))
            _require(most <= LARGEST_WEIGHT, name, f"No weight is beyond {LARGEST_WEIGHT:,.0f}.", f"{most:.3g}")
    if "calibration" in arrays:
        _require(float(np.abs(arrays["calibration"]).max()) <= LARGEST_WEIGHT, "calibration", "A calibration is bounded.")


def _check_forest(contract: Contract, arrays: Mapping[str, Array], prefix: str, most: int) -> None:
    trees = {len(arrays[prefix + name]) for name in _forest(contract, None)}
    _require(len(trees) == 1, f"{prefix}feature", "Every tree has features, cuts and values.", sorted(trees))
    _require(max(trees) <= most, f"{prefix}feature", f"So far there are at most {most} trees.", max(trees))
    feature, value = arrays[prefix + "feature"], arrays[prefix + "value"]
    inside = bool(((feature >= -1) & (feature < columns_of(contract))).all())
    _require(inside, f"{prefix}feature", "Trees split on features of the contract.")
    largest = float(np.abs(value).max(initial=0))
    _require(largest <= LARGEST_WEIGHT, f"{prefix}value", f"No leaf is beyond {LARGEST_WEIGHT:,.0f}.", f"{largest:.3g}")


def _check_members(contract: Contract, request: Request) -> None:
    """The trees that grow or are judged, and whose they are: of all sites named, or of two groups of them."""
    arrays, size = request.arrays, contract.boosting.side_by_side
    names, groups = arrays["names"], arrays["groups"]
    _check_forest(contract, arrays, GROWING, size)
    _require(len(arrays[f"{GROWING}feature"]) == size, f"{GROWING}feature", f"{size} trees grow side by side.")
    kinds = set(groups.tolist())
    fits = len(groups) == len(names) and (kinds == {0} or (kinds == {0, 1} and size % 2 == 0))
    _require(fits, "groups", "Sites grow trees in one group, or in two.")


def _check_growing(contract: Contract, request: Request) -> None:
    boosting, arrays = contract.boosting, request.arrays
    columns = arrays["columns"]
    level = int(arrays["step"][1])
    levels = (boosting.depth,) if boosting.cuts == "random" else range(boosting.depth)
    _require(level in levels, "step", f"Trees of the contract have the levels 0 to {boosting.depth - 1}.", level)
    drawn = draw_columns(contract, request.round, columns_of(contract))
    _require(np.array_equal(columns, drawn), "columns", "A round's columns are those that the contract draws for it.")
    scale = float(arrays["scale"])
    is_agreed = LEAST_SCALE <= scale <= LIMIT and np.frexp(scale)[0] == 0.5
    _require(is_agreed, "scale", f"The fixed point is a power of two from {LEAST_SCALE:g} to {LIMIT:,}.", f"{scale:.3g}")


def _check_lines(arrays: Mapping[str, Array]) -> None:
    """Those whose sums are masked among each other: a line for each in every array that has one."""
    of_sites = [name for name in ("names", *OF_SITES.values(), "shares") if name in arrays]
    _require(
        len({len(arrays[name]) for name in of_sites}) == 1,
        "keys",
        "Every site that takes part has its line: a key, and a signature over it.",
    )


def columns_of(contract: Contract) -> int:
    """That trees may split on: numbers, and a column for each category."""
    return len(contract.ranges) + sum(categories_of(feature) for feature in contract.categorical)
