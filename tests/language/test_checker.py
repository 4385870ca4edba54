"""What is known of expressions before they have values: their types, and what cannot be."""

import pytest

from mockserver.language.checker import Checker, Sight
from mockserver.language.expression import expression
from mockserver.language.functions import CLOCK_FUNCTIONS, NO_FUNCTIONS, STORE_FUNCTIONS
from mockserver.language.tree import parse_template
from mockserver.language.types import ANY, BOOLEAN, NULL, NUMBER, TEXT, Type, object_
from mockserver.reading.errors import Mistakes

STATUS = Type("text", choices=("out", "back"))
LOAN = object_(id=TEXT, days=NUMBER, fine=NUMBER, status=STATUS, tags=TEXT.listed())
NAMES = {**(LOAN.members or {}), "loans": LOAN.listed(), "loan": LOAN, "input": ANY, "late": BOOLEAN}


def look(source, functions=STORE_FUNCTIONS):
    """The type of an expression, and the mistakes in it."""
    mistakes = Mistakes()
    type_ = Checker({"Loan": LOAN}, mistakes).expression(expression(source), Sight(NAMES, functions), "#/x")
    return type_, [error.message for error in mistakes]


@pytest.mark.parametrize(
    ("source", "type_"),
    [
        ("days + 1", NUMBER),
        ("tags + ['a']", TEXT.listed()),
        ("input.a + input.b", ANY),
        ("input.a + 1", NUMBER),
        ("days ~ status", TEXT),
        ("not days", BOOLEAN),
        ("days > 1 and late", BOOLEAN),
        ("status or none", STATUS),
        ("days if late else none", NUMBER),
        ("days if late else status", ANY),
        ("none", NULL),
        ("loans | first", LOAN),
        ("(loans | group('status') | first).key", STATUS),
        ("(loans | group('status') | first).rows", LOAN.listed()),
        ("loans | gather('days')", NUMBER.listed()),
        ("(loans | index('id'))['l1'].days", NUMBER),
        ("loans | sum('fine')", NUMBER),
        ("loan | pick('days')", object_(days=NUMBER)),
        ("min(days, fine)", NUMBER),
        ("loans | gather('fine') | max", NUMBER),
        ("get('Loan', id).days", NUMBER),
        ("find('Loan', status=['out'])", LOAN.listed()),
        ("now()", TEXT),
        ("days_since(id)", NUMBER),
        ("(input.url | url_parts).port", NUMBER),
    ],
)
def test_the_type_of_an_expression(source, type_):
    assert look(source) == (type_, [])


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("dayz", "there is no name dayz: did you mean days?"),
        ("loan.dayz", "there is no member dayz: did you mean days?"),
        ("loans.days", "a list has no member days: use first, gather or each"),
        ("status.length", "text has no member length"),
        ("days == 'out'", "days is a number and 'out' text: they are never equal"),
        ("status == 'bakc'", "bakc is never the case: did you mean back?"),
        ("status in ['out', 'lost']", "lost is never the case: it is one of out, back"),
        ("days in ['out']", "days is a number: it is never in ['out']"),
        ("days < status", "days is a number and status text: they cannot be compared"),
        ("loan < 3", "loan is an object: only numbers and texts can be compared by order"),
        ("status + days", "status is text: + adds numbers and joins lists, and ~ joins texts"),
        ("tags + 1", "tags is a list and 1 a number: + cannot add them"),
        ("status * 2", "status is text: * needs numbers"),
        ("-status", "status is text: - needs numbers"),
        ("none - 1", "none is null: - needs numbers"),
        ("days | upper", "days is a number: upper takes text as text"),
        ("days | plus_days(1)", "days is a number: plus_days takes text as moment"),
        ("status | plus_days(status)", "status is text: plus_days takes a number as days"),
        ("loan | gather('id')", "loan is an object: gather takes a list as rows"),
        (
            "tags | gather('id')",
            "tags is a list of which each is text: gather takes a list of which each is an object as rows",
        ),
        ("loans | sum('status')", "sum adds numbers, and status holds text"),
        ("tags | sum", "sum adds numbers, and tags holds text"),
        ("loans | sort('dayz')", "there is no member dayz: did you mean days?"),
        ("loans | where(dayz=1)", "there is no member dayz: did you mean days?"),
        ("loans | where(days={'gtee': 1})", "there is no operator gtee: did you mean gte?"),
        ("find('Lone')", "there is no resource Lone: did you mean Loan?"),
        ("find('Loan', days='x')", "days is a number and 'x' text: they are never equal"),
        ("find('Loan', status='aut')", "status is never aut: did you mean out?"),
        ("min(days, status)", "status is text, and days a number"),
        ("loans | where(status={'in': ['bakc']})", "status is never bakc: did you mean back?"),
        ("find('Loan', days=[1, 'x'])", "days is a number and 'x' text: they are never equal"),
        ("find(status)", "status is no resource: write its name in quotes"),
        ("loan | pick('id', days)", "days is a number: pick takes text as names"),
        ("status | matches('(')", "( is no regular expression: missing ), unterminated subpattern at position 0"),
        ("periods(id, id, 'week')", "by is never week: it is one of month, quarter, year"),
    ],
)
def test_what_cannot_be_is_noted_once_with_a_remedy(source, says):
    assert look(source)[1][:1] == [says]
    assert len(look(source)[1]) == len(set(look(source)[1]))


@pytest.mark.parametrize(
    ("source", "functions", "says"),
    [
        ("get('Loan', id)", CLOCK_FUNCTIONS, ["get cannot be called here, only now and today can"]),
        ("now()", CLOCK_FUNCTIONS, []),
        ("now()", NO_FUNCTIONS, ["now cannot be called here"]),
        ("money(days)", NO_FUNCTIONS, []),
    ],
)
def test_a_place_has_the_functions_it_declares(source, functions, says):
    assert look(source, functions)[1] == says


@pytest.mark.parametrize(
    "source",
    [
        "input.a + input.b * (input.c | sum('x')) if input.d < 'x' else input.e[0].f | first",
        "loans | where(status={'startswith': 'b'}, days=[1, none])",
        "(loan | merge(input.more)).anything",
        "loans | sort(by=input.by) | top(input.count, 'days')",
        "input.code in {'a': 1} and status in input.codes",
    ],
)
def test_what_is_not_known_raises_no_alarm(source):
    assert look(source)[1] == []


@pytest.mark.parametrize(
    ("node", "type_", "mistakes"),
    [
        ({"days": "{{ days }}", "note": "{{ days }} days"}, object_(days=NUMBER, note=TEXT), []),
        ([{"each": "loans", "value": "{{ it.days }}"}, 3], NUMBER.listed(), []),
        ({"each": "loans", "key": "{{ it.id }}", "value": "{{ it.dayz }}"}, Type("object", element=ANY), ["#/x/value"]),
        ({"let": {"twice": "{{ days * 2 }}"}, "value": "{{ twice }}"}, NUMBER, []),
        ({"when": "layt", "value": 1}, NUMBER, ["#/x/when"]),
        ({"a": [{"b": "{{ nobody }}"}]}, object_(a=object_(b=ANY).listed()), ["#/x/a/0/b"]),
        ({"each": "days", "value": 1}, NUMBER.listed(), ["#/x/each"]),
        ({"let": {"now": 1}, "value": "{{ now }}"}, NUMBER, ["#/x/let/now"]),
    ],
)
def test_the_type_of_a_template_and_where_its_mistakes_stand(node, type_, mistakes):
    noted = Mistakes()
    checker = Checker({"Loan": LOAN}, noted)
    assert checker.template(parse_template(node), Sight(NAMES), "#/x") == type_
    assert [error.pointer for error in noted] == mistakes


def test_what_expressions_look_up_is_known():
    checker = Checker({"Loan": LOAN}, Mistakes())
    checker.expression(expression("find('Loan', id=input.id, status='out', days={'gt': 3})"), Sight(NAMES), "#")
    assert checker.lookups == {("Loan", "id")}
