"""Runs beside each other: what differs, who took part, what came of them, and what of it a firm sees."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.learning import services
from apps.learning.models import Contribution, DriftReport, ModelVersion, Node, Programme, Round, Run, SiteFigures
from tests.learning import DOCUMENT, set_up
from tests.world import as_person, written_as_if

HASHES = {"file_hash": "8434186672ea" + "0" * 52, "contract_hash": "0" * 64}


def ended(world, found, contract, number: int, *, auprc: float, missed: int = 0) -> Run:
    """A finished run of both sites as rows; the buyer's site missed rounds. Each site's figures differ by their place."""
    base = {"cluster_id": found.federation.cluster_id, "office_id": found.federation.office_id}
    nodes = [found.nodes["supplier"], found.nodes["buyer"]]
    with as_person(world, "coordinator"):
        started = timezone.now()
        run = Run.objects.create(
            **base,
            contract=contract,
            number=number,
            rounds=3,
            round=3,
            state="finished",
            nodes={node.name: node.pk for node in nodes},
            received_bytes=2_500_000,
            sent_bytes=4_000_000,
        )
        Run.objects.filter(pk=run.pk).update(ended_at=started + timedelta(seconds=75))
        for place in (1, 2, 3):
            failed = {nodes[1].name: "deadline: It did not answer."} if place <= missed else {}
            Round.objects.create(
                **base, run=run, number=place, seconds=2, overhead_s=1, usable=2, failed=failed, figures={"rows": 900}
            )
        model = ModelVersion.objects.create(
            **base,
            run=run,
            programme=contract.programme,
            number=number,
            file="run.npz",
            **HASHES,
            consents={},
            data_hashes={},
            figures={"federated_auprc": auprc, "local_auprc": 0.5},
        )
        without = [
            Run.objects.create(
                **base,
                contract=contract,
                number=10 * number + place,
                rounds=3,
                state="finished",
                valued=model,
                left_out=node,
            )
            for place, node in enumerate(nodes)
        ]
    for place, node in enumerate(nodes):
        firm = {"organization_id": node.organization_id, "node": node}
        for kind, figures in (
            ("train", {"auprc": auprc + 0.01 * (place + 1)}),
            ("finish", {"federated_auprc": auprc + 0.1 * (place + 1), "local_auprc": 0.3}),
        ):
            written_as_if(SiteFigures(**firm, run=run, kind=kind, number=3, examples=450, seconds=1, figures=figures))
        both = {**firm, "office_id": base["office_id"]}
        written_as_if(DriftReport(**both, run=run, rows=200, flags={"pressure": "drift" if place else "watch"}))
        written_as_if(Contribution(**both, model=model, run=without[place], others=1, gain=0.011 * (place + 1)))
    return run


@pytest.fixture
def two(world):
    found = set_up(world)
    with as_person(world, "coordinator"):
        changed = DOCUMENT | {"quorum": 1, "boosting": {"rounds": 12}, "label": "bad"}
        later = services.publish_contract(programme_id=found.programme.pk, document=changed)
    return (
        found,
        later,
        [ended(world, found, found.contract, 1, auprc=0.6, missed=2), ended(world, found, later, 2, auprc=0.7)],
    )


def page_of(client, runs) -> str:
    answer = client.get("/training/runs/compare/", {"run": [run.pk for run in runs]})
    assert answer.status_code == 200
    return answer


def line(answer, table: str, label: str) -> list[str]:
    """The cells of a line as a person reads them, with their notes."""
    lines = next(found.lines for found in answer.context["tables"] if found.name == table)
    cells = next(found.cells for found in lines if str(found.label) == label)
    return [" ".join(filter(None, (cell.text, cell.note))) for cell in cells]


def test_the_office_reads_what_differs_and_what_came_of_it(two, client_of):
    found, _later, runs = two
    answer = page_of(client_of("coordinator"), runs)
    assert line(answer, "course", "Contract") == ["v1", "v2"]
    assert line(answer, "course", "Duration") == ["1 min 15 s", "1 min 15 s"]
    assert line(answer, "course", "From the sites") == ["2.5 MB", "2.5 MB"]
    settings = next(table for table in answer.context["tables"] if table.name == "settings")
    assert {str(one.label): [cell.text for cell in one.cells] for one in settings.lines} == {
        "Quorum": ["2", "1"],
        "Rounds of trees": ["0", "12"],
        "Column of the label": ["y", "bad"],
    }
    assert answer.context["same"] > 20
    missing = line(answer, "sites", str(found.nodes["buyer"].organization))
    assert missing == ["1 of 3 rounds", "3 of 3 rounds"]
    assert line(answer, "means", "AUPRC: defects found among the rows of highest risk · Shared model") == ["0.600", "0.700"]
    for name in ("supplier", "buyer"):
        firm = str(found.nodes[name].organization)
        gain = "+0.011" if name == "supplier" else "+0.022"
        assert line(answer, "value", firm) == [gain, gain]
        words = "Watched pressure" if name == "supplier" else "Drift: train again pressure"
        assert line(answer, "drift", firm) == [words, words]
    assert not [table for table in answer.context["tables"] if table.name == "own"]  # the office has no site
    assert "settings are the same" in answer.content.decode()


def test_a_firm_sees_its_own_figures_of_each_run_and_nothing_of_the_others(two, client_of):
    found, _later, runs = two
    answer = page_of(client_of("supplier"), runs)
    own, other = (str(found.nodes[name].organization) for name in ("supplier", "buyer"))
    assert line(answer, "sites", own) == ["3 of 3 rounds AUPRC 0.610", "3 of 3 rounds AUPRC 0.710"]
    assert line(answer, "sites", other) == ["1 of 3 rounds", "3 of 3 rounds"]
    assert line(answer, "own", own) == ["AUPRC 0.700, alone 0.300 +0.400", "AUPRC 0.800, alone 0.300 +0.500"]
    for table in answer.context["tables"]:
        if table.name in ("own", "value", "drift"):
            assert [str(one.label) for one in table.lines] == [own], table.name
    assert "AUPRC 0.800, alone" in answer.content.decode()
    stranger = page_of(client_of("stranger"), runs)  # a member of the cluster without a site in training
    assert {table.name for table in stranger.context["tables"]}.isdisjoint({"own", "value", "drift"})
    notes = [
        cell.note
        for table in stranger.context["tables"]
        if table.name == "sites"
        for one in table.lines
        for cell in one.cells
    ]
    assert set(notes) == {""}


def test_two_to_four_runs_of_one_programme_are_compared_and_others_are_told_so(world, two, client_of):
    found, _later, runs = two
    client = client_of("coordinator")
    with as_person(world, "coordinator"):
        base = {"cluster_id": found.federation.cluster_id, "office_id": found.federation.office_id}
        other = Programme.objects.create(**base, federation=found.federation, name="Other", process="cnc")
        contract = services.publish_contract(programme_id=other.pk, document=DOCUMENT)
        foreign = Run.objects.create(**base, contract=contract, number=3, rounds=3, state="failed")
        more = [Run.objects.create(**base, contract=found.contract, number=n, rounds=3, state="failed") for n in (4, 5, 6)]
    for asked in ([], runs[:1], [runs[0], runs[0]], [*runs, *more], [runs[0], foreign]):
        answer = client.get("/training/runs/compare/", {"run": [run.pk for run in asked]}, follow=True)
        assert answer.redirect_chain[0][0] == "/training/runs/"
        assert "Two to four different runs of one programme" in answer.content.decode()
    assert client.get("/training/runs/compare/", {"run": [runs[0].pk, 999_999]}).status_code == 404
    empty = page_of(client, [runs[0], more[0]])
    assert line(empty, "course", "Model") == ["1", "—"]


def test_the_runs_are_chosen_in_their_list(two, client_of):
    _found, _later, runs = two
    client = client_of("supplier")
    shown = client.get("/training/runs/").content.decode()
    assert 'data-bulk-act="compare"' in shown
    assert "All or none" not in shown  # nothing is changed
    sent = client.post("/lists/runs/bulk/", {"row": [run.pk for run in runs], "act": "compare", "query": ""})
    assert sent.headers["Location"] == f"/training/runs/compare/?run={runs[0].pk}&run={runs[1].pk}"


def test_four_runs_take_as_many_statements_as_two(world, two, client_of):
    found, later, runs = two
    client = client_of("coordinator")

    def statements(asked) -> int:
        page_of(client, asked)
        with CaptureQueriesContext(connection) as queries:
            page_of(client, asked)
        return len(queries)

    few = statements(runs)
    more = [ended(world, found, later, number, auprc=0.7) for number in (3, 4)]
    with as_person(world, "coordinator"):
        Node.objects.filter(pk=found.nodes["buyer"].pk).update(is_online=True)
    assert statements([*runs, *more]) <= few
    assert few <= 24
