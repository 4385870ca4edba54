"""Expressions: what each node gives, and what is loud."""

from decimal import Decimal

import pytest

from mockserver.language.expression import NODES, expression
from mockserver.language.scope import ExpressionError, Scope
from mockserver.language.template import template

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


EDGES = {
    "n": None,
    "book": {"title": "Emma", "price": Decimal("9.90"), "tags": ["a", "b"], "author": {"name": None}},
    "rows": [{"n": 1, "t": "a"}, {"n": 2, "t": "b"}],
    "yes": True,
}
D = Decimal


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("0.1 + 0.2", D("0.3")),
        ("7 / 2", D("3.5")),
        ("-7 // 2", -4),
        ("-7 % 3", 2),
        ("7.5 % 2", D("1.5")),
        ("-book.price", D("-9.90")),
        ("book.tags + ['c']", ["a", "b", "c"]),
        ("book.author.name.first", None),
        ("n.x", None),
        ("book['title']", "Emma"),
        ("book.tags[1]", "b"),
        ("book.tags[-2]", "a"),
        ("book.tags[2]", None),
        ("book.tags[-3]", None),
        ("1 < 2 < 3", True),
        ("1 < 3 < 2", False),
        ("1 < 2 == 2 != 3", True),
        ("2 <= 2 and 2 >= 2", True),
        ("2 < 2 or 2 > 2", False),
        ("'a' < 'b'", True),
        ("'a' in book.tags", True),
        ("'a' not in book.tags", False),
        ("'title' in book", True),
        ("'mm' in book.title", True),
        ("not n", True),
        ("n or 5", 5),
        ("n and 5", None),
        ("1 if yes else 2", 1),
        ("'a' ~ 1.50 ~ yes ~ n ~ book.tags ~ (1 > 2)", "a1.5truea, bfalse"),
        ("[1, (2, 3), {'a': n}]", [1, [2, 3], {"a": None}]),
        ("max(1, 2.5)", D("2.5")),
        ("rows | sum('n')", 3),
        ("rows | where(t='b') | length", 1),
        ("'9999-12-31' | plus_days(1)", "9999-12-31"),
        ("'0001-01-01' | plus_days(-1)", "0001-01-01"),
        ("'9999-12-31T23:59:59Z' | plus_seconds(1)", "9999-12-31T23:59:59Z"),
        ("'2024-03-31' | year_start('04-01')", "2023-04-01"),
        ("'2024-04-01' | year_start('04-01')", "2024-04-01"),
        ("periods('2023-12-31', '2024-01-01', 'month') | gather('to')", ["2023-12-31", "2024-01-01"]),
        ("periods('2024-01-02', '2024-01-01', 'month')", []),
        ("'x' | hmac('k', 'base64')", "w47ciBXISJ9kc4l49EAI+FljRVRfC6po72/PXFPlcYk="),
        ("('x' | hmac('whsec_no base64', 'hex', 'whsec_')) == ('x' | hmac('whsec_no base64'))", True),
        ("[1, 'a', n] | join('-')", "1-a-None"),
    ],
)
def test_an_expression_has_its_value(source, value):
    result = expression(source).evaluate(Scope(EDGES))
    assert result == value
    assert isinstance(result, bool) == isinstance(value, bool)


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("n + 1", "None is not a number"),
        ("yes * 2", "True is not a number"),
        ("'1' + 1", "'1' is not a number"),
        ("-n", "None is not a number"),
        ("1 < n", "None is not a number"),
        ("'a' < 1", "'a' is not a number"),
        ("book.tags + 1", "is not a number"),
        ("1 / 0", "in the expression 1 / 0"),
        ("1 in 5", "5 holds nothing"),
        ("1 in n", "None holds nothing"),
        ("book.title.x", "'Emma' has no member 'x'"),
        ("rows.n", "has no member 'n'"),
        ("nobody", "there is no name nobody"),
        ("'x' | hmac('k', 'octal')", "hmac gives hex or base64, not octal"),
        ("'x' | qr | length + ('' | qr | length)", "a QR code holds 1 to"),
    ],
)
def test_what_has_no_value_says_why_and_where(source, why):
    with pytest.raises(ExpressionError) as caught:
        expression(source).evaluate(Scope(EDGES))
    assert why in str(caught.value)
    assert str(caught.value).endswith(f" in the expression {source}")
    assert str(caught.value).count(" in the expression ") == 1


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("1 if yes", "an if needs an else"),
        ("max(*rows)", "* and ** are not part of expressions"),
        ("rows | nope", "there is no filter nope: use one of"),
        ("nope(1)", "there is no function nope: use one of"),
        ("book.title()", "there is no function of that form"),
        ("book.tags[0:1]", "Slice is not part of expressions"),
        ("2 ** 3", "Pow is not part of expressions"),
        ("rows is defined", "Test is not part of expressions"),
        ("1 }} {{ 2", "is not one expression"),
        ("1 +", "in {{ 1 + }}"),
    ],
)
def test_what_is_no_expression_is_refused_when_it_is_read(source, why):
    with pytest.raises(ExpressionError) as caught:
        expression(source)
    assert why in str(caught.value)


def test_an_expression_inside_another_is_named_once():
    with pytest.raises(ExpressionError) as caught:
        template({"let": {"a": "{{ n + 1 }}"}, "value": "{{ a }}"})(Scope(EDGES))
    assert str(caught.value) == "None is not a number in the expression {{ n + 1 }}"
