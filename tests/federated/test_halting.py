"""A run is paused or stopped at whatever it hands in; the ServerApp and the web application go by the same word."""

import pytest

from federated.agreed.contracts import Kind
from federated.server import server_app
from federated.server.desk import Instruction, Job
from federated.server.server_app import Halt, conduct_run

from .sites import contract, sites


class Desk:
    """Says `command` to reports of one kind, and go to all others."""

    def __init__(self, agreed, kind: Kind, command: str) -> None:
        self.agreed, self.kind, self.command = agreed, kind, command
        self.reports: list[Kind] = []

    def job(self) -> Job:
        return Job("1", self.agreed, {"site-0": 0, "site-1": 1})

    def report(self, report, wall_s: float) -> Instruction:
        self.reports.append(report.kind)
        return Instruction(self.command if report.kind is self.kind else "go")

    def progress(self, *words) -> None:
        pass

    def heard(self, *words) -> None:
        pass

    def failed(self, text: str) -> None:
        raise AssertionError(text)


@pytest.fixture
def agreed(monkeypatch):
    found = contract(tree_rounds=1, rounds=1, test_share=0)
    together = sites(found)

    class Asker:
        def __init__(self, grid, nodes, **others) -> None:
            self.nodes = nodes

        def ask(self, request):
            return [site.answer(request) for site in together if request.is_for(site.name)]

    monkeypatch.setattr(server_app, "Asker", Asker)
    return found


@pytest.mark.parametrize("command", ["pause", "stop"])
@pytest.mark.parametrize("kind", [Kind.COUNT, Kind.KEY, Kind.GROW, Kind.TRAIN, Kind.CALIBRATE])
def test_the_server_app_ends_at_the_report_that_it_is_told_to_end_at(agreed, kind, command):
    """It went on for up to a round that the web application then refused: for that, the run was over."""
    desk = Desk(agreed, kind, command)
    with pytest.raises(Halt, match=command):
        conduct_run(None, desk)
    assert desk.reports.index(kind) == len(desk.reports) - 1


def test_a_run_that_nobody_halts_hands_in_all_of_it(agreed):
    desk = Desk(agreed, Kind.RANGE, "stop")
    conduct_run(None, desk)
    assert list(dict.fromkeys(desk.reports)) == [Kind.COUNT, Kind.KEY, Kind.GROW, Kind.TRAIN, Kind.CALIBRATE, Kind.FINISH]
