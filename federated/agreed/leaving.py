"""What leaves a site, a sentence each, as a contract says it. Nothing that it does not say is asked or answered."""

from .strategies import STRATEGIES
from .texts import gettext_noop

VOTES = gettext_noop(
    "whether a round's trees help, once a round and once more where a run is taken up again: by their change of the loss on "
    "held-out rows better, worse or cannot tell, and by chance where it lies in between"
)
# As contracts of earlier versions said it; what leaves now is less.
EARLIER_VOTES = (
    gettext_noop("whether a round's trees help: the mean change of the loss on held-out rows by them, and its error"),
    gettext_noop(
        "whether a round's trees help, once a round: the mean change of the loss on held-out rows by them in steps of half "
        "its error, no row with more than an eleventh of it"
    ),
)
HALVES = gettext_noop(
    "after a round of trees that most sites found worse: masked tables of which the server reads the sum over each of two "
    "halves of the sites, the same two in the whole run, three sites at least in each"
)
SEARCHED = gettext_noop(
    "after a sum of such tables that no rows can have: the same tables over other samples of the rows, summed over all "
    "sites but one, each in turn, or but a few; together they tell the server roughly how a site differs from the others"
)
GUARDED = gettext_noop(
    "in the first twelve rounds of trees: masked tables of which the server reads the sum over each of two halves of the "
    "sites, drawn anew for each round; over a run it can tell from them how a site differs from the others; and the mean "
    "change of the loss on training rows by the other half's trees, and its error"
)
FIGURES = gettext_noop(
    "numbers of rows, of defects and of lots with defects; quality figures on held-out rows; after a round of a network its "
    "mean loss on training rows, not under a privacy level"
)
FINGERPRINT = gettext_noop(
    "a hash of the training rows at the end of a run, which tells whether they are the same as before"
)


MASKED = gettext_noop("weights of the network after local training, masked: the server reads their weighted mean only")


def what_leaves(strategy: str, *, guarded: bool = False, masked: bool = False) -> tuple[str, ...]:
    """What leaves a site under this version of the software."""
    return (
        gettext_noop("counts of values in bins of at least 11 rows"),
        gettext_noop(
            "tables of gradients per bin or leaf for the trees, masked: the server reads their sum over the sites only"
        ),
        VOTES,
        HALVES,
        SEARCHED,
        *((GUARDED,) if guarded else ()),
        MASKED if masked else STRATEGIES[strategy].leaves,
        gettext_noop("six sums over held-out rows, for calibration"),
        FIGURES,
        FINGERPRINT,
        gettext_noop("how well attacks on its own training rows do, as shares and one AUROC; not under a privacy level"),
    )


# As contracts of earlier versions said it.
EARLIER = (
    gettext_noop("weights of the network after local training; under scaffold also the change of its mean gradient"),
    gettext_noop("six sums and one threshold over held-out rows, for calibration"),
    *EARLIER_VOTES,
    gettext_noop("six sums and two limits over held-out rows, for calibration and verdicts"),
    gettext_noop("numbers of rows and of defects, and quality figures on held-out rows"),
)
