"""`dure-factory`: what a factory's IT types; `dure-factory --help` lists the acts."""

import argparse
import getpass
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .. import VERSION
from ..agreed.contracts import DELTA, Contract
from ..agreed.errors import FederatedError
from ..agreed.trials import SAYINGS
from .home import Home
from .showing import describe
from .speech import SPEECH, say, speak, tell, told, translated

DEFAULT_HOME = Path.home() / ".dure-factory"


def main(words: list[str] | None = None) -> int:
    arguments = parser().parse_args(words)
    # Flower reports use and looks for updates unless told not to; torch takes every core unless told not to.
    os.environ.setdefault("FLWR_TELEMETRY_ENABLED", "0")
    os.environ.setdefault("FLWR_DISABLE_UPDATE_CHECK", "1")
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    speak(arguments.language)
    try:
        return arguments.act(Home(arguments.home), arguments)
    except FederatedError as error:
        print(told(error), file=sys.stderr)
        return 2
    except EOFError:
        print(say("Nobody answers here; nothing was changed. Say it on the command line, or use --yes."), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def parser() -> argparse.ArgumentParser:
    found = argparse.ArgumentParser(prog="dure-factory", description="Train shared defect models; your rows stay here.")
    found.add_argument("--home", type=Path, default=DEFAULT_HOME, help=f"folder of this site (default {DEFAULT_HOME})")
    found.add_argument("--language", choices=("en", "ko"), default="", help="English or Korean (default: this machine's)")
    found.add_argument("--version", action="version", version=VERSION)
    acts = found.add_subparsers(required=True, metavar="command")

    def act(name: str, function: Callable[[Home, argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        part = acts.add_parser(name, help=text, description=text)
        part.set_defaults(act=function)
        return part

    part = act("join", join, "make this site's key and join with a one-time token")
    part.add_argument("address", help="the whole address from the administrator's page")
    text = "folder of CSV, Excel or Parquet files (default: what this site said before, or rows, below the home)"
    part.add_argument("--rows", default="", help=text)
    act("doctor", doctor, "test every step from DNS to the data contract, with the fix for each failure")
    _map_words(contract_of(act("map", map_columns, "say once which of your columns is meant by each name of a contract")))
    contract_of(act("check", check, "check the rows against a contract"))
    part = contract_of(act("approve", approve, "read a contract and countersign it with this site's key"))
    part.add_argument("--yes", action="store_true", help="do not ask (the contract is printed all the same)")
    part.add_argument("--person", default="", help="who countersigns (default: the user of this machine)")
    contract_of(act("withdraw", withdraw, "take a countersignature back; the node refuses from this moment"))
    contract_of(act("dry-run", dry_run, "show the very bytes that would leave; sends nothing"))
    part = act("run", run, "answer training requests until stopped")
    part.add_argument("--idle", type=float, default=3.0, help="mean seconds between two questions while idle")
    part = act("score", score, "write the risk of new rows beside them")
    part.add_argument("source", type=Path, help="file of new rows, as in the folder of rows")
    part.add_argument("--out", type=Path, required=True, help="file to write (.csv or .parquet)")
    part.add_argument("--lots", type=Path, help="also write one line for each lot (.csv or .parquet)")
    part.add_argument("--share", action="store_true", help="send each lot's risk, where the contract says so")
    part.add_argument("--run", default="", help="model of this run (default: the latest released one)")
    part = act("watch", watch, "compare new rows with those of the training; says when to train again")
    part.add_argument("source", type=Path, help="file of new rows, as in the folder of rows, with labels or without")
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
    part = act("try", try_bundle, "before joining: a shared model on your own rows, against one of your own; sends nothing")
    part.add_argument("bundle", help="file, or address of the invitation")
    part.add_argument(
        "source", type=Path, help="file or folder of your last rows, in the order of their making, with labels"
    )
    part.add_argument("--key", default="", metavar="SHA256:…", help="fingerprint that the invitation's page shows")
    part.add_argument("--miss-won", type=_above_0, default=100_000.0, help="what a missed defect costs (default 100000)")
    part.add_argument("--alarm-won", type=_above_0, default=10_000.0, help="what a false alarm costs (default 10000)")
    part.add_argument("--out", type=Path, help="also write the certificate (.html or .txt)")
    _map_words(part)
    part = act("tell", tell_office, "let the office that invited you know one word of a trial, and no figure")
    part.add_argument("bundle", help="file, or address of the invitation")
    part.add_argument("said", choices=SAYINGS)
    act("status", status, "what this site is tied to, and what has left it")
    part = act("leave", leave, "withdraw from everything and forget the key; rows, ledger and models stay")
    part.add_argument("--forget", action="store_true", help="delete ledger, models, contracts and settings too")
    part.add_argument("--yes", action="store_true", help="do not ask")
    return found


def _map_words(part: argparse.ArgumentParser) -> None:
    pairs: dict[str, Any] = {"action": "append", "default": [], "metavar": "NAME=VALUE"}
    part.add_argument("--column", help="the contract's name = your column", **pairs)
    part.add_argument("--unit", help="the contract's name = the unit of your column", **pairs)
    part.add_argument("--factor", help="the contract's name = a factor into its unit", **pairs)
    part.add_argument("--good", default="", metavar="CODES", help="codes of good parts, with commas")
    part.add_argument("--defect", default="", metavar="CODES", help="codes of defects")
    part.add_argument("--open", default="", metavar="CODES", help="codes of parts not inspected yet, which are left out")
    part.add_argument("--encoding", help="of text files, where they do not tell it (cp949, utf-8, …)")
    part.add_argument("--delimiter", help="of text files, where lines do not tell it")
    part.add_argument("--decimal", choices=(".", ","), help="the decimal sign, where cells do not prove it")
    part.add_argument("--sheet", help="of workbooks, where several hold tables")
    part.add_argument("--afresh", action="store_true", help="forget what was settled before")
    part.add_argument("--yes", action="store_true", help="ask nothing: write what is plain, or say what is not")


def _above_0(text: str) -> float:
    value = float(text)
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text}: a cost is above 0")
    return value


def contract_of(part: argparse.ArgumentParser) -> argparse.ArgumentParser:
    part.add_argument("--contract", default="", help="beginning of the contract's hash, where there are several")
    return part


def join(home: Home, arguments: argparse.Namespace) -> int:
    from .joining import join as do

    settings = do(home, arguments.address, arguments.rows)
    offered = home.offered()
    tell(f"Joined as {settings.site}. Settings: {home.settings_file}")
    tell(f"{len(offered)} contract(s) to read. Next: put rows into {home.folder / settings.rows}, then dure-factory approve")
    return 0


def doctor(home: Home, arguments: argparse.Namespace) -> int:
    from .doctor import examine

    findings = examine(home)
    for finding in findings:
        tell(f"{'ok  ' if finding.is_good else 'FAIL'} {finding.name}: {finding.text}")
        if finding.fix:
            tell(f"     fix: {finding.fix}")
    return 0 if all(finding.is_good for finding in findings) else 1


def map_columns(home: Home, arguments: argparse.Namespace) -> int:
    from .mapping import map_columns as do

    return do(home, chosen(home, arguments), arguments)


def check(home: Home, arguments: argparse.Namespace) -> int:
    from .tables import examine_rows

    contract = chosen(home, arguments)
    found = examine_rows(home, contract)
    for note in found.notes:
        tell(f"note: {note.told(SPEECH.language)}")
    for warning in found.warnings:
        tell(f"warning: {translated(warning)}")
    rows, train = found.rows, found.parts.train
    print(
        say(
            "{rows} rows with {defects} defects fit {contract}; {train} of them with {train_defects} defects train.",
            rows=f"{len(rows):,}",
            defects=f"{rows.positives:,}",
            contract=f"{contract.programme} v{contract.version} ({contract.hash[:12]})",
            train=f"{len(train):,}",
            train_defects=f"{train.positives:,}",
        )
    )
    return 0


def approve(home: Home, arguments: argparse.Namespace) -> int:
    from . import joining

    joining.refresh(home)
    contract = chosen(home, arguments)
    for line in describe(contract).split("\n"):
        tell(line)
    if contract.hash in home.approved():
        tell("This site has countersigned it already.")
    elif not arguments.yes and not is_yes(say("Countersign for this site? Type yes: ")):
        tell("Not countersigned; nothing changed.")
        return 1
    joining.approve(home, contract, arguments.person or getpass.getuser())
    tell(f"Countersigned {contract.hash[:12]} with this site's key.")
    return 0


def is_yes(question: str) -> bool:
    return input(question).strip().lower() in ("yes", "예", "네")


def withdraw(home: Home, arguments: argparse.Namespace) -> int:
    from . import joining

    contract = joining.choose(home.approved(), arguments.contract)
    joining.withdraw(home, contract)
    tell(f"Withdrawn: {contract.programme} v{contract.version}. The node refuses it from now on.")
    return 0


def dry_run(home: Home, arguments: argparse.Namespace) -> int:
    from .preview import preview

    print(preview(home, chosen(home, arguments)))
    tell("\nNothing was sent.")
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
    from .scoring import score_file, verdicts_text

    run, count, verdicts = score_file(
        home, arguments.source, arguments.out, arguments.run, arguments.lots, share=arguments.share
    )
    tell(f"{count:,} rows scored with the model of run {run}: {arguments.out}")
    print(*verdicts_text(verdicts), sep="\n")
    if text := unseen_text(home, run):
        tell(text)
    if arguments.share:
        tell(f"Sent: {home.ledger()[-1]['lots']} lot(s) with mean and highest risk and counts of rows; see status.")
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
    from .watching import look, send, watch_text

    found = look(home, arguments.source, arguments.run)
    for one in sorted(found.watched, key=lambda one: -one.psi):
        print(f"{one.state:8}", watch_text(one, found.rows))
    if found.figures:
        tell("labelled rows: " + ", ".join(f"{name} {value:.3f}" for name, value in found.figures.items()))
    if drifted := [one.name for one in found.watched if one.state == "drift"]:
        tell(f"Drift in {', '.join(drifted)}: check the sensors; if they are right, propose to train again.")
    if arguments.send:
        send(home, found)
        tell(f"Sent: {len(found.flags)} flags, no values.")
    return 0


def labels(home: Home, arguments: argparse.Namespace) -> int:
    from .labels import fetch_labels

    count = fetch_labels(home, arguments.out)
    tell(f"{count} lot(s) that customers have inspected: {arguments.out}")
    return 0


def bundle(home: Home, arguments: argparse.Namespace) -> int:
    from ..agreed.files import write_whole
    from ..use.bundle import write_bundle
    from .joining import deployment_of
    from .scoring import choose_model

    run, contract = choose_model(home, arguments.run)
    deployment = deployment_of(home, run, contract)
    settings = home.settings()
    shares, alarm_from = settings.shares, settings.alarm_from
    content = write_bundle(
        contract, deployment, home.key(), run=run, site=settings.site, shares=shares, alarm_from=alarm_from
    )
    write_whole(arguments.out, content)
    tell(f"{arguments.out}: {len(content) / 1e6:.2f} MB, the model of run {run}, signed with this site's key")
    return 0


def serve(home: Home, arguments: argparse.Namespace) -> int:
    from .serving import risk_server

    server = risk_server(home, arguments.port, arguments.run)
    tell(
        f"http://127.0.0.1:{server.server_port}/risks answers with the model of run {server.run}; Ctrl-C ends it", flush=True
    )
    server.serve_forever()
    return 0


def status(home: Home, arguments: argparse.Namespace) -> int:
    settings = home.settings()
    tell(f"site {settings.site}, server {settings.server}, gateway {settings.gateway}")
    approved = home.approved()
    for key, contract in {**home.offered(), **approved}.items():
        tell(
            f"{'countersigned' if key in approved else 'offered      '} {key[:12]} {contract.programme} v{contract.version}"
        )
    released = {entry["run"] for entry in home.released()}
    entries = home.ledger()
    sent = sum(entry.get("sent", entry["bytes"]) for entry in entries)
    tell(f"{len(entries)} replies have left this site, {sent / 1e6:.1f} MB packed: {home.folder / 'ledger.jsonl'}")
    if past := home.spendings():
        from ..privacy.accounting import Spending, epsilon

        spent = epsilon(tuple(Spending(**entry["spending"]) for entry in past))
        tell(f"privacy: ε {spent:.2f} of {settings.privacy_budget:g} spent (δ {DELTA:g}) in {len(past)} run(s)")
    for path in sorted((home.folder / "models").glob("*.npz")):
        tell(f"model of run {path.stem}, {'released' if path.stem in released else 'in review'}")
    return 0


def try_bundle(home: Home, arguments: argparse.Namespace) -> int:
    from .trying import try_bundle as do

    return do(home, arguments)


def tell_office(home: Home, arguments: argparse.Namespace) -> int:
    from .trying import tell_office as do

    return do(home, arguments)


def members(home: Home, arguments: argparse.Namespace) -> int:
    from ..agreed.keys import fingerprint, public_text

    if arguments.forget and not home.forget_member(arguments.forget):
        tell(f"{arguments.forget} is not known here.", file=sys.stderr)
        return 2
    tell(f"{home.settings().site} (this site): {fingerprint(public_text(home.key()))}")
    for name, entry in sorted(home.members().items()):
        tell(f"{name}: {fingerprint(entry['key'])}, first seen {entry['seen_at']}")
    return 0


def leave(home: Home, arguments: argparse.Namespace) -> int:
    from .joining import leave as do

    site = home.settings().site
    if not home.is_joined:
        tell(f"{site} has left already.")
    else:
        if not arguments.yes and not is_yes(say("Leave as {site}? No run will ask this site again. Type yes: ", site=site)):
            tell("Nothing changed.")
            return 1
        do(home)
        tell(f"{site} has left. The key is gone; joining again needs a new token.")
    if arguments.forget:
        home.forget()
        tell("Ledger, models, contracts and settings are deleted.")
    else:
        tell(f"Kept: the ledger of what has left, the models, contracts and settings, in {home.folder}; score works on.")
    return 0


def chosen(home: Home, arguments: argparse.Namespace) -> Contract:
    from .joining import choose

    return choose({**home.offered(), **home.approved()}, arguments.contract)


if __name__ == "__main__":
    sys.exit(main())
