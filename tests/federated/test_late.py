"""A factory whose reply came too late has trained all the same: the run is the one in which it did."""

import numpy as np
import pytest

from federated.agreed.contracts import Kind
from federated.agreed.keys import new_key, write_key
from federated.agreed.messages import DEADLINE, Reply
from federated.factory.answering import Factory
from federated.factory.home import Home, Settings
from federated.run.engine import drive
from federated.server.desk import FolderDesk
from tests.faults.replay import replayed

from .sites import contract, numbers, table

SITES = ("alpha", "beta", "gamma")
LATE = f"{DEADLINE}: no reply in time"


@pytest.mark.parametrize("worked", [True, False])
def test_the_replay_of_a_run_knows_whether_a_late_site_has_trained(tmp_path, worked):
    """Moments of its optimizer moved on: the replay had forgotten them, and weights differed by a thousandth."""
    agreed, desk = contract(rounds=4, test_share=0.0), FolderDesk(tmp_path / "desk")
    homes = {}
    for number, site in enumerate(SITES):
        home = homes[site] = Home(tmp_path / site)
        home.create()
        write_key(home.key_file, new_key())
        home.write_settings(Settings(site=site, server="", gateway=""))
        home.approve(agreed, "test")
        table(number).write_csv(home.folder / "rows" / "rows.csv")
    factories = {site: Factory(home) for site, home in homes.items()}
    desk.folder.mkdir()
    desk._append("heard.jsonl", {"began": None})

    def carry(request):
        replies = []
        for site, factory in factories.items():
            is_late = site == "gamma" and (request.kind, request.round) == (Kind.TRAIN, 2)
            reply = factory.answer(request) if worked or not is_late else None
            replies.append(Reply(site, error=LATE) if is_late or reply is None else reply)
        desk.heard(request, replies)
        return replies

    found = drive(agreed, "1", carry, secret=desk._secret())
    np.testing.assert_array_equal(numbers(found.model), replayed(agreed, "1", homes, desk.folder))
