"""The table of attacks: who is hostile, what two with one mind say, and that who misses a message is not the offender."""

import numpy as np
import pytest

from federated.agreed.contracts import Kind
from federated.agreed.messages import Reply, Request
from federated.benchmark.attacks import HONEST, WITHOUT, hostile_sites, run, table
from federated.benchmark.hostile import LIE, Hostile
from federated.rows.partition import Parts

from .sites import contract, rows


def parts(*sizes: int) -> dict[str, Parts]:
    nothing = np.zeros(0, dtype=int)
    found = {f"site-{place}": rows(place, size) for place, size in enumerate(sizes)}
    return {name: Parts(held, held.take(nothing), held.take(np.arange(len(held)) % 3 == 0)) for name, held in found.items()}


def test_hostile_are_the_site_of_most_defects_the_middle_one_or_both():
    found = parts(100, 900, 300)
    assert hostile_sites(found, "largest") == ("site-1",)
    assert hostile_sites(found, "middle") == ("site-2",)
    assert hostile_sites(found, "both") == ("site-1", "site-2")


@pytest.mark.parametrize(("halves", "told"), [((0, 1), (-LIE, -LIE)), ((1, 1), (LIE, -LIE))])
def test_two_with_one_mind_speak_for_every_half_that_one_of_them_is_in(halves, told):
    names, agreed = ("site-0", "site-1", "site-2"), contract(tree_rounds=1)
    liar = Hostile("site-0", agreed, parts(60)["site-0"], "random tables", friends=names[:2])
    liar.site = type("", (), {"answer": lambda self, request: Reply("site-0", metrics={"change0": 0.1, "change1": 0.2})})()
    groups = {"names": np.array(names), "groups": np.array([*halves, 1 - halves[0]])}
    asked = Request(Kind.VOTE, "1", agreed.hash, 1, groups)
    assert tuple(liar.answer(asked).metrics.values()) == told


def test_a_run_with_drop_outs_ends_and_names_who_was_late_but_leaves_nobody_out():
    agreed = contract(tree_rounds=3, rounds=1, quorum=2)
    found = parts(*[200] * 6)
    undisturbed = run(agreed, found, ("site-0",), HONEST)
    missed = run(agreed, found, ("site-0",), HONEST, dropouts=0.1)
    assert undisturbed.named == ()
    assert missed.named
    assert not missed.excluded
    assert run(agreed, found, ("site-0",), WITHOUT).auprc != undisturbed.auprc


def test_the_table_counts_each_hostile_site_that_was_left_out_and_each_honest_one():
    outcome = {"auprc": 0.5, "excluded": {"A": 4, "C": 9}, "refused": 0, "hostile": ["A", "B"]}
    assert "0.500, worst 0.500; out 1 of 2 (round 4, last 4); **honest out 1**" in table(
        {"x|guarded|both|0": outcome}, "both"
    )
