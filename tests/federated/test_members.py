"""A server that swaps a key between two factories is refused by name: it reads no table that it could read so."""

from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest

from federated.agreed.contracts import Kind
from federated.agreed.keys import new_key, point_of, public_text, write_key
from federated.agreed.messages import Reply, Request
from federated.factory.cli import main
from federated.factory.home import Home, Settings
from federated.models.growing import OF_SITES
from federated.privacy import masks
from federated.run.engine import drive
from federated.run.inspection import Inspection
from federated.site.growth import Growth
from federated.site.site import Site
from federated.site.store import InMemory

from .sites import contract, rows, sites

VICTIM, SWAPPED = "site-0", "site-1"


class Enough(Exception):
    """The request that is looked at was sent."""


@pytest.fixture
def asked():
    """The sites, and an honest first request for trees of theirs."""
    agreed, kept = contract(tree_rounds=1), []
    together = sites(agreed)

    def ask(request):
        copy = replace(request, arrays={name: array.copy() for name, array in request.arrays.items()})
        replies = [site.answer(request) for site in together if request.is_for(site.name)]
        if request.kind is Kind.GROW:
            kept.append(copy)
            raise Enough
        return replies

    with suppress(Enough):  # nobody needs the rest of the run
        drive(agreed, "1", ask)
    return agreed, together, kept[0]


def put(request, name: str, arrays):
    """The request with another key, signer and signature in one site's line."""
    place = [str(found) for found in request.arrays["names"]].index(name)
    changed = {many: request.arrays[many].copy() for many in OF_SITES.values()}
    for one, many in OF_SITES.items():
        if one in arrays:
            changed[many][place] = arrays[one]
    return replace(request, arrays={**request.arrays, **changed})


def of_server(agreed, name: str, run: str = "1"):
    """A key for masks that the server knows the secret of, signed by a key that it made."""
    return Growth(name, agreed, rows(9), InMemory()).key(run)


def refused(site: Site, request) -> str:
    reply = site.answer(request)
    assert not reply.arrays
    return reply.error


def test_an_honest_request_is_answered_also_by_a_factory_that_knows_nobody_yet(asked):
    agreed, together, request = asked
    assert not together[0].answer(request).error
    # Its own line is of another secret then, so that a fresh one says so; see the test of its own line.
    assert refused(Site(VICTIM, agreed, rows(0), InMemory()), request).startswith("key_not_signed")


@pytest.mark.parametrize("parts", [["key"], ["key", "signature"], ["signature"], ["signer"]])
def test_a_key_of_the_servers_under_the_sites_name_is_not_signed(asked, parts):
    agreed, together, request = asked
    own = of_server(agreed, SWAPPED)
    error = refused(together[0], put(request, SWAPPED, {part: own[part] for part in parts}))
    assert error.startswith(f"key_not_signed: {SWAPPED}: ")


def test_a_key_that_the_server_signed_itself_is_of_another_member_than_before(asked):
    agreed, together, request = asked
    error = refused(together[0], put(request, SWAPPED, of_server(agreed, SWAPPED)))
    assert error.startswith(f"member_changed: {SWAPPED}: ")
    assert "SHA256:" in error
    assert "dure-factory members" in error


def test_a_signature_of_another_run_or_site_does_not_count(asked):
    _agreed, together, request = asked
    for arrays in (together[1].growth.key("2"), together[2].growth.key("1")):
        assert refused(together[0], put(request, SWAPPED, arrays)).startswith("key_not_signed")


def test_a_site_whose_own_key_was_changed_for_the_others_says_so(asked):
    agreed, together, request = asked
    assert refused(together[0], put(request, VICTIM, of_server(agreed, VICTIM))).startswith(f"key_not_signed: {VICTIM}")


def test_no_tree_grows_over_a_swapped_key_and_the_run_names_whose():
    """Before: the server read each table that was masked against its own keys."""
    agreed = contract(tree_rounds=1, quorum=2)
    together = sites(agreed)
    drive(agreed, "0", lambda request: [s.answer(request) for s in together if request.is_for(s.name)])
    evil, tables = of_server(agreed, SWAPPED, "1"), []

    def ask(request):
        replies = []
        for site in together:
            if request.is_for(site.name):
                sent = put(request, SWAPPED, evil) if request.kind is Kind.GROW and site.name != SWAPPED else request
                replies.append(site.answer(sent))
        tables.extend(reply for reply in replies if "table" in reply.arrays and reply.site != SWAPPED)
        return replies

    with pytest.raises(Exception, match=f"{VICTIM}: member_changed: {SWAPPED}"):
        drive(agreed, "1", ask)
    assert tables == []


def test_a_site_that_signs_with_another_key_is_left_out_and_ends_nobodys_trees():
    agreed = contract(tree_rounds=1)
    together, reports = sites(agreed, 4), []
    signers = {site.name: public_text(site.store.key) for site in together}
    together[1].store.key = new_key()
    carry = lambda request: [s.answer(request) for s in together if request.is_for(s.name)]  # noqa: E731
    drive(agreed, "1", carry, watch=reports.append, signers=signers)
    keys = next(report for report in reports if report.kind is Kind.KEY)
    assert list(keys.failed) == [SWAPPED]
    assert keys.failed[SWAPPED].startswith("key_not_signed: ")
    assert [reply.site for reply in next(r for r in reports if r.kind is Kind.GROW).used] == ["site-0", "site-2", "site-3"]


def test_an_unsigned_key_is_left_out_also_where_the_server_knows_no_keys():
    agreed = contract(tree_rounds=1)
    site = sites(agreed, 1)[0]
    key = site.growth.key("1")
    request = Request(Kind.KEY, "1", agreed.hash)
    bad = {**key, "signature": np.zeros_like(key["signature"])}
    good, wrong = (Inspection(agreed).of(request, [Reply(site.name, arrays, 9)])[0] for arrays in (key, bad))
    assert (good.error, wrong.error.partition(":")[0]) == ("", "key_not_signed")


@pytest.fixture
def home(tmp_path):
    found = Home(tmp_path)
    found.create()
    write_key(found.key_file, new_key())
    found.write_settings(Settings(site="alpha", server="", gateway=""))
    return found


def test_a_factory_keeps_whose_keys_it_saw_over_restarts_and_forgets_one_on_request(home, capsys):
    first, second = (point_of(public_text(new_key())) for _ in range(2))
    assert home.knows("beta", first)
    assert Home(home.folder).knows("beta", first)
    assert not Home(home.folder).knows("beta", second)
    words = ["--home", str(home.folder), "members"]
    assert main(words) == 0
    shown = capsys.readouterr().out
    assert shown.count("SHA256:") == 2
    assert "alpha (this site)" in shown
    assert main([*words, "--forget", "gamma"]) == 2
    assert main([*words, "--forget", "beta"]) == 0
    assert home.knows("beta", second)


def test_what_is_signed_is_one_sites_for_one_run_and_contract():
    said = {masks.statement(run, c, site, b"k" * 32) for run in ("1", "2") for c in ("a", "b") for site in ("x", "y")}
    assert len(said) == 8
    assert masks.statement("1", "a", "b", b"") != masks.statement("1", "ab", "", b"")
