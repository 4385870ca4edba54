"""What the text of an expression shows: the values it may give, what it reads, and where it expects null."""

import pytest

from mockserver.language.expression import parse
from mockserver.language.outcomes import constants, guarded, reads


@pytest.mark.parametrize(
    ("source", "values"),
    [
        ("'back'", ["back"]),
        ("'back' if late else status", ["back"]),
        ("status or ('out' if late else 3)", ["out", 3]),
        ("status == 'out'", []),
        ("title ~ 'x'", []),
    ],
)
def test_the_values_that_an_expression_may_give(source, values):
    assert constants(parse("{{ " + source + " }}")[0].node) == values


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("book.price * (days - 1)", {("book", "price"), ("days",)}),
        ("Due {{ dueOn }} and {{ rows | sum('n') }}", {("dueOn",), ("rows",)}),
        ("rows[index].n", {("rows",), ("index",)}),
        ("price +", set()),
    ],
)
def test_the_names_that_an_expression_reads(source, names):
    assert reads(source) == names


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("total or 0", {("total",)}),
        ("5 if old.total == none else total", {("old", "total")}),
        ("total + 1", set()),
        ("total == 1", set()),
    ],
)
def test_the_names_that_may_be_null(source, names):
    assert guarded(source) == names
