"""A deployment as one signed file that any ONNX runtime can use: preprocessing, network, trees, calibration.

Inputs: `numeric` (n, numeric features) float64 in the contract's units, NaN where missing; `categorical` (n, categorical
features) int64, places in the contract's categories, −1 where unknown. Output: `risk` (n,) float64.
"""

from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from ..agreed.arrays import Array
from ..agreed.contracts import Contract, canonical
from ..agreed.keys import PrivateKey
from ..agreed.levels import LEVELS
from ..agreed.sealed_files import seal, unseal
from ..agreed.size import categories_of
from ..models.boosting import LEAF, Forest
from ..models.defect import DefectModel
from ..models.network import build, load_weights
from ..rows.preparation import scaling
from .deployment import SHARES, Deployment
from .verdicts import PROMISED, Shares, usual_alarm

OPSET, ML_OPSET, IR_VERSION = 17, 3, 9
FILES = ("model.onnx", "contract.json", "deployment.json")
NARROWEST = 1e-30  # piece of a rank, so that its width fits in float32


def write_bundle(
    contract: Contract,
    deployment: Deployment,
    key: PrivateKey,
    *,
    run: str,
    site: str,
    shares: Shares = PROMISED,
    alarm_from: float | None = None,
) -> bytes:
    """A zip of model.onnx, contract.json, deployment.json and manifest.json with their hashes and the site's signature.

    A row is ok below `ok_below`, a defect from `defect_from` on, an alarm from `alarm_from` on; null where none may be.

    Args:
        alarm_from: no row with an alarm is ok; the usual one where it is None.
    """
    alarm_from = usual_alarm() if alarm_from is None else alarm_from
    verdicts = deployment.proof.verdicts(shares)
    said = {
        "run": run,
        "site": site,
        "choice": deployment.choice,
        "ok_below": None if verdicts.ok_below is None else min(verdicts.ok_below, alarm_from),
        "defect_from": verdicts.defect_from,
        "alarm_from": alarm_from if verdicts.defect_from is None else min(alarm_from, verdicts.defect_from),
        "missed_share": shares.missed,
        "false_share": shares.false,
    }
    contents = dict(
        zip(
            FILES,
            (export(contract, deployment).SerializeToString(), canonical(contract.document()), canonical(said)),
            strict=True,
        )
    )
    return seal(contents, key)


def read_bundle(content: bytes, public_key: str = "") -> dict[str, bytes]:
    """The files of a bundle, after its signature is verified.

    Args:
        public_key: of the site that must have signed it; the bundle's own where empty, which shows damage only.

    Raises:
        FederatedError: changed after it was signed, or by another key.
    """
    return unseal(content, FILES, public_key=public_key, remedy="Make it anew with dure-factory bundle.")[0]


def export(contract: Contract, deployment: Deployment) -> onnx.ModelProto:
    """The deployment as a graph."""
    graph = Graph()
    share = SHARES[deployment.choice] if deployment.alone is not None else 1.0
    parts = []
    for weight, model in ((share, deployment.model), (1 - share, deployment.alone)):
        if weight and model is not None:
            parts.append(graph("Mul", _logit(graph, contract, model), graph.constant(np.float64(weight))))
    logit = parts[0] if len(parts) == 1 else graph("Add", *parts)
    slope, intercept = (np.float64(v) for v in (deployment.calibration.slope, deployment.calibration.intercept))
    graph("Sigmoid", graph("Add", graph("Mul", logit, graph.constant(slope)), graph.constant(intercept)), out="risk")
    inputs = [
        helper.make_tensor_value_info("numeric", TensorProto.DOUBLE, ["n", len(contract.numeric)]),
        helper.make_tensor_value_info("categorical", TensorProto.INT64, ["n", len(contract.categorical)]),
    ]
    output = helper.make_tensor_value_info("risk", TensorProto.DOUBLE, ["n"])
    made = helper.make_graph(graph.nodes, "dure", inputs, [output], graph.initializers)
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid("ai.onnx.ml", ML_OPSET)]
    found = helper.make_model(made, producer_name="dure", opset_imports=opsets, ir_version=IR_VERSION)
    onnx.checker.check_model(found)
    return found


class Graph:
    """Nodes and constants while they are strung together; calling it adds a node and returns its output's name."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: list[onnx.TensorProto] = []

    def __call__(self, operator: str, *inputs: str, out: str = "", domain: str = "", **attributes: Any) -> str:
        name = out or f"t{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, list(inputs), [name], domain=domain, **attributes))
        return name

    def constant(self, value: Any) -> str:
        name = f"c{len(self.initializers)}"
        self.initializers.append(numpy_helper.from_array(np.asarray(value), name))
        return name


def _logit(graph: Graph, contract: Contract, model: DefectModel) -> str:
    """(n,) float64 of one model."""
    share = contract.tree_share if len(model.forest) else 0.0
    inside = _within_range(graph, contract)
    missing = graph("IsNaN", inside)
    values = inside if model.baseline is None else _widened(graph, inside, model.baseline)
    hot = [_one_hot(graph, place, categories_of(f)) for place, f in enumerate(contract.categorical)]
    parts = []
    if share < 1:
        found = graph("Cast", _network(graph, contract, model, values, missing, hot), to=TensorProto.DOUBLE)
        parts.append(graph("Mul", found, graph.constant(np.float64(1 - share))))
    if share > 0:
        columns = graph("Concat", graph("Cast", values, to=TensorProto.FLOAT), *hot, axis=1)
        found = graph("Cast", _trees(graph, model.forest, columns), to=TensorProto.DOUBLE)
        parts.append(graph("Mul", found, graph.constant(np.float64(share))))
    return parts[0] if len(parts) == 1 else graph("Add", *parts)


def _within_range(graph: Graph, contract: Contract) -> str:
    """The numeric inputs, pulled to the contract's range as rows/check.py does; missing ones stay missing."""
    low = graph.constant(np.array([-np.inf if f.low is None else f.low for f in contract.numeric]))
    high = graph.constant(np.array([np.inf if f.high is None else f.high for f in contract.numeric]))
    above = graph("Where", graph("Less", "numeric", low), low, "numeric")
    return graph("Where", graph("Greater", above, high), high, above)


def _widened(graph: Graph, values: str, baseline: Array) -> str:
    """(n, inputs) float64, as rows/preparation.py widens the values."""
    middle, spread = (graph.constant(row) for row in baseline)
    return graph("Concat", values, graph("Div", graph("Sub", values, middle), spread), axis=1)


def _one_hot(graph: Graph, place: int, categories: int) -> str:
    """(n, categories) float32; all zeros where unknown."""
    column = graph("Gather", "categorical", graph.constant(np.array([place])), axis=1)
    return graph("Cast", graph("Equal", column, graph.constant(np.arange(categories)[None, :])), to=TensorProto.FLOAT)


def _network(graph: Graph, contract: Contract, model: DefectModel, values: str, missing: str, hot: list[str]) -> str:
    """(n,) float32: what models/network.py computes, on what rows/preparation.py makes of the inputs."""
    network = build(contract)
    load_weights(network, model.weights)
    ranks, scaled = _prepared(graph, model.quantiles, values)

    def numbers_of(parameter: Any) -> Array:
        """Of the parameter's own shape, (rows, columns) or (n,)."""
        return parameter.detach().numpy()

    filled = graph("Mul", graph("Unsqueeze", ranks, graph.constant(np.array([2]))), graph.constant(np.float32(network.bins)))
    filled = graph("Sub", filled, graph.constant(np.arange(network.bins, dtype=np.float32)))
    filled = graph("Clip", filled, graph.constant(np.float32(0)), graph.constant(np.float32(1)))
    pieces = graph("Concat", filled, graph("Unsqueeze", scaled, graph.constant(np.array([2]))), axis=2)
    pieces = graph("Transpose", pieces, perm=[1, 0, 2])
    embedded = graph("MatMul", pieces, graph.constant(numbers_of(network.embedding.weight)))
    embedded = graph("Relu", graph("Add", embedded, graph.constant(numbers_of(network.embedding.bias))))
    width = len(contract.ranges) * network.embedding.weight.shape[2]
    embedded = graph("Reshape", graph("Transpose", embedded, perm=[1, 0, 2]), graph.constant(np.array([-1, width])))
    parts = [embedded, scaled]
    if network.pairs.shape[1]:
        near = graph("Clip", scaled, graph.constant(np.float32(-3)), graph.constant(np.float32(3)))
        first, second = (graph("Gather", near, graph.constant(row.numpy()), axis=1) for row in network.pairs)
        parts.append(graph("Mul", graph("Mul", first, second), graph.constant(np.float32(0.5))))
    hidden = graph("Concat", *parts, graph("Cast", missing, to=TensorProto.FLOAT), *hot, axis=1)
    for block in network.blocks:
        hidden = graph("Relu", _linear(graph, hidden, numbers_of(block.weight), numbers_of(block.bias)))
    found = _linear(graph, hidden, numbers_of(network.head.weight), numbers_of(network.head.bias))
    return graph("Squeeze", found, graph.constant(np.array([1])))


def _linear(graph: Graph, inputs: str, weight: Array, bias: Array) -> str:
    return graph("Gemm", inputs, graph.constant(weight), graph.constant(bias), transB=1)


def _prepared(graph: Graph, quantiles: Array, values: str) -> tuple[str, str]:
    """Ranks and scaled values, each (n, inputs) float32. A rank is a sum of the pieces of its line."""
    missing = graph("IsNaN", values)
    starts, widths, rises, lows = _rank_lines(quantiles)
    known = graph("Where", missing, graph.constant(np.float64(0)), values)
    value = graph("Unsqueeze", known, graph.constant(np.array([2])))
    # Widths in half the bytes: with 590 features the bundle stays below 10 MB.
    wide = graph("Cast", graph.constant(widths.astype(np.float32)), to=TensorProto.DOUBLE)
    filled = graph("Div", graph("Sub", value, graph.constant(starts)), wide)
    filled = graph("Clip", filled, graph.constant(np.float64(0)), graph.constant(np.float64(1)))
    rank = graph("ReduceSum", graph("Mul", filled, graph.constant(rises)), graph.constant(np.array([2])), keepdims=0)
    rank = graph("Add", rank, graph.constant(lows))
    middle, spread = scaling(quantiles)
    scaled = graph("Div", graph("Sub", values, graph.constant(middle)), graph.constant(spread))
    scaled = graph("Clip", scaled, graph.constant(np.float64(-5)), graph.constant(np.float64(5)))
    found = []
    for part, gap in ((rank, 0.5), (scaled, 0.0)):
        known = graph("Where", missing, graph.constant(np.float64(gap)), part)
        found.append(graph("Cast", known, to=TensorProto.FLOAT))
    return found[0], found[1]


def _rank_lines(quantiles: Array) -> tuple[Array, Array, Array, Array]:
    """Pieces of each feature's rank: starts, widths and rises (features, pieces), and the lowest rank (features,).

    A grid of one value jumps there: from 0 below to 1 above, with 0.5 on it; two steep pieces of the same width say so.
    """
    features, pieces = len(quantiles), max(2, quantiles.shape[1] - 1)
    starts, widths, rises = np.zeros((features, pieces)), np.ones((features, pieces)), np.zeros((features, pieces))
    lows = np.zeros(features)
    for place, grid in enumerate(quantiles):
        unique, first = np.unique(grid, return_index=True)
        if len(unique) == 1:
            step = max(np.spacing(abs(unique[0])), NARROWEST)
            starts[place, :2], widths[place, :2], rises[place, :2] = [unique[0] - step, unique[0]], step, 0.5
            continue
        last = np.concatenate([first[1:] - 1, [len(grid) - 1]])
        level = (LEVELS[first] + LEVELS[last]) / 2
        count = len(unique) - 1
        starts[place, :count], widths[place, :count], rises[place, :count] = (
            unique[:-1],
            np.maximum(np.diff(unique), NARROWEST),
            np.diff(level),
        )
        lows[place] = level[0]
    return starts, widths, rises, lows


def _trees(graph: Graph, forest: Forest, values: str) -> str:
    """(n,) float32 sums over the trees."""
    table: dict[str, list[Any]] = {
        name: [] for name in ("treeids", "nodeids", "featureids", "modes", "values", "truenodeids", "falsenodeids", "tracks")
    }
    leaves: dict[str, list[Any]] = {name: [] for name in ("treeids", "nodeids", "ids", "weights")}
    for tree in range(len(forest)):
        for node in range(2 * forest.leaves - 1):
            is_leaf = node >= forest.leaves - 1
            # A node that does not split sends everything left, missing values too: no cut is above infinity.
            splits = not is_leaf and forest.feature[tree, node] != LEAF
            table["treeids"].append(tree)
            table["nodeids"].append(node)
            table["featureids"].append(int(forest.feature[tree, node]) if splits else 0)
            table["modes"].append("LEAF" if is_leaf else "BRANCH_LT")
            table["values"].append(float(forest.cut[tree, node]) if splits else 0.0 if is_leaf else float("inf"))
            table["truenodeids"].append(0 if is_leaf else 2 * node + 1)
            table["falsenodeids"].append(0 if is_leaf else 2 * node + (2 if splits else 1))
            table["tracks"].append(int(bool(forest.missing_left[tree, node])) if splits else int(not is_leaf))
            if is_leaf:
                leaves["treeids"].append(tree)
                leaves["nodeids"].append(node)
                leaves["ids"].append(0)
                leaves["weights"].append(float(forest.value[tree, node - (forest.leaves - 1)]))
    tracks = table.pop("tracks")
    attributes: dict[str, Any] = {f"nodes_{name}": column for name, column in table.items()}
    attributes |= {f"target_{name}": column for name, column in leaves.items()}
    found = graph(
        "TreeEnsembleRegressor",
        values,
        domain="ai.onnx.ml",
        n_targets=1,
        nodes_missing_value_tracks_true=tracks,
        **attributes,
    )
    return graph("Squeeze", found, graph.constant(np.array([1])))
