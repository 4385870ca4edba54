"""Mistakes: each with its place, once, and with the name that was meant."""

import pytest

from mockserver.reading.errors import BrokenContract, ContractError, Mistakes, suggestion


def test_the_same_mistake_counts_once():
    mistakes = Mistakes()
    for place, message in (("#/a", "is wrong"), ("#/a", "is wrong"), ("#/b", "is wrong"), ("#/a", "is missing")):
        mistakes.add(place, message)
    assert [str(mistake) for mistake in mistakes] == ["#/a: is wrong", "#/b: is wrong", "#/a: is missing"]


@pytest.mark.parametrize(
    ("name", "flaws"),
    [
        ("Book", []),
        ("Bok", ["#/a: there is no resource Bok: did you mean Book?"]),
        ("Loan", ["#/a: there is no resource Loan"]),
    ],
)
def test_an_unknown_name_is_noted_with_the_one_that_was_meant(name, flaws):
    mistakes = Mistakes()
    mistakes.add_unless_known(name, iter(["Book", "Shelf"]), "#/a", "resource")
    assert [str(mistake) for mistake in mistakes] == flaws


@pytest.mark.parametrize(
    ("name", "likeness", "end"),
    [
        ("TITLE", 0.6, ": did you mean title?"),
        ("titel", 0.6, ": did you mean title?"),
        ("titel", 0.9, ": use one"),
        (3, 0.6, ": use one"),
    ],
)
def test_a_suggestion_is_as_like_as_is_asked(name, likeness, end):
    assert suggestion(name, ["title", "price"], ": use one", likeness) == end


@pytest.mark.parametrize(("number", "words"), [(1, "1 mistake in the contract"), (2, "2 mistakes in the contract")])
def test_a_broken_contract_says_how_many(number, words):
    broken = BrokenContract([ContractError("#", "is wrong")] * number)
    assert (str(broken), len(broken.errors)) == (words, number)
