"""`dure-factory try`: a shared model on this firm's own rows before it joins; `tell` sends one word of it, and no figure."""

import argparse
import html
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import httpx
import polars as pl

from ..agreed.contracts import Contract
from ..agreed.errors import FederatedError
from ..agreed.files import write_whole
from ..agreed.trials import ASK_AGAIN, Trial, read_trial
from ..rows.check import check_rows
from ..rows.columns import Column, Reading
from ..rows.read import read_tables
from ..run.checkpoints import unpack_checkpoint
from ..site.trial import BETTER, BLOCK, WORSE, Certificate, Costs, trial
from .home import Home
from .joining import API
from .mapping import reading_of, settle, show_rows
from .moments import Moments
from .server import UNREACHED, Server
from .speech import SPEECH, say, translated

MOST_ROWS = 20_000  # the last ones of the table: more would take longer than a person waits
CLOCK = "trials.json"
GIVE_UP_S = 60


def try_bundle(home: Home, arguments: argparse.Namespace, ask: Callable[[str], str] = input) -> int:
    """Read bundle and rows, compare, print the certificate, write it where `--out` says.

    Returns:
        0, or 1 where columns are left open or the key is not the invitation's.
    """
    found = opened(home, arguments.bundle, arguments.key)
    if not arguments.key:
        question = say("Signed by {key}. Does the invitation's page show the same? Type yes: ", key=found.key)
        if ask(question).strip().lower() not in ("yes", "예", "네"):
            print(say("Nothing was done."))
            return 1
    costs = Costs(arguments.miss_won, arguments.alarm_won)
    frame, notes = read_tables(arguments.source, reading_of(Reading(), arguments))
    for note in notes:
        print(say("note: {text}", text=note.told(SPEECH.language)))
    columns, open_names = settle(frame, found.contract, {}, arguments, ask)
    if open_names:
        print(say("Left open: {names}. Nothing was written.", names=", ".join(open_names)))
        return 1
    show_rows(frame, found.contract, columns)
    lines = told(found, certified(found, frame, columns, costs))
    print("", *lines, sep="\n")
    if arguments.out:
        page = as_page(lines) if arguments.out.suffix.lower() in (".html", ".htm") else "\n".join(lines) + "\n"
        write_whole(arguments.out, page.encode())
    print(say("Nothing was sent. The office hears of it only by: dure-factory tell {bundle} tried", bundle=arguments.bundle))
    return 0


def opened(home: Home, source: str, key: str = "") -> Trial:
    """A bundle of a file, or of the invitation's address.

    Raises:
        FederatedError: see read_trial and Moments; or nothing could be read there.
    """
    try:
        content = fetched(source) if source.startswith(("http://", "https://")) else Path(source).read_bytes()
    except (OSError, *UNREACHED) as error:
        raise FederatedError(
            "The bundle can be read there.", place=source, value=type(error).__name__, remedy=ASK_AGAIN, code="no_bundle"
        ) from error
    found = read_trial(content, key=key)
    Moments(home.folder / CLOCK).check(found, datetime.now(UTC))
    return found


def fetched(address: str) -> bytes:
    """
    Raises:
        FederatedError: the trial behind the link is over.
        httpx.HTTPError, httpx.InvalidURL, UnicodeError: nothing could be read there.
    """
    answer = httpx.get(f"{address.rstrip('/')}/bundle/", timeout=GIVE_UP_S)
    if answer.status_code == httpx.codes.GONE:
        rule = "This trial is over: its day has passed, the office has ended it, or its model is not in use any more."
        raise FederatedError(rule, place=address, remedy=ASK_AGAIN, code="trial_over")
    answer.raise_for_status()
    return answer.content


def certified(found: Trial, frame: pl.DataFrame, columns: dict[str, Column], costs: Costs) -> Certificate:
    """
    Raises:
        InvalidRows: rows that break the contract, or too few of them.
    """
    rows = check_rows(frame.tail(MOST_ROWS), found.contract, columns).rows
    return trial(found.contract, unpack_checkpoint(found.model).model, rows, costs)


def told(found: Trial, made: Certificate) -> list[str]:
    """The certificate as a plant manager reads it, the answer first."""
    contract: Contract = found.contract
    auprc, cost = made.auprc, made.cost
    lines = [
        say(
            "Certificate of a trial: {programme}, version {version}.", programme=contract.programme, version=contract.version
        ),
        answer_of(made),
        say(
            "AUPRC (defects found among the rows of highest risk, 1 at best): shared {shared}, own {own}; difference "
            "{gain}, 95% interval {low} to {high}.",
            shared=f"{auprc.shared:.3f}",
            own=f"{auprc.own:.3f}",
            gain=f"{auprc.gain:+.3f}",
            low=f"{auprc.low:+.3f}",
            high=f"{auprc.high:+.3f}",
        ),
        say(
            "Cost of 1,000 rows, at {miss} won a missed defect and {alarm} won a false alarm: shared {shared} won, own "
            "{own} won; the shared model saves {gain} won, 95% interval {low} to {high}.",
            miss=_won(made.costs.miss),
            alarm=_won(made.costs.alarm),
            shared=_won(cost.shared),
            own=_won(cost.own),
            gain=_won(cost.gain),
            low=_won(cost.low),
            high=_won(cost.high),
        ),
        say("{rows} rows with {defects} defects.", rows=f"{made.rows:,}", defects=f"{made.defects:,}"),
        say("The shared model has seen no row of yours; your own was trained here, anew without each fifth of your rows."),
        say("The interval is a bootstrap over {count} lots.", count=made.blocks)
        if made.by_lot
        else say(
            "The interval is a bootstrap over {count} groups of {size} neighbouring rows.", count=made.blocks, size=BLOCK
        ),
    ]
    if {"unseen_sites", "unseen_auprc"} <= found.released.keys():
        lines.append(
            say(
                "At {count} member sites whose rows it had not seen, such a model reached AUPRC {auprc} in the mean.",
                count=f"{found.released['unseen_sites']:.0f}",
                auprc=f"{found.released['unseen_auprc']:.3f}",
            )
        )
    until = found.expires_at.strftime("%Y-%m-%d %H:%M %Z")
    return [
        *lines,
        say("Model of run {run}, signed by {key}, to be tried until {until}.", run=found.run, key=found.key, until=until),
    ]


def answer_of(made: Certificate) -> str:
    if made.verdict == BETTER:
        return say(
            "On these rows the shared model is better than one of your own, by more than chance: joining would have helped."
        )
    if made.verdict == WORSE:
        return say(
            "On these rows a model of your own is better than the shared one, by more than chance: the shared model would "
            "not have helped. A member uses its own model where that is better."
        )
    return say(
        "No clear difference: these {defects} defects do not tell whether joining would have helped. More defects would.",
        defects=made.defects,
    )


def _won(value: float) -> str:
    return f"{value:,.0f}".replace("-", "−")


def as_page(lines: list[str]) -> str:
    """One page that needs nothing beside it."""
    title, answer, *rest = (html.escape(line) for line in lines)
    parts = (
        f'<!doctype html>\n<html lang="{SPEECH.language}"><head><meta charset="utf-8"><title>{title}</title>',
        '<meta name="viewport" content="width=device-width,initial-scale=1">',
        "<style>body{font:16px/1.5 sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem}</style></head><body>",
        f"<h1>{title}</h1>",
        f"<p><strong>{answer}</strong></p>",
        *(f"<p>{line}</p>" for line in rest),
        "</body></html>",
    )
    return "\n".join(parts) + "\n"


def tell_office(home: Home, arguments: argparse.Namespace) -> int:
    """Send one word of the invitation, and nothing else.

    Raises:
        FederatedError: the bundle is over; or the server does not answer, or says that the office has ended the trial.
    """
    found = opened(home, arguments.bundle)
    answer = Server(found.server).call("POST", f"{API}/trials/", {"code": found.code, "said": arguments.said})
    print(translated(f"Sent: the word “{arguments.said}”, no figure."))
    if answer.get("is_offered") is False:  # an earlier server does not say
        print(say("The trial is over: the office does not offer this model any more."))
    return 0
