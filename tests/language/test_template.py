"""Templates filled in: `each`, `when`, `let`, `value`, and splicing."""

import pytest

from mockserver.language.scope import ExpressionError, Scope
from mockserver.language.template import lazy_lets, template
from mockserver.language.tree import parse_let, parse_template

NAMES = {"books": [{"title": "Emma", "price": 3}, {"title": "Zadig", "price": 0}], "stock": {"a": 1, "b": 2}, "due": None}


@pytest.mark.parametrize(
    ("node", "value"),
    [
        ("plain", "plain"),
        ("{{ books[0].price }}", 3),
        ("Due {{ due }}.", "Due ."),
        ({"each": "books", "as": "book", "value": "{{ index }}: {{ book.title }}"}, ["0: Emma", "1: Zadig"]),
        ({"each": "books", "when": "it.price > 0", "value": "{{ it.title }}"}, ["Emma"]),
        ({"each": "books", "value": {"when": "it.price > 0", "value": "{{ it.title }}"}}, ["Emma"]),
        ({"each": "books", "key": "{{ it.title }}", "value": "{{ it.price }}"}, {"Emma": 3, "Zadig": 0}),
        ({"each": "books", "key": "{{ it.title }}", "value": {"when": "it.price", "value": 1}}, {"Emma": 1}),
        ({"each": "stock", "value": "{{ it.key }}{{ it.value }}"}, ["a1", "b2"]),
        ({"each": "{{ due }}", "value": 1}, []),
        ({"each": ["{{ due }}", 2], "value": "{{ it }}"}, [None, 2]),
        ({"each": "books", "let": {"twice": "{{ it.price * 2 }}"}, "value": "{{ twice }}"}, [6, 0]),
        ([0, {"each": "books", "value": "{{ it.price }}"}, 9], [0, 3, 0, 9]),
        ([{"each": "books", "key": "{{ it.title }}", "value": 1}], [{"Emma": 1, "Zadig": 1}]),
        ([1, {"when": "due", "value": 2}], [1]),
        ({"a": 1, "b": {"when": "due", "value": 2}}, {"a": 1}),
        ({"a": 1, "when": "due"}, None),
        ({"a": 1, "when": "not due"}, {"a": 1}),
        ({"let": {"n": 2, "m": "{{ n + 1 }}"}, "value": "{{ m }}"}, 3),
        ({"let": {"n": 2}, "a": "{{ n }}"}, {"a": 2}),
        ({"let": "a member of this name", "a": 1}, {"let": "a member of this name", "a": 1}),
        ({"value": 1}, {"value": 1}),
        ({"when": "due", "value": 1}, None),
    ],
)
def test_a_template_gives(node, value):
    assert template(node)(Scope(NAMES)) == value


@pytest.mark.parametrize(
    ("node", "at"),
    [
        ({"a": [1, "{{ 1 + }}"]}, "/a/1"),
        ({"each": "books"}, ""),
        ({"a": {"each": "books |", "value": 1}}, "/a/each"),
        ({"when": "a if b", "value": 1}, "/when"),
        ({"let": {"n": "{{ ? }}"}, "value": 1}, "/let/n"),
    ],
)
def test_what_cannot_be_understood_is_named_by_its_place(node, at):
    with pytest.raises(ExpressionError) as caught:
        parse_template(node)
    assert caught.value.at == at


def test_lazy_names_are_computed_when_they_are_looked_at_and_see_each_other():
    scope = lazy_lets(parse_let({"late": "{{ early + 1 }}", "early": 1, "never": "{{ nobody }}"}))(Scope({}))
    assert scope["late"] == 2
    with pytest.raises(ExpressionError, match="there is no name nobody"):
        scope["never"]


ROWS = [{"n": 1, "t": "a"}, {"n": 2, "t": "b"}, {"n": 3, "t": "c"}]


@pytest.mark.parametrize(
    ("node", "wanted"),
    [
        pytest.param({"a": {"when": "false", "value": 1}, "b": 2}, {"b": 2}, id="a-member-of-an-object"),
        pytest.param([{"when": "false", "value": 1}, 2], [2], id="a-member-of-a-list"),
        pytest.param({"when": "false", "value": 1}, None, id="all-of-it"),
        pytest.param({"when": "true", "value": 1}, 1, id="kept"),
        pytest.param({"when": "false", "a": 1}, None, id="an-object"),
        pytest.param({"each": "rows", "when": "it.n > 1", "value": "{{ it.t }}"}, ["b", "c"], id="rows"),
        pytest.param(
            {"each": "rows", "value": {"when": "it.n != 2", "value": "{{ it.t }}"}}, ["a", "c"], id="values-of-an-each"
        ),
        pytest.param(
            {"each": "rows", "value": {"when": "it.n != 2", "t": "{{ it.t }}"}}, [{"t": "a"}, {"t": "c"}], id="objects"
        ),
        pytest.param(
            {"each": "rows", "key": "{{ it.t }}", "value": {"when": "it.n != 2", "value": "{{ it.n }}"}},
            {"a": 1, "c": 3},
            id="values-of-an-each-with-keys",
        ),
        pytest.param(
            {"each": "rows", "key": "{{ it.t }}", "when": "it.n == 2", "value": "{{ it.n }}"}, {"b": 2}, id="rows-with-keys"
        ),
        pytest.param(
            [0, {"each": "rows", "value": {"when": "it.n != 2", "value": "{{ it.n }}"}}, 4], [0, 1, 3, 4], id="spliced"
        ),
        pytest.param(
            [{"each": "rows", "key": "{{ it.t }}", "value": "{{ it.n }}"}],
            [{"a": 1, "b": 2, "c": 3}],
            id="an-object-is-no-splice",
        ),
        pytest.param({"each": "none", "value": 1}, [], id="nothing"),
        pytest.param(
            {"each": "{{ {'x': 1} }}", "as": "pair", "value": "{{ pair.key }}{{ pair.value }}{{ index }}"},
            ["x10"],
            id="an-object-s",
        ),
        pytest.param(
            {"each": "rows", "let": {"double": "{{ it.n * 2 }}"}, "when": "double > 2", "value": "{{ double }}"},
            [4, 6],
            id="a-let-before-when",
        ),
        pytest.param({"let": {"x": 1, "y": "{{ x + 1 }}"}, "when": "y == 2", "value": "{{ y }}"}, 2, id="let-and-when"),
    ],
)
def test_what_is_left_out_leaves_no_trace(node, wanted):
    assert template(node)(Scope({"rows": ROWS})) == wanted
