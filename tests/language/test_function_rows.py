"""The filters and functions, each with a value it gives, the type of that value, and a mistake that is found in its use."""

from decimal import Decimal

import pytest
from jinja2 import nodes

from mockserver.language.expression import parse
from mockserver.language.functions import FILTERS, FUNCTIONS, PROVIDED
from mockserver.language.types import BOOLEAN, NUMBER, OBJECT, TEXT, Type, object_
from tests.language.sample import BOOK, BOOK_VALUE, ROW, look, value

TOTAL = Type("text", choices=("null", "boolean", "number", "string", "array", "object"))
PARTS = ("loopback", "private", "link_local", "reserved", "local", "public")
FILTER_ROWS = [
    ("type_of", "title | type_of", "string", TOTAL, "(title | type_of) == 'text'", "text is never the case"),
    ("sum", "rows | sum('n')", 3, NUMBER, "rows | sum('id')", "sum adds numbers, and id holds text"),
    (
        "group",
        "rows | group('n') | last",
        {"key": 2, "rows": [{"id": "r2", "n": 2}]},
        object_(key=NUMBER, rows=ROW.listed()),
        "rows | group('m')",
        "there is no member m",
    ),
    ("gather", "rows | gather('n')", [1, 2], NUMBER.listed(), "tags | gather('n')", "tags is a list of which each is text"),
    ("index", "(rows | index('id'))['r2'].n", 2, NUMBER, "rows | index('idd')", "there is no member idd: did you mean id?"),
    (
        "flatten",
        "[tags, tags] | flatten",
        ["a", "b"] * 2,
        TEXT.listed(),
        "tags | flatten",
        "tags is a list of which each is text",
    ),
    (
        "where",
        "rows | where(n={'gt': 1}) | gather('id')",
        ["r2"],
        TEXT.listed(),
        "rows | where(n={'gt': 'x'})",
        "n is a number and 'x' text: gt does not compare them",
    ),
    ("merge", "(book | merge({'n': 1})).n", 1, NUMBER, "(book | merge({'n': 1})).m", "there is no member m"),
    (
        "pick",
        "book | pick('title')",
        {"title": "Emma"},
        object_(title=TEXT),
        "book | pick('titel')",
        "there is no member titel",
    ),
    ("share", "10 | share(2, 3)", Decimal("6.67"), NUMBER, "10 | share(2)", "share needs of"),
    ("portion", "10 | portion(2, 1, 3)", Decimal("3.33"), NUMBER, "10 | portion(2, 1)", "portion needs of"),
    ("running", "rows | running('n', 5)", [6, 8], NUMBER.listed(), "rows | running('id')", "running adds numbers, and id"),
    (
        "nearest",
        "9.93 | nearest(0.05)",
        Decimal("9.95"),
        NUMBER,
        "title | nearest(1)",
        "title is text: nearest takes a number as amount",
    ),
    (
        "top",
        "rows | top(1, 'n')",
        [{"id": "r2", "n": 2}],
        ROW.listed(),
        "rows | top('n', 1)",
        "'n' is text: top takes a number as count",
    ),
    ("first", "tags | first", "a", TEXT, "title | first", "title is text: first takes a list as rows"),
    ("last", "tags | last", "b", TEXT, "tags | last(2)", "last takes no arguments, not 1 argument"),
    (
        "sort",
        "rows | sort(by='n', descending=true) | first",
        {"id": "r2", "n": 2},
        ROW,
        "rows | sort(by='m')",
        "there is no member m",
    ),
    (
        "unique",
        "(tags + tags) | unique",
        ["a", "b"],
        TEXT.listed(),
        "book | unique",
        "book is an object: unique takes a list as rows",
    ),
    ("round", "price | round", Decimal("10"), NUMBER, "price | round(1, places=2)", "round takes places once"),
    ("money", "2.345 | money", Decimal("2.35"), NUMBER, "day | money", "day is text: money takes a number as amount"),
    ("plus_days", "day | plus_days(1)", "2024-02-01", TEXT, "day | plus_days", "plus_days needs days"),
    (
        "plus_hours",
        "'2024-01-31T10:00:00Z' | plus_hours(24)",
        "2024-02-01T10:00:00Z",
        TEXT,
        "price | plus_hours(1)",
        "price is a number: plus_hours takes text as moment",
    ),
    (
        "plus_seconds",
        "'2024-01-31T10:00:00Z' | plus_seconds(5)",
        "2024-01-31T10:00:05Z",
        TEXT,
        "day | plus_seconds(day)",
        "day is text: plus_seconds takes a number as seconds",
    ),
    ("time_of_day", "'2024-01-31T18:00:00+08:00' | time_of_day", "10:00:00Z", TEXT, "1 | time_of_day", "1 is a number"),
    ("hour", "'2024-01-31T15:59:59Z' | hour('Asia/Tokyo')", 0, NUMBER, "now() | hour(8)", "8 is a number"),
    ("matches", "title | matches('E.*')", True, BOOLEAN, "title | matches('(')", "( is no regular expression"),
    (
        "hmac",
        "'x' | hmac('k') | length",
        64,
        NUMBER,
        "'x' | hmac('k', 'octal')",
        "form is never octal: it is one of hex, base64",
    ),
    (
        "url_parts",
        "('http://localhost/a' | url_parts).network",
        "loopback",
        Type("text", choices=PARTS),
        "(title | url_parts).prot",
        "there is no member prot: did you mean port?",
    ),
    ("days_since", "'2024-01-01' | days_since(day)", 30, NUMBER, "day | days_since", "days_since needs until"),
    (
        "year_start",
        "day | year_start('04-01')",
        "2023-04-01",
        TEXT,
        "day | year_start(4)",
        "4 is a number: year_start takes text",
    ),
    ("length", "title | length", 4, NUMBER, "price | length", "price is a number: length takes a list or an object or text"),
    ("join", "tags | join('-')", "a-b", TEXT, "title | join('-')", "title is text: join takes a list as rows"),
    ("lower", "title | lower", "emma", TEXT, "out | lower", "out is true or false: lower takes text as text"),
    ("upper", "title | upper", "EMMA", TEXT, "price | upper", "price is a number: upper takes text as text"),
    (
        "keys",
        "rows | first | keys",
        ["id", "n"],
        TEXT.listed(),
        "title | keys",
        "title is text: keys takes an object or a list",
    ),
    ("min", "rows | gather('n') | min", 1, NUMBER, "rows | gather('n') | min(title)", "title is text, and rows | gather"),
    ("max", "rows | gather('n') | max", 2, NUMBER, "rows | gather('m') | max", "there is no member m"),
    ("abs", "-3 | abs", 3, NUMBER, "title | abs", "title is text: abs takes a number as amount"),
    ("fixed", "price | fixed(1)", "9.9", TEXT, "title | fixed", "title is text: fixed takes a number as amount"),
    ("sha256", "'abc' | sha256 | length", 64, NUMBER, "'abc' | sha256(1)", "sha256 takes no arguments, not 1 argument"),
    ("base64", "title | base64", "RW1tYQ==", TEXT, "price | base64", "price is a number: base64 takes text as text"),
    (
        "qr",
        "title | qr | matches('data:image/png.*')",
        True,
        BOOLEAN,
        "price | qr",
        "price is a number: qr takes text as text",
    ),
]

FUNCTION_ROWS = [
    ("money", "money(2.345)", Decimal("2.35"), NUMBER, "money(1, 2, 3)", "money takes amount and places, not 3 arguments"),
    ("min", "min(price, 3)", 3, NUMBER, "min()", "min needs value"),
    ("max", "max(price, 3)", Decimal("9.90"), NUMBER, "max(price, title)", "title is text, and price a number"),
    ("abs", "abs(-3)", 3, NUMBER, "abs(amout=3)", "abs needs amount"),
    ("length", "length(tags)", 2, NUMBER, "length(out)", "out is true or false: length takes"),
    ("periods", "(periods(day, day, 'year') | first).name", "2024", TEXT, "periods(day, day, 'week')", "by is never week"),
    ("now", "now()", "2024-01-31T10:00:00Z", TEXT, "now", "now is a function: write now()"),
    ("today", "today()", "2024-01-31", TEXT, "today(1)", "today takes no arguments, not 1 argument"),
    (
        "days_since",
        "days_since('2024-01-01')",
        30,
        NUMBER,
        "days_since(5)",
        "5 is a number: days_since takes text as moment",
    ),
    ("get", "get('Book', 'b1').title", "Emma", TEXT, "get('Bok', 'b1')", "there is no resource Bok: did you mean Book?"),
    (
        "find",
        "find('Book', title='Emma') | first",
        BOOK_VALUE,
        BOOK,
        "find('Book', titel='Emma')",
        "there is no member titel: did you mean title?",
    ),
    (
        "events_of",
        "events_of('*')",
        ["book.added"],
        TEXT.listed(),
        "events_of(1)",
        "1 is a number: events_of takes text as channel",
    ),
]


@pytest.mark.parametrize(
    ("source", "result", "type_", "faulty", "says"),
    [pytest.param(*row[1:], id=f"|{row[0]}") for row in FILTER_ROWS]
    + [pytest.param(*row[1:], id=f"{row[0]}()") for row in FUNCTION_ROWS],
)
def test_a_function_is_evaluated_inferred_and_refuses_what_cannot_be(source, result, type_, faulty, says):
    assert value(source) == result
    assert look(source) == (type_, None)
    assert (look(faulty)[1] or "").startswith(says)


def test_every_filter_and_function_is_tried():
    assert [row[0] for row in FILTER_ROWS] == list(FILTERS)
    assert [row[0] for row in FUNCTION_ROWS] == [*FUNCTIONS, *PROVIDED]


@pytest.mark.parametrize(("name", "source"), [row[:2] for row in FILTER_ROWS])
def test_each_filter_is_tried_with_an_expression_that_uses_it(name, source):
    tree = parse("{{ " + source + " }}")[0].node
    assert name in {part.name for part in (tree, *tree.find_all(nodes.Filter)) if isinstance(part, nodes.Filter)}


@pytest.mark.parametrize(("name", "source"), [row[:2] for row in FUNCTION_ROWS])
def test_each_function_is_tried_with_an_expression_that_calls_it(name, source):
    tree = parse("{{ " + source + " }}")[0].node
    assert name in {part.node.name for part in (tree, *tree.find_all(nodes.Call)) if isinstance(part, nodes.Call)}


def test_what_an_object_holds_is_known_only_where_its_members_are():
    assert look("input | merge(book)") == (OBJECT, None)
