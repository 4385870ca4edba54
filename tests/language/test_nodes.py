"""The nodes of expressions, each with a value it gives, the type of that value, and a mistake that is found in it."""

from decimal import Decimal

import pytest
from jinja2 import nodes

from mockserver.language.expression import NODES, parse
from mockserver.language.logic import COMPARISONS
from mockserver.language.scope import Scope
from mockserver.language.types import ANY, BOOLEAN, NUMBER, TEXT, object_
from tests.language.sample import look, value

NODE_ROWS = [
    (nodes.Const, "1.50", Decimal("1.50"), NUMBER, "'x' * 2", "'x' is text: * needs numbers"),
    (nodes.Name, "title", "Emma", TEXT, "titel", "there is no name titel: did you mean title?"),
    (
        nodes.List,
        "[1, price]",
        [1, Decimal("9.90")],
        NUMBER.listed(),
        "[titel]",
        "there is no name titel: did you mean title?",
    ),
    (nodes.Tuple, "(1, 2)", [1, 2], NUMBER.listed(), "(1, 2) + 1", "(1, 2) is a list and 1 a number: + cannot add them"),
    (nodes.Dict, "{'a': out}", {"a": True}, object_(a=BOOLEAN), "{'a': 1}.b", "there is no member b"),
    (nodes.Getattr, "book.tags", ["a", "b"], TEXT.listed(), "book.tgas", "there is no member tgas: did you mean tags?"),
    (nodes.Getitem, "tags[1]", "b", TEXT, "tags[title]", "title is text: a list has members by number"),
    (
        nodes.Add,
        "tags + ['c']",
        ["a", "b", "c"],
        TEXT.listed(),
        "title + 1",
        "title is text: + adds numbers and joins lists",
    ),
    (nodes.Sub, "price - 1", Decimal("8.90"), NUMBER, "price - day", "day is text: - needs numbers"),
    (nodes.Mul, "price * 2", Decimal("19.80"), NUMBER, "tags * 2", "tags is a list: * needs numbers"),
    (nodes.Div, "price / 3", Decimal("3.30"), NUMBER, "price / out", "out is true or false: / needs numbers"),
    (nodes.FloorDiv, "7 // 2", 3, NUMBER, "book // 2", "book is an object: // needs numbers"),
    (nodes.Mod, "7 % 4", 3, NUMBER, "7 % nothing", "nothing is null: % needs numbers"),
    (nodes.Neg, "-price", Decimal("-9.90"), NUMBER, "-title", "title is text: - needs numbers"),
    (nodes.Concat, "title ~ nothing ~ 1", "Emma1", TEXT, "titel ~ 1", "there is no name titel: did you mean title?"),
    (nodes.Compare, "1 < price < 10", True, BOOLEAN, "day >= 5", "day is text and 5 a number: they cannot be compared"),
    (nodes.Not, "not out", False, BOOLEAN, "not outt", "there is no name outt: did you mean out?"),
    (nodes.And, "out and price", Decimal("9.90"), ANY, "out and outt", "there is no name outt: did you mean out?"),
    (nodes.Or, "nothing or title", "Emma", TEXT, "nothing or titel", "there is no name titel: did you mean title?"),
    (nodes.CondExpr, "1 if out else 2", 1, NUMBER, "1 if outt else 2", "there is no name outt: did you mean out?"),
    (nodes.Filter, "tags | length", 2, NUMBER, "tags | lengh", "there is no filter lengh: did you mean length?"),
    (nodes.Call, "max(1, 2)", 2, NUMBER, "mxa(1, 2)", "there is no function mxa: did you mean max?"),
]

COMPARISON_ROWS = [
    ("eq", "title == 'Emma'", True, "title == 1", "title is text and 1 a number: they are never equal"),
    ("ne", "price != 1", True, "price != 'a'", "price is a number and 'a' text: they are never equal"),
    ("gt", "price > 9", True, "price > title", "price is a number and title text: they cannot be compared"),
    ("gteq", "price >= 10", False, "tags >= 1", "tags is a list: only numbers and texts can be compared by order"),
    ("lt", "title < 'F'", True, "out < 1", "out is true or false: only numbers and texts can be compared by order"),
    ("lteq", "price <= 9.9", True, "nothing <= 1", "nothing is null: only numbers and texts can be compared by order"),
    ("in", "'a' in tags", True, "'a' in price", "price is a number: nothing is in it"),
    ("notin", "'prize' not in input", True, "'prize' not in book", "there is no member prize: did you mean price?"),
]


@pytest.mark.parametrize(
    ("source", "result", "type_", "faulty", "says"),
    [pytest.param(*row[1:], id=row[0].__name__) for row in NODE_ROWS]
    + [pytest.param(*row[1:3], BOOLEAN, *row[3:], id=row[0]) for row in COMPARISON_ROWS],
)
def test_a_node_is_evaluated_inferred_and_refuses_what_cannot_be(source, result, type_, faulty, says):
    assert value(source) == result
    assert look(source) == (type_, None)
    assert (look(faulty)[1] or "").startswith(says)


def test_every_node_of_the_language_is_tried():
    assert [row[0] for row in NODE_ROWS] == [node for node in NODES if node is not nodes.TemplateData]
    assert [row[0] for row in COMPARISON_ROWS] == list(COMPARISONS)


@pytest.mark.parametrize(("node", "source"), [row[:2] for row in NODE_ROWS])
def test_each_is_tried_with_an_expression_that_has_it(node, source):
    tree = parse("{{ " + source + " }}")[0].node
    assert node in {type(part) for part in (tree, *tree.find_all(node))}


def test_a_text_between_expressions_is_text():
    part = parse("Due {{ day }}")[0]
    assert (part.evaluate(Scope({})), look("'Due ' ~ day")) == ("Due ", (TEXT, None))
    assert NODES[nodes.TemplateData].infer(None, part.node) == TEXT
