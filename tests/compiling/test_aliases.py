"""Aliases: other addresses of operations."""

import pytest

from mockserver.compiling.aliases import aliases
from tests.compiling.small import context, plan, told


def made(address: str, name: str = "getBook"):
    """The aliases of one entry, and what is wrong with it."""
    compiling = context("x-sandbox: {aliases: {'" + address + "': " + name + "}}")
    return aliases(compiling, plan().operations), told(compiling)


def test_an_alias_is_answered_by_its_operation():
    assert made("GET /volumes/{bookId}") == ((("GET", "/volumes/{bookId}", "getBook"),), [])


def test_a_plan_answers_at_every_address(library_plan):
    assert {("POST", "/lendings", "lend"), ("POST", "/loans", "lend")} <= set(library_plan.addresses())
    assert len(library_plan.addresses()) == len(library_plan.operations) + 2


@pytest.mark.parametrize(
    ("address", "name", "mistake"),
    [
        ("GET /volumes/{bookId}", "getBok", "there is no operation getBok: did you mean getBook?"),
        ("GET /volumes/{id}", "getBook", "its path parameters are not those of /books/{bookId}"),
        ("GET /volumes", "getBook", "its path parameters are not those of /books/{bookId}"),
        ("GET /books/{bookId}", "getBook", "an operation stands at this address"),
    ],
)
def test_an_alias_leads_somewhere(address, name, mistake):
    at = "#/x-sandbox/aliases/" + address.replace("/", "~1")
    assert made(address, name) == ((), [f"{at}: {mistake}"])
