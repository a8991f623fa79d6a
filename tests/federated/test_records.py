import numpy as np

from federated.agreed.contracts import Kind
from federated.agreed.messages import Reply, Request
from federated.flower.records import readable, record_to_reply, record_to_request, reply_to_record, request_to_record


def test_a_request_arrives_as_it_was_sent():
    sent = Request(Kind.TRAIN, "7", "ab" * 32, 3, {"weights": np.arange(4, dtype=np.float32), "quantiles": np.eye(2)})
    found = record_to_request(request_to_record(sent))
    assert (found.kind, found.run, found.contract_hash, found.round) == (Kind.TRAIN, "7", "ab" * 32, 3)
    assert found.arrays["weights"].dtype == np.float32
    np.testing.assert_array_equal(found.arrays["quantiles"], np.eye(2))


def test_a_reply_is_known_by_the_servers_name_of_the_site_and_keeps_finite_figures_only():
    sent = Reply("calls itself so", {"weights": np.zeros(2)}, 120, {"auroc": 0.9, "loss": float("nan")}, 1.5, "", "cd" * 32)
    found = record_to_reply(reply_to_record(sent), "alpha")
    assert (found.site, found.examples, found.seconds, found.fingerprint) == ("alpha", 120, 1.5, "cd" * 32)
    assert found.metrics == {"auroc": 0.9}


def test_what_leaves_can_be_read_with_every_figure_and_no_long_array_in_full():
    text = readable(reply_to_record(Reply("a", {"weights": np.arange(1000.0)}, 5, {"auroc": 0.75})))
    assert "array weights: shape (1000,), float64, 8,000 bytes" in text
    assert "metric:auroc: 0.75" in text
    assert "500" not in text
