"""Templates whose parts are left out: by `when`, in objects, in lists, and inside an `each`."""

import pytest

from mockserver.language.scope import Scope
from mockserver.language.template import template

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
