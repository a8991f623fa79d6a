"""Why a run failed, or a site's reply did not count, in the reader's language.

What is stored is the factories' own text, `code: rule Found: value. Remedy: …`: they speak English and may be of another
version. The code and the value are read out of it at display, so that old rows read well too.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

RETRY = gettext_lazy("Resume the run. If it comes again, look into superlink.log on the server.")
OWN_ROWS = gettext_lazy("At the factory: dure-factory check, and mend what it names.")
UPDATE = gettext_lazy("Update dure-factory at this factory, then resume.")
MORE_ROWS = gettext_lazy("Collect more rows at this factory, or publish a contract that asks for fewer.")

OUTLIER, EXCLUDED, SUSPECTED = "outlier", "excluded", "suspected"
SPOILS, MAY_SPOIL = "spoils_sums", "may_spoil_sums"
LEFT_OUT, DOUBTED = (EXCLUDED, SPOILS), (SUSPECTED, MAY_SPOIL)  # for the rest of the run; takes part all the same
EARLIER = {"left_out": OUTLIER}  # as rows of earlier versions say it

# Code → what is so, what to do.
CAUSES: dict[str, tuple[Any, Any]] = {
    "too_few_rows": (gettext_lazy("It has fewer training rows than the contract asks for."), MORE_ROWS),
    "too_few_positives": (
        gettext_lazy("Its training rows hold fewer defects than the contract asks for."),
        MORE_ROWS,
    ),
    "one_class": (gettext_lazy("Its training rows hold defects only."), OWN_ROWS),
    "missing_column": (gettext_lazy("Its table lacks a column of the contract."), OWN_ROWS),
    "leak_column": (gettext_lazy("Its table gives the label away in a column."), OWN_ROWS),
    "invalid_rows": (gettext_lazy("Its rows cannot be used."), OWN_ROWS),
    "not_approved": (
        gettext_lazy("It has not countersigned the contract."),
        gettext_lazy("At the factory: dure-factory approve."),
    ),
    "contract_changed": (
        gettext_lazy("The contract that was asked for is not the one it countersigned."),
        gettext_lazy("At the factory: dure-factory approve, once the present contract is agreed."),
    ),
    "not_in_contract": (gettext_lazy("It was asked for something that the contract does not say."), UPDATE),
    "invalid_request": (
        gettext_lazy("It could not use what the server sent: other arrays than agreed, or a model that gives no risks."),
        gettext_lazy("Resume the run. If it comes again, update server and factories to one release."),
    ),
    "training_diverged": (
        gettext_lazy("Its training ran away: the weights became infinite and were not sent."),
        gettext_lazy("Choose a lower learning rate in the next contract."),
    ),
    "key_not_signed": (
        gettext_lazy("A key for masks was not signed by the factory that it is said to be of."),
        gettext_lazy("Update dure-factory there. If it comes again, look into who changes what the server passes on."),
    ),
    "member_changed": (
        gettext_lazy("Another factory signs with another key than it saw before; it sends nothing masked against that."),
        gettext_lazy(
            "The two firms compare fingerprints with dure-factory members; its option --forget is for who joined anew."
        ),
    ),
    "unknown_request": (gettext_lazy("It did not know the request."), UPDATE),
    "invalid_update": (gettext_lazy("What it sent could not be used."), UPDATE),
    "unequal_totals": (
        gettext_lazy("Its masked table was none that rows can have: its columns had different totals. It was not used."),
        gettext_lazy("Update dure-factory there. If it comes again, the firm looks into the programs of that machine."),
    ),
    "impossible_figures": (
        gettext_lazy("It sent figures that cannot be; none of its figures of that round were used."),
        UPDATE,
    ),
    "rows_changed": (
        gettext_lazy("It told more rows than at the start of the run."),
        gettext_lazy("Restart dure-factory there after the run; new rows count from the next run on."),
    ),
    "too_far": (
        gettext_lazy("Its update went many times as far as those of the others, and was not used."),
        gettext_lazy("At the factory: dure-factory check; compare units and ranges with the contract."),
    ),
    OUTLIER: (
        gettext_lazy("Its update lay farthest from those of the others; this strategy leaves out such a one in each round."),
        gettext_lazy("If it is always this factory: dure-factory check there; compare units and ranges with the contract."),
    ),
    EXCLUDED: (
        gettext_lazy(
            "Trees of a half with this factory were worse for the other factories again and again. It is left out of this "
            "run, and the trees were begun again without it."
        ),
        gettext_lazy("Its firm looks at labels and units with dure-factory check. It takes part in the next run again."),
    ),
    SUSPECTED: (
        gettext_lazy(
            "Trees of a half with this factory were worse for the other factories again and again. It still takes part: "
            "past the first rounds this alone proves nothing."
        ),
        gettext_lazy("Ask its firm to look at labels and units with dure-factory check, before its next run."),
    ),
    SPOILS: (
        gettext_lazy(
            "A round's trees had sums that no rows can have, and without this factory they had such as rows can have. It is "
            "left out of this run."
        ),
        gettext_lazy(
            "Its firm looks into the programs of that machine, and at what changes messages on their way. It takes part in "
            "the next run again."
        ),
    ),
    MAY_SPOIL: (
        gettext_lazy(
            "A round's trees had sums that no rows can have. Without this factory they had such as rows can have, and so "
            "they had without another one: one of them spoils the sums. It still takes part."
        ),
        gettext_lazy("Talk with these firms before the next run. What was kept had sums that rows can have."),
    ),
    "offline": (
        gettext_lazy("It was not connected."),
        gettext_lazy("At the factory: see that dure-factory runs, and try dure-factory doctor."),
    ),
    "deadline": (
        gettext_lazy("It did not answer in time."),
        gettext_lazy("Give the round a longer deadline in the next contract, or see why the factory's machine is slow."),
    ),
    "site_failed": (
        gettext_lazy("Its program met an error of its own and goes on."),
        gettext_lazy("At the factory: read the log of dure-factory, and report what it says."),
    ),
    "node_error": (
        gettext_lazy("Its program ended while it was at work."),
        gettext_lazy("At the factory: start dure-factory again and read its log."),
    ),
    "privacy_spent": (
        gettext_lazy("Its privacy budget is spent."),
        gettext_lazy("It takes part again with new rows, or when its firm raises the budget."),
    ),
    "privacy_impossible": (
        gettext_lazy("Its rows are too few for the privacy level."),
        gettext_lazy("Choose a lower level in the next contract, or collect more rows."),
    ),
    "asked_again": (
        gettext_lazy("Under a privacy level it answers each round once, and was asked twice."),
        gettext_lazy("Start another run; it takes from the budget anew."),
    ),
    "asked_enough": (
        gettext_lazy("It was asked the same of other models more often than an honest run does, and did not answer."),
        gettext_lazy("Start another run. If it comes again, look into who runs the server, and of which release it is."),
    ),
    "voted": (
        gettext_lazy(
            "It was asked to judge a round's trees again and again, with other trees; it judges them twice at most."
        ),
        gettext_lazy("Start another run. If it comes again, look into who runs the server, and of which release it is."),
    ),
    "unjudged": (
        gettext_lazy("Most factories judge this round's trees no more, since it was taken up again too often."),
        gettext_lazy("Start another run."),
    ),
    "summed_enough": (
        gettext_lazy("It took part in as many runs, or was summed over as many sets of factories, as one contract allows."),
        gettext_lazy("Publish the next version of the contract, and let the factories agree to it."),
    ),
    "too_few_masked": (
        gettext_lazy(
            "Fewer factories were left for the trees than one sum is read over: three, or more by the contract's quorum. Of "
            "two, each would read the other's table out of the sum."
        ),
        gettext_lazy(
            "Bring more factories back and resume, or publish a contract without trees, or one with a privacy level."
        ),
    ),
    "other_rows": (
        gettext_lazy("Its training rows were changed while the run was going on."),
        gettext_lazy("Start another run; new rows count from the next run on."),
    ),
    "lost": (gettext_lazy("The server's part of the training ended again and again."), RETRY),
}
FOUND = re.compile(r"Found: (.+?)\.(?: Remedy:|\s|$)", re.DOTALL)
QUORUM = re.compile(r"Round (\d+) needs (\d+) usable replies\.(?: Found: (\d+) from)?")
LOST = re.compile(r"^The ServerApp was lost (\d+) times")
CODE = re.compile(r"^([a-z][a-z_]*): ")


@dataclass(frozen=True)
class Reason:
    """
    Attributes:
        found: the value that the factory named, as it wrote it.
    """

    code: str
    cause: str
    remedy: str
    found: str = ""


def reason(text: str) -> Reason:
    """Of one stored text."""
    if quorum := QUORUM.search(text):
        number, wanted, usable = quorum.groups()
        if int(number):
            cause = _("Round %(round)s needed usable replies of %(quorum)s factories and got %(usable)s.")
        else:  # what factories are asked before any round: nothing has begun
            cause = _("Before the first round usable replies of %(quorum)s factories were needed, and %(usable)s came.")
        values = {"round": number, "quorum": wanted, "usable": usable or "0"}
        remedy = _("Bring the factories below back and resume, or publish a contract with a lower quorum and start anew.")
        return Reason("quorum_missed", cause % values, remedy)
    if lost := LOST.match(text):
        cause, remedy = CAUSES["lost"]
        return Reason("lost", str(cause), str(remedy), lost[1])
    match = CODE.match(text)
    code = EARLIER.get(match[1], match[1]) if match else ""
    cause, remedy = CAUSES.get(code, (_("For a reason that this server does not know."), RETRY))
    found = FOUND.search(text)
    return Reason(code, str(cause), str(remedy), found[1].strip() if found and code != OUTLIER else "")


def reasons_of_sites(text: str, sites: Iterable[str]) -> dict[str, Reason]:
    """Site → why, of the sites that a failure names behind its own reason."""
    names = "|".join(re.escape(site) for site in sorted(sites, key=len, reverse=True))
    if not names:
        return {}
    starts = list(re.finditer(rf"(?:^|(?<=\s))({names}): (?=[a-z][a-z_]*: )", text))
    if not starts:
        return {}
    ends = [start.start() for start in starts[1:]] + [len(text)]
    return {start[1]: reason(text[start.end() : end]) for start, end in zip(starts, ends, strict=True)}
