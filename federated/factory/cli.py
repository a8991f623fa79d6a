"""`dure-factory`: what a factory's IT types; `dure-factory --help` lists the acts."""

import argparse
import getpass
import os
import sys
from collections.abc import Callable
from pathlib import Path

from .. import VERSION
from ..agreed.contracts import DELTA, Contract, Feature, said
from ..agreed.errors import FederatedError
from .home import Home

DEFAULT_HOME = Path.home() / ".dure-factory"


def main(words: list[str] | None = None) -> int:
    arguments = parser().parse_args(words)
    # Flower reports use and looks for updates unless told not to; torch takes every core unless told not to.
    os.environ.setdefault("FLWR_TELEMETRY_ENABLED", "0")
    os.environ.setdefault("FLWR_DISABLE_UPDATE_CHECK", "1")
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    try:
        return arguments.act(Home(arguments.home), arguments)
    except FederatedError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def parser() -> argparse.ArgumentParser:
    found = argparse.ArgumentParser(prog="dure-factory", description="Train shared defect models; your rows stay here.")
    found.add_argument("--home", type=Path, default=DEFAULT_HOME, help=f"folder of this site (default {DEFAULT_HOME})")
    found.add_argument("--version", action="version", version=VERSION)
    acts = found.add_subparsers(required=True, metavar="command")

    def act(name: str, function: Callable[[Home, argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        part = acts.add_parser(name, help=text, description=text)
        part.set_defaults(act=function)
        return part

    part = act("join", join, "make this site's key and join with a one-time token")
    part.add_argument("address", help="the whole address from the administrator's page")
    part.add_argument("--rows", default="rows", help="folder of CSV or Parquet files (default: rows, below the home)")
    act("doctor", doctor, "test every step from DNS to the data contract, with the fix for each failure")
    contract_of(act("check", check, "check the rows against a contract"))
    part = contract_of(act("approve", approve, "read a contract and countersign it with this site's key"))
    part.add_argument("--yes", action="store_true", help="do not ask (the contract is printed all the same)")
    part.add_argument("--person", default="", help="who countersigns (default: the user of this machine)")
    contract_of(act("withdraw", withdraw, "take a countersignature back; the node refuses from this moment"))
    contract_of(act("dry-run", dry_run, "show the very bytes that would leave; sends nothing"))
    part = act("run", run, "answer training requests until stopped")
    part.add_argument("--idle", type=float, default=3.0, help="mean seconds between two questions while idle")
    part = act("score", score, "write the risk of new rows beside them")
    part.add_argument("source", type=Path, help="CSV or Parquet file of new rows")
    part.add_argument("--out", type=Path, required=True, help="file to write (.csv or .parquet)")
    part.add_argument("--lots", type=Path, help="also write one line for each lot (.csv or .parquet)")
    part.add_argument("--share", action="store_true", help="send each lot's risk, where the contract says so")
    part.add_argument("--run", default="", help="model of this run (default: the latest released one)")
    part = act("watch", watch, "compare new rows with those of the training; says when to train again")
    part.add_argument("source", type=Path, help="CSV or Parquet file of new rows, with labels or without")
    part.add_argument("--run", default="", help="model of this run (default: the latest released one)")
    part.add_argument("--send", action="store_true", help="send the flags (names and words, no values) to the server")
    part = act("labels", labels, "fetch what customers found when they inspected your lots")
    part.add_argument("--out", type=Path, required=True, help="file to write (.csv or .parquet)")
    part = act("bundle", bundle, "write the model as a signed ONNX bundle for machines without Python")
    part.add_argument("--out", type=Path, required=True, help="file to write (.zip)")
    part.add_argument("--run", default="", help="model of this run (default: the latest released one)")
    part = act("serve", serve, "answer rows with risks over HTTP, on this machine only")
    part.add_argument("--port", type=int, default=8765)
    part.add_argument("--run", default="", help="model of this run (default: the latest released one)")
    part = act("members", members, "fingerprints of this site's and the other sites' keys, to compare by telephone")
    part.add_argument("--forget", default="", metavar="NAME", help="believe the next key of this site")
    act("status", status, "what this site is tied to, and what has left it")
    part = act("leave", leave, "withdraw from everything and forget the key; rows are not touched")
    part.add_argument("--keep", action="store_true", help="keep ledger and models")
    return found


def contract_of(part: argparse.ArgumentParser) -> argparse.ArgumentParser:
    part.add_argument("--contract", default="", help="beginning of the contract's hash, where there are several")
    return part


def join(home: Home, arguments: argparse.Namespace) -> int:
    from .joining import join as do

    settings = do(home, arguments.address, arguments.rows)
    offered = home.offered()
    print(f"Joined as {settings.site}. Settings: {home.settings_file}")
    print(
        f"{len(offered)} contract(s) to read. Next: put rows into {home.folder / settings.rows}, then dure-factory approve"
    )
    return 0


def doctor(home: Home, arguments: argparse.Namespace) -> int:
    from .doctor import examine

    findings = examine(home)
    for finding in findings:
        print(f"{'ok  ' if finding.is_good else 'FAIL'} {finding.name}: {finding.text}")
        if finding.fix:
            print(f"     fix: {finding.fix}")
    return 0 if all(finding.is_good for finding in findings) else 1


def check(home: Home, arguments: argparse.Namespace) -> int:
    from .tables import read_rows

    contract = chosen(home, arguments)
    checked = read_rows(home, contract)
    for warning in checked.warnings:
        print(f"warning: {warning}")
    rows = checked.rows
    print(
        f"{len(rows):,} rows with {rows.positives:,} defects fit"
        f" {contract.programme} v{contract.version} ({contract.hash[:12]})."
    )
    if len(rows) < contract.least_rows or rows.positives < contract.least_positives:
        print(f"warning: the contract asks for {contract.least_rows} rows and {contract.least_positives} defects to train.")
    return 0


def approve(home: Home, arguments: argparse.Namespace) -> int:
    from . import joining

    joining.refresh(home)
    contract = chosen(home, arguments)
    print(describe(contract))
    if contract.hash in home.approved():
        print("This site has countersigned it already.")
    elif not arguments.yes and input("Countersign for this site? Type yes: ").strip().lower() not in ("yes", "예", "네"):
        print("Not countersigned; nothing changed.")
        return 1
    joining.approve(home, contract, arguments.person or getpass.getuser())
    print(f"Countersigned {contract.hash[:12]} with this site's key.")
    return 0


def withdraw(home: Home, arguments: argparse.Namespace) -> int:
    from . import joining

    contract = joining.choose(home.approved(), arguments.contract)
    joining.withdraw(home, contract)
    print(f"Withdrawn: {contract.programme} v{contract.version}. The node refuses it from now on.")
    return 0


def dry_run(home: Home, arguments: argparse.Namespace) -> int:
    from .preview import preview

    print(preview(home, chosen(home, arguments)))
    print("\nNothing was sent.")
    return 0


def run(home: Home, arguments: argparse.Namespace) -> int:
    import logging

    from ..agreed.logs import own_log
    from .running import run as do

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stdout)
    home.settings()  # not joined: nothing is written
    logging.getLogger().addHandler(own_log(home.log_file))
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
    return do(home, idle_s=arguments.idle)


def score(home: Home, arguments: argparse.Namespace) -> int:
    from .scoring import score_file

    run, count = score_file(home, arguments.source, arguments.out, arguments.run, arguments.lots, share=arguments.share)
    print(f"{count:,} rows scored with the model of run {run}: {arguments.out}")
    if text := unseen_text(home, run):
        print(text)
    if arguments.share:
        print(f"Sent: {home.ledger()[-1]['lots']} lot(s) with mean and highest risk and counts of rows; see status.")
    return 0


def unseen_text(home: Home, run: str) -> str:
    """For a site that took no part in the run: what the model was worth at sites that it had never seen."""
    deployment = home.read_deployment(run)
    if deployment is None or deployment.alone is not None:
        return ""
    unseen: dict[str, float] = next((entry.get("unseen", {}) for entry in home.released() if entry["run"] == run), {})
    if not unseen:
        return "This model has not learnt from this site's rows; how it does at sites it had never seen is not measured yet."
    return (
        f"This model has not learnt from this site's rows. At {unseen['unseen_sites']:.0f} sites that it had never seen it"
        f" reached AUPRC {unseen['unseen_auprc']:.3f} (half of them between {unseen['unseen_auprc_q1']:.3f} and"
        f" {unseen['unseen_auprc_q3']:.3f}). Its verdicts are checked when your inspection results come back: watch FILE."
    )


def watch(home: Home, arguments: argparse.Namespace) -> int:
    from .watching import look, send

    found = look(home, arguments.source, arguments.run)
    for one in sorted(found.watched, key=lambda one: -one.psi):
        print(f"{one.state:8} {one.name}: PSI {one.psi:.3f}, KS {one.ks:.3f}")
    if found.figures:
        print("labelled rows: " + ", ".join(f"{name} {value:.3f}" for name, value in found.figures.items()))
    if drifted := [one.name for one in found.watched if one.state == "drift"]:
        print(f"Drift in {', '.join(drifted)}: check the sensors; if they are right, propose to train again.")
    if arguments.send:
        send(home, found)
        print(f"Sent: {len(found.flags)} flags, no values.")
    return 0


def labels(home: Home, arguments: argparse.Namespace) -> int:
    from .labels import fetch_labels

    count = fetch_labels(home, arguments.out)
    print(f"{count} lot(s) that customers have inspected: {arguments.out}")
    return 0


def bundle(home: Home, arguments: argparse.Namespace) -> int:
    from ..agreed.files import write_whole
    from ..use.bundle import write_bundle
    from .joining import deployment_of
    from .scoring import choose_model

    run, contract = choose_model(home, arguments.run)
    deployment = deployment_of(home, run, contract)
    content = write_bundle(contract, deployment, home.key(), run=run, site=home.settings().site)
    write_whole(arguments.out, content)
    print(f"{arguments.out}: {len(content) / 1e6:.2f} MB, the model of run {run}, signed with this site's key")
    return 0


def serve(home: Home, arguments: argparse.Namespace) -> int:
    from .serving import risk_server

    server = risk_server(home, arguments.port, arguments.run)
    print(
        f"http://127.0.0.1:{server.server_port}/risks answers with the model of run {server.run}; Ctrl-C ends it", flush=True
    )
    server.serve_forever()
    return 0


def status(home: Home, arguments: argparse.Namespace) -> int:
    settings = home.settings()
    print(f"site {settings.site}, server {settings.server}, gateway {settings.gateway}")
    approved = home.approved()
    for key, contract in {**home.offered(), **approved}.items():
        print(
            f"{'countersigned' if key in approved else 'offered      '} {key[:12]} {contract.programme} v{contract.version}"
        )
    released = {entry["run"] for entry in home.released()}
    entries = home.ledger()
    sent = sum(entry.get("sent", entry["bytes"]) for entry in entries)
    print(f"{len(entries)} replies have left this site, {sent / 1e6:.1f} MB packed: {home.folder / 'ledger.jsonl'}")
    if past := home.spendings():
        from ..privacy.accounting import Spending, epsilon

        spent = epsilon(tuple(Spending(**entry["spending"]) for entry in past))
        print(f"privacy: ε {spent:.2f} of {settings.privacy_budget:g} spent (δ {DELTA:g}) in {len(past)} run(s)")
    for path in sorted((home.folder / "models").glob("*.npz")):
        print(f"model of run {path.stem}, {'released' if path.stem in released else 'in review'}")
    return 0


def members(home: Home, arguments: argparse.Namespace) -> int:
    from ..agreed.keys import fingerprint, public_text

    if arguments.forget and not home.forget_member(arguments.forget):
        print(f"{arguments.forget} is not known here.", file=sys.stderr)
        return 2
    print(f"{home.settings().site} (this site): {fingerprint(public_text(home.key()))}")
    for name, entry in sorted(home.members().items()):
        print(f"{name}: {fingerprint(entry['key'])}, first seen {entry['seen_at']}")
    return 0


def leave(home: Home, arguments: argparse.Namespace) -> int:
    from .joining import leave as do

    site = home.settings().site
    do(home, keep=arguments.keep)
    print(f"{site} has left. The key is gone; joining again needs a new token.")
    return 0


def chosen(home: Home, arguments: argparse.Namespace) -> Contract:
    from .joining import choose

    return choose({**home.offered(), **home.approved()}, arguments.contract)


def describe(contract: Contract) -> str:
    """The contract as a plant manager reads it."""
    training, features = contract.training, contract.features
    lines = [
        f"{contract.programme}, version {contract.version}, hash {contract.hash}",
        f"Purpose: {contract.purpose or 'not stated'}. Process: {contract.process or 'not stated'}.",
        f"Reads {len(features)} columns and the label {contract.label!r}:",
        *(f"  {_column(feature)}" for feature in features),
        *(["Compares every number with this site's own median too; the median stays here."] if contract.relative else []),
        *([f"Never reads: {', '.join(contract.refused)} (parts of the label)."] if contract.refused else []),
        f"Grows trees in {contract.boosting.rounds} rounds"
        + (f", then trains {contract.model.kind} by {training.strategy}," if training.rounds else ";")
        + (f" {training.rounds} rounds × {training.local_epochs} epochs;" if training.rounds else "")
        + f" quorum {contract.quorum}, at most {contract.deadline_s} s a round.",
        f"Takes part with at least {contract.least_rows} rows and {contract.least_positives} defects.",
        "Leaves the site:",
        *(f"  {text}" for text in contract.leaves),
        f"The risk of a lot is seen by: {'your factory only' if contract.lot_risk == 'own' else 'the customer of the lot'}.",
        f"Your figures are seen by: {'your firm only' if contract.site_metrics == 'own' else 'all members'}."
        f" Kept {contract.retention_days} days. Privacy level: {said(contract.privacy)}.",
    ]
    return "\n".join(lines)


def _column(feature: Feature) -> str:
    setting = "; a setting that advice may change" if feature.adjustable else ""
    unit = f" [{feature.unit}]" if feature.unit else ""
    return f"{feature.name}{unit}, {feature.kind}{_range(feature.low, feature.high)}{setting}"


def _range(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f", {low:g} to {high:g}"


if __name__ == "__main__":
    sys.exit(main())
