"""Requests and replies as Flower's records, and back.

One ConfigRecord holds everything, arrays as npy bytes: Flower sends every record, array and chunk of a message as an object
of its own, each with a signed call.
"""

import io
import json
import math
from typing import Any

import numpy as np
from flwr.app import ConfigRecord, RecordDict
from flwr.supercore.inflatable.inflatable_object import get_all_nested_objects

from ..agreed.contracts import Kind
from ..agreed.messages import Reply, Request

PART, ARRAY, METRIC = "dure", "array:", "metric:"


def request_to_record(request: Request, site: str = "") -> RecordDict:
    """
    Args:
        site: whom it goes to, and who is told of its own last fault with it.
    """
    words: dict[str, Any] = {
        "kind": str(request.kind),
        "run": request.run,
        "contract": request.contract_hash,
        "round": request.round,
        "fault": request.faults.get(site, ""),
    }
    return RecordDict({PART: ConfigRecord({**words, **_pack(request.arrays)})})


def record_to_request(content: RecordDict) -> Request:
    found: dict[str, Any] = dict(content.config_records[PART])
    fault = str(found.get("fault", ""))
    return Request(
        *(Kind(str(found["kind"])), str(found["run"]), str(found["contract"]), int(found["round"]), _unpack(found)),
        faults={"": fault} if fault else {},
    )


def reply_to_record(reply: Reply) -> RecordDict:
    words: dict[str, Any] = {
        "site": reply.site,
        "error": reply.error,
        "fingerprint": reply.fingerprint,
        "seconds": reply.seconds,
    }
    figures = {METRIC + name: float(value) for name, value in reply.metrics.items()}
    # `num-examples` as Flower names it.
    record = ConfigRecord({**words, "num-examples": reply.examples, **figures, **_pack(reply.arrays)})
    return RecordDict({PART: record})


def record_to_reply(content: RecordDict, site: str) -> Reply:
    """
    Args:
        site: the name the server knows the node by; what the node calls itself does not count.
    """
    found: dict[str, Any] = dict(content.config_records[PART])
    figures = {name.removeprefix(METRIC): float(value) for name, value in found.items() if name.startswith(METRIC)}
    # A figure that is no number says nothing, and nobody downstream could store it.
    figures = {name: value for name, value in figures.items() if math.isfinite(value)}
    return Reply(
        site,
        _unpack(found),
        int(found["num-examples"]),
        figures,
        float(found["seconds"]),
        str(found["error"]),
        str(found["fingerprint"]),
    )


def readable(content: RecordDict) -> str:
    """What the bytes say, for a person: every figure in full, of long arrays the first and last values."""
    found: dict[str, Any] = dict(content.config_records[PART])
    lines = []
    for name, array in _unpack(found).items():
        flat = array.ravel()
        ends = flat if len(flat) <= 12 else np.concatenate([flat[:6], flat[-6:]])
        shown = json.dumps([round(float(v), 6) for v in ends])
        lines.append(f"array {name}: shape {array.shape}, {array.dtype}, {array.nbytes:,} bytes, values {shown}")
    lines += [f"{name}: {value!r}" for name, value in found.items() if not name.startswith(ARRAY)]
    return "\n".join(lines)


def sent_bytes(content: RecordDict) -> int:
    """What Flower makes of it for the way, before encryption."""
    return sum(len(part.deflate()) for part in get_all_nested_objects(content).values())


def _pack(arrays: dict[str, np.ndarray]) -> dict[str, bytes]:
    packed = {}
    for name, array in arrays.items():
        buffer = io.BytesIO()
        np.save(buffer, array, allow_pickle=False)
        packed[ARRAY + name] = buffer.getvalue()
    return packed


def _unpack(found: dict[str, Any]) -> dict[str, np.ndarray]:
    return {
        name.removeprefix(ARRAY): np.load(io.BytesIO(value), allow_pickle=False)
        for name, value in found.items()
        if name.startswith(ARRAY)
    }
