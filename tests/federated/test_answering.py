"""Whatever a message holds, the factory's program answers it with a code and goes on."""

import io
from types import SimpleNamespace

import numpy as np
import pytest
from flwr.app import ConfigRecord, RecordDict

from federated.agreed.contracts import Kind
from federated.agreed.messages import Request
from federated.factory.answering import Factory
from federated.flower.records import record_to_reply, request_to_record

ODD = {
    "nothing": lambda record: RecordDict(),
    "no array at all": lambda record: _with(record, {"array:weights": b""}),
    "an array cut off": lambda record: _with(record, {"array:weights": record["dure"]["array:weights"][:40]}),
    "an archive in an array's place": lambda record: _with(record, {"array:weights": b"PK\x03\x04" + bytes(30)}),
    "a program in an array's place": lambda record: _with(record, {"array:weights": b"\x93NUMPY\x01\x00\x06\x00{'a'()"}),
    "a round that is none": lambda record: _with(record, {"round": "three"}),
    "a round without end": lambda record: _with(record, {"round": float("inf")}),
    "a kind that is none": lambda record: _with(record, {"kind": "obey"}),
    "another contract": lambda record: _with(record, {"contract": "../../node.key"}),
    "weights of 3e38": lambda record: _with(record, {"array:weights": _packed(np.full(7, 3e38, np.float32))}),
    "a text of weights": lambda record: _with(record, {"array:weights": _packed(np.array(["x"]))}),
    "no weights": lambda record: _with(record, {"array:weights": None}),
}


def _packed(array) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def _with(record, changes):
    words = {**dict(record["dure"]), **changes}
    return RecordDict({"dure": ConfigRecord({name: value for name, value in words.items() if value is not None})})


@pytest.mark.parametrize("what", ODD)
def test_the_program_answers_every_message_with_a_code_and_goes_on(office, joined, run, what):
    """One request of an odd server ended every honest factory's program."""
    assert run("approve", "--yes") == 0
    agreed = office.contracts[0]
    factory = Factory(joined)
    model = office.model().model
    honest = request_to_record(Request(Kind.TRAIN, "1", agreed.hash, 1, model.arrays()))
    found = record_to_reply(factory.handle(SimpleNamespace(content=ODD[what](honest))), "alpha")
    assert found.error.partition(":")[0] in ("unknown_request", "invalid_request", "not_approved")
    assert not found.arrays
    after = record_to_reply(factory.handle(SimpleNamespace(content=honest)), "alpha")
    assert not after.error
    assert list(after.arrays) == ["weights"]
