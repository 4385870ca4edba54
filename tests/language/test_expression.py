"""Expressions: what each node gives, and what is loud."""

from decimal import Decimal

import pytest

from mockserver.language.expression import NODES, expression
from mockserver.language.scope import ExpressionError, Scope

NAMES = {
    "days": 3,
    "price": Decimal("1.10"),
    "title": "Emma",
    "tags": ["a", "b"],
    "loan": {"days": 7, "book": {"title": "Emma"}},
    "none_at_all": None,
}


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("0.1 + 0.2", Decimal("0.3")),
        ("days * price", Decimal("3.30")),
        ("7 // 2", 3),
        ("-7 // 2", -4),
        ("-7 % 3", 2),
        ("7 / 2", Decimal("3.5")),
        ("-days", -3),
        ("tags + ['c']", ["a", "b", "c"]),
        ("title ~ ' ' ~ price ~ none", "Emma 1.10"),
        ("loan.book.title", "Emma"),
        ("loan['days']", 7),
        ("tags[1]", "b"),
        ("tags[9]", None),
        ("none_at_all.anything.deeper", None),
        ("{'a': days}.a", 3),
        ("1 < days <= 3", True),
        ("3 < days <= 3", False),
        ("title < 'Zadig'", True),
        ("'a' in tags", True),
        ("'c' not in tags", True),
        ("'mm' in title", True),
        ("not days", False),
        ("days and title", "Emma"),
        ("none or 0 or title", "Emma"),
        ("'long' if days > 2 else 'short'", "long"),
        ("tags | length", 2),
        ("price | round(1)", Decimal("1.1")),
        ("max(days, 5)", 5),
        ("abs(-3)", 3),
    ],
)
def test_an_expression_gives(source, value):
    assert expression(source).evaluate(Scope(NAMES)) == value


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("title + 1", "'Emma' is not a number"),
        ("none_at_all * 2", "None is not a number"),
        ("days < title", "'Emma' is not a number"),
        ("true + 1", "True is not a number"),
        ("title.length", "'Emma' has no member 'length'"),
        ("3 in days", "3 holds nothing"),
        ("nobody", "there is no name nobody"),
    ],
)
def test_what_has_no_value_is_an_error_that_names_its_expression(source, says):
    with pytest.raises(ExpressionError) as caught:
        expression(source).evaluate(Scope(NAMES))
    assert str(caught.value) == f"{says} in the expression {source}"


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("days if title", "an if needs an else"),
        ("days ** 2", "Pow is not part of expressions"),
        ("tags[0:1]", "Slice is not part of expressions"),
        ("title is string", "Test is not part of expressions"),
        ("title.upper()", "there is no function of that form: use one of"),
        ("titel | uper", "there is no filter uper: did you mean upper?"),
        ("nwo()", "there is no function nwo: did you mean now?"),
        ("max(*tags)", "* and ** are not part of expressions"),
        ("price | round(1, 2)", "round takes places, not 2 arguments"),
        ("loan | pick(name='x')", "pick has no argument name"),
        ("a }} and {{ b", "is not one expression"),
    ],
)
def test_what_is_not_part_of_expressions_is_refused_when_it_is_read(source, says):
    with pytest.raises(ExpressionError) as caught:
        expression(source)
    assert says in str(caught.value)


def test_every_node_has_a_row():
    assert all(callable(row.evaluate) and callable(row.infer) for row in NODES.values())
