"""How long a node waits before it asks again."""

from federated.factory import node
from federated.factory.node import BUSY_S, LONGEST_FIRST_S, POLL_S, Pace


def test_the_first_message_of_a_run_is_no_measure_of_its_rounds(monkeypatch):
    clock = [1000.0]
    monkeypatch.setattr(node.time, "monotonic", lambda: clock[0])
    pace = Pace(idle_s=3.0)
    assert 1.5 <= pace.next_pause() <= 4.5
    pace.received()
    pace.worked()
    assert pace.next_pause() == POLL_S
    clock[0] += 1.0
    pace.received()
    pace.worked()
    assert [pace.next_pause(), pace.next_pause()] == [0.5, POLL_S]
    clock[0] += 30.0  # a slow round of the others
    pace.received()
    pace.worked()
    assert pace.next_pause() == LONGEST_FIRST_S
    clock[0] += BUSY_S + 1
    assert pace.next_pause() >= 1.5
