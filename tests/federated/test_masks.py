"""Masks of equal totals: the sum is exact, one table alone is noise, and a table that no rows have is named at once."""

from dataclasses import replace

import numpy as np
import pytest

from federated.agreed.contracts import PRIVATE_BOOSTING, Kind
from federated.models.boosting import histogram
from federated.privacy import masks, sums
from federated.rows.preparation import tree_values
from federated.run.engine import drive

from .sites import contract, rows, sites

NAMES = ("a", "b", "c")
KEYS = {name: masks.key_of(name.encode() * 8, "1", "rows") for name in NAMES}


def shared(own: str) -> dict[str, bytes]:
    return masks.agree(KEYS[own], {name: bytes(masks.public_bytes(key)) for name, key in KEYS.items() if name != own})


def of_rows(seed: int):
    """(2, 3, 7, 21) sums of invented rows: each lies in one bin of every column."""
    order = np.random.default_rng(seed)
    derivatives = (order.normal(0, 0.4, 300), order.random(300) / 4)
    return np.concatenate(
        [histogram(order.integers(0, 21, (300, 7)), np.zeros(300, int), derivatives, 0, 20) for _node in range(3)], axis=1
    )


def masked(name: str, table, purpose: str = "round 1", **how):
    return masks.mask(table, sums.scale_for(900), name, shared(name), purpose, **how)


@pytest.mark.parametrize("equal", [True, False])
def test_masked_tables_add_up_and_sums_along_the_bins_are_rounded_once(equal):
    tables = {name: of_rows(seed) for seed, name in enumerate(NAMES)}
    sent = [masked(name, table, equal=equal) for name, table in tables.items()]
    found, wanted, unit = sums.unmask(sent, sums.scale_for(900)), sum(tables.values()), 1 / sums.scale_for(900)
    np.testing.assert_allclose(found, wanted, atol=3 * unit)
    if equal:
        np.testing.assert_allclose(np.cumsum(found, axis=-1), np.cumsum(wanted, axis=-1), atol=1.6 * unit)


def test_every_masked_table_has_equal_totals_and_one_alone_is_noise():
    for seed, name in enumerate(NAMES):
        sent = masked(name, of_rows(seed))
        assert masks.has_equal_totals(sent)
        # Sixteen equal bins of a uniform: chi-square with 15 degrees of freedom, far beyond its 0.9999 quantile otherwise.
        for cells in (sent, sent[..., -1], sent.sum(axis=-1, dtype=np.uint32)[..., 0]):
            counts = np.bincount(cells.ravel() >> 28, minlength=16)
            assert ((counts - cells.size / 16) ** 2 / (cells.size / 16)).sum() < 44.3
    assert not np.array_equal(masked("a", of_rows(0)), masked("a", of_rows(0), "round 2"))


def test_what_a_masked_table_shows_does_not_depend_on_its_rows():
    """Uniform masks in the group of such tables: masks that make one table of the other's are as likely as the others."""
    one, other = (masks.in_fixed_point(of_rows(seed), 1024.0, equal=True) for seed in (0, 1))
    assert masks.has_equal_totals(one - other), "the difference is a mask that can be drawn"
    order = np.random.default_rng(0)
    stream = order.integers(0, 2**32, (2, 3, 7, 21), dtype=np.uint32)
    drawn = masks.of_equal_totals(stream)
    assert masks.has_equal_totals(drawn)
    assert np.array_equal(masks.of_equal_totals(drawn), drawn), "each of them is drawn, and as often as any other"


@pytest.mark.parametrize("place", [(0, 0, 0, 0), (1, 2, 6, 20), (0, 1, 3, 7)])
def test_one_cell_that_was_changed_is_seen(place):
    sent = masked("b", of_rows(1))
    sent[place] += 1
    assert not masks.has_equal_totals(sent)


HOSTILE = "site-3"


def grown(agreed, change, count: int = 4):
    """The reports of a run whose hostile site changes its tables."""
    together, reports = sites(agreed, count), []

    def ask(request):
        replies = [site.answer(request) for site in together if request.is_for(site.name)]
        if request.kind is Kind.GROW:
            replies = [replace(r, arrays={"table": change(r.arrays["table"])}) if r.site == HOSTILE else r for r in replies]
        return replies

    return drive(agreed, "1", ask, watch=reports.append).model, [r for r in reports if r.kind is Kind.GROW]


def random_table(table):
    return np.random.default_rng(0).integers(0, 2**32, table.shape, dtype=np.uint32)


@pytest.mark.parametrize("cuts", ["best", "random"])
def test_a_random_table_is_named_at_its_first_message_and_the_trees_are_those_of_the_others(cuts):
    agreed = contract(tree_rounds=2)
    agreed = agreed.model_copy(update={"boosting": agreed.boosting.model_copy(update={"cuts": cuts})})
    model, rounds = grown(agreed, random_table)
    assert rounds[0].failed[HOSTILE].startswith("unequal_totals: ")
    assert [[reply.site for reply in report.used] for report in rounds] == [["site-0", "site-1", "site-2"]] * 2
    found = rows(9, 500)
    assert np.corrcoef(model.forest.logits(tree_values(found, agreed)), found.labels)[0, 1] > (
        0.3 if cuts == "best" else 0.05
    )


@pytest.mark.long
def test_under_a_privacy_level_noise_is_each_cells_own_and_no_table_can_be_checked_alone():
    """Noise of one total in all trees would tell it as often as there are trees."""
    update = {"rounds": 1, "side_by_side": 2, "depth": 3}
    agreed = contract(rounds=0, boosting=PRIVATE_BOOSTING.model_copy(update=update), privacy="eps-8")
    _model, rounds = grown(agreed, random_table)
    assert rounds[0].failed == {}
