"""What a contract says that leaves a factory is what replies hold, by their real names."""

import pytest

from federated.agreed import plain
from federated.agreed.contracts import END_SHARES, SITE_METRICS, Kind
from federated.agreed.leaving import FIGURES, FINGERPRINT, HALVES, MASKED, VOTES
from federated.run.engine import run_in_process
from federated.site.site import Site

from .sites import contract, sites

COUNTS = "counts of values in bins of at least 11 rows"
TABLES = "tables of gradients per bin or leaf for the trees, masked: the server reads their sum over the sites only"
WEIGHTS = "weights of the network after local training"
SUMS = "six sums over held-out rows, for calibration"
ATTACKS = "how well attacks on its own training rows do, as shares and one AUROC; not under a privacy level"
KEYS = "With it go the site's name, keys and signatures, the version of its program, and the seconds that it took."
WORDS = (
    "Where a site cannot answer it says why in words: which column breaks which rule, with one value at most. "
    "Nothing else leaves."
)
ARRAYS = {"update": MASKED, "counts": COUNTS, "table": TABLES, "weights": WEIGHTS, "sums": SUMS}
ARRAYS |= dict.fromkeys(("key", "signer", "signature"), KEYS)
OF_ATTACKS = {name for name in END_SHARES if name.startswith(("membership", "inversion"))}
OF_FIGURES = {"rows", "positives", "loss", "train_loss", "test_rows", "test_positives", "test_lots", "choice"}
OF_FIGURES |= {*SITE_METRICS, *END_SHARES} - OF_ATTACKS


def sentence(kind: Kind, name: str) -> str:
    """Which one says that a figure of this name leaves; an error for a name that none says."""
    if kind is Kind.VOTE:
        return VOTES
    if name in OF_ATTACKS:
        return ATTACKS
    plain_name = name.removeprefix("federated_").removeprefix("local_").removeprefix("personal_")
    assert plain_name in OF_FIGURES or plain_name.removesuffix("_low").removesuffix("_high") in ("gain",), name
    return FIGURES


@pytest.mark.parametrize("masked", [False, True])
def test_every_name_in_a_reply_has_its_sentence(monkeypatch, masked):
    """The bug: "This leaves a factory, and nothing else", and beside it went a hash of the training rows and their loss."""
    replies = []
    answer = Site.answer

    def kept(self, request):
        reply = answer(self, request)
        if not self.alone:  # what a site asks itself leaves nothing
            replies.append((request.kind, reply))
        return reply

    monkeypatch.setattr(Site, "answer", kept)
    agreed = contract(tree_rounds=2, rounds=1, masked=masked)
    run_in_process(agreed, sites(agreed))
    assert {kind for kind, _reply in replies} >= {Kind.KEY, Kind.GROW, Kind.TRAIN, Kind.CALIBRATE, Kind.FINISH}
    told = {one.text for one in plain.sentences(agreed)}
    needed = {FINGERPRINT for _kind, reply in replies if reply.fingerprint}
    needed |= {WORDS for _kind, reply in replies if reply.error}
    needed |= {ARRAYS[name] for _kind, reply in replies for name in reply.arrays}
    needed |= {sentence(kind, name) for kind, reply in replies for name in reply.metrics}
    assert {FIGURES, FINGERPRINT, TABLES, SUMS, KEYS, MASKED if masked else WEIGHTS} <= needed
    assert needed - told == set()
    assert {WORDS, HALVES, VOTES} <= told


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"tree_rounds": 2, "rounds": 0}, "A round counts with 3 sites at least"),
        ({"tree_rounds": 0, "rounds": 2}, "A round counts with 2 sites at least"),
        ({"tree_rounds": 2, "rounds": 2}, "A round of trees counts with 3 sites at least, one of the network with 2;"),
        ({"tree_rounds": 2, "rounds": 2, "quorum": 4}, "A round counts with 4 sites at least"),
    ],
)
def test_a_round_counts_with_as_many_sites_as_it_is_said(changes, said):
    """The bug: trees were said to grow with two sites, though two under one mask are refused."""
    shown = [one.text.format(**one.values) for one in plain.sentences(contract(**changes))]
    assert any(text.startswith(said) for text in shown), shown


def test_noise_is_said_only_of_what_has_it():
    """The bug: "Noise hides each single row", though what rests on held-out rows has none."""
    shown = " ".join(one.text for one in plain.sentences(contract(privacy="eps-8")))
    assert "Noise hides each single training row" in shown
    assert "all that rests on held-out rows have no noise" in shown
