"""Filters and functions where there is nothing, or null, or a tie."""

from decimal import Decimal

import pytest

from mockserver.language.expression import expression
from mockserver.language.scope import Scope

ROWS = [
    {"id": 1, "n": 2, "shelf": "b", "at": {"x": 5}},
    {"id": 2, "n": None, "shelf": "a", "at": None},
    {"id": 3, "n": 7, "shelf": "b"},
    {"id": 4, "n": 2, "shelf": None, "at": {"x": 1}},
]
NAMES = {"rows": ROWS, "none_": None, "empty": [], "one": {"a": 1, "b": 2}}


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("rows | sum('n')", 11),
        ("empty | sum", 0),
        ("[1, none_, 2.5] | sum", Decimal("3.5")),
        ("rows | sum('at.x')", 6),
        ("rows | gather('at.x')", [5, None, None, 1]),
        ("rows | group('shelf') | gather('key')", ["b", "a", None]),
        ("(rows | group('shelf'))[0].rows | gather('id')", [1, 3]),
        ("(rows | index('shelf'))['b'].id", 3),
        ("[[1], none_, [], [2, 3]] | flatten", [1, 2, 3]),
        ("rows | where(n=2, shelf='b') | gather('id')", [1]),
        ("rows | where(at__x=[1, 5]) | gather('id')", [1, 4]),
        ("rows | where(n={'gt': 1, 'lt': 7}) | gather('id')", [1, 4]),
        ("rows | where(n=none_) | gather('id')", [2]),
        ("one | merge({'b': 3, 'c': 4})", {"a": 1, "b": 3, "c": 4}),
        ("one | merge(none_)", {"a": 1, "b": 2}),
        ("none_ | merge(one)", {"a": 1, "b": 2}),
        ("one | pick('b', 'c')", {"b": 2, "c": None}),
        ("none_ | pick('b')", None),
        ("one | keys", ["a", "b"]),
        ("[{'n': 1}, {'n': 2}] | running('n')", [1, 3]),
        ("rows | sort('n') | gather('id')", [2, 1, 4, 3]),
        ("rows | sort('n', true) | gather('id')", [3, 1, 4, 2]),
        ("rows | sort('at.x') | gather('id')", [2, 3, 4, 1]),
        ("['b', none_, 'a'] | sort", [None, "a", "b"]),
        ("rows | top(2, 'n') | gather('id')", [3, 1]),
        ("empty | first", None),
        ("empty | last", None),
        ("rows | last | pick('id')", {"id": 4}),
        ("[1, 2, 1, 1.0] | unique", [1, 2]),
        ("min(empty)", None),
        ("empty | max", None),
        ("[3, 1] | min", 1),
        ("max(3, 10)", 10),
        ("min(3)", 3),
        ("2.345 | round(2)", Decimal("2.35")),
        ("-2.345 | money", Decimal("-2.35")),
        ("2.5 | round", Decimal(3)),
        ("1.025 | nearest(0.05)", Decimal("1.05")),
        ("10 | portion(2, 1, 3)", Decimal("3.33")),
        ("0.71 | share(3, 6)", Decimal("0.36")),
        ("-0.71 | share(3, 6)", Decimal("-0.36")),
        ("10 | portion(1, 1, 3, 0)", Decimal("4")),
        ("2.345 | money(none_)", Decimal("2.35")),
        ("2.5 | money(0)", Decimal("3")),
        ("2.3455 | fixed(3)", "2.346"),
        ("2 | fixed(none_)", "2.00"),
        ("none_ | matches('.*')", False),
        ("'ab' | matches('a')", False),
        ("-3 | abs", 3),
        ("'AbC' | lower ~ ('x' | upper)", "abcX"),
        ("'' | length", 0),
        ("none_ | type_of ~ (1.5 | type_of) ~ (true | type_of)", "nullnumberboolean"),
    ],
)
def test_a_function_gives_what_it_says_also_of_little(source, value):
    assert expression(source).evaluate(Scope(NAMES)) == value
    assert ROWS[0] == {"id": 1, "n": 2, "shelf": "b", "at": {"x": 5}}
