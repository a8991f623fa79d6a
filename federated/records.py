"""Requests and replies as Flower's records, and back."""

import json
from typing import Any

import numpy as np
from flwr.app import Array as FlowerArray
from flwr.app import ArrayRecord, ConfigRecord, MetricRecord, RecordDict

from .contracts import Kind
from .messages import Reply, Request

ARRAYS, CONFIG, METRICS = "arrays", "config", "metrics"


def request_to_record(request: Request) -> RecordDict:
    config = ConfigRecord(
        {"kind": str(request.kind), "run": request.run, "contract": request.contract_hash, "round": request.round}
    )
    return RecordDict({ARRAYS: _pack(request.arrays), CONFIG: config})


def record_to_request(content: RecordDict) -> Request:
    config = content.config_records[CONFIG]
    return Request(
        Kind(str(config["kind"])),
        str(config["run"]),
        str(config["contract"]),
        int(str(config["round"])),
        _unpack(content.array_records[ARRAYS]),
    )


def reply_to_record(reply: Reply) -> RecordDict:
    figures = {key: float(value) for key, value in reply.metrics.items()}
    return RecordDict(
        {
            ARRAYS: _pack(reply.arrays),
            # `num-examples` as Flower names it.
            METRICS: MetricRecord({"num-examples": reply.examples, "seconds": reply.seconds, **figures}),
            CONFIG: ConfigRecord({"site": reply.site, "error": reply.error, "fingerprint": reply.fingerprint}),
        }
    )


def record_to_reply(content: RecordDict, site: str) -> Reply:
    """
    Args:
        site: the name the server knows the node by; what the node calls itself does not count.
    """
    figures: dict[str, Any] = dict(content.metric_records[METRICS])
    examples, seconds = int(figures.pop("num-examples")), float(figures.pop("seconds"))
    known = {key: float(value) for key, value in figures.items() if isinstance(value, int | float)}
    words = content.config_records[CONFIG]
    return Reply(
        site,
        _unpack(content.array_records[ARRAYS]),
        examples,
        known,
        seconds,
        str(words["error"]),
        str(words.get("fingerprint", "")),
    )


def readable(content: RecordDict) -> str:
    """What the bytes say, for a person: every figure in full, of long arrays the first and last values."""
    lines = []
    for name, array in _unpack(content.array_records[ARRAYS]).items():
        flat = array.ravel()
        shown = json.dumps(
            [round(float(v), 6) for v in (flat if len(flat) <= 12 else np.concatenate([flat[:6], flat[-6:]]))]
        )
        lines.append(f"array {name}: shape {array.shape}, {array.dtype}, {array.nbytes:,} bytes, values {shown}")
    for name in (METRICS, CONFIG):
        if name in content:
            lines += [f"{name} {key}: {value!r}" for key, value in content[name].items()]
    return "\n".join(lines)


def _pack(arrays: dict[str, np.ndarray]) -> ArrayRecord:
    return ArrayRecord({name: FlowerArray(np.ascontiguousarray(array)) for name, array in arrays.items()})


def _unpack(record: ArrayRecord) -> dict[str, np.ndarray]:
    return {name: array.numpy() for name, array in record.items()}
