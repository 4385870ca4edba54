"""Values: what a template gives must fit what it is written into."""

import pytest

from mockserver.compiling.values import check_value, scalars_freed
from mockserver.language.tree import parse_template
from mockserver.language.types import ANY, BOOLEAN, NUMBER, TEXT, Type, object_
from mockserver.reading.errors import Mistakes
from tests.compiling.small import node

STATE = Type("text", choices=("in", "out", None))
BOOK = object_(title=TEXT, price=NUMBER, state=STATE, tags=TEXT.listed(), author=object_(name=TEXT))


def noted(text: str, target: Type, type_: Type = ANY) -> list[str]:
    """What does not fit in a value, of which a type is known."""
    mistakes = Mistakes()
    check_value(mistakes, parse_template(node(text)), type_, target, "#")
    return [str(mistake) for mistake in mistakes]


@pytest.mark.parametrize(
    ("text", "target", "flaws"),
    [
        ("{title: Emma, price: 3}", BOOK, []),
        ("{titel: Emma}", BOOK, ["#/titel: there is no field titel: did you mean title?"]),
        ("{price: three}", BOOK, ["#/price: three is text, and a number belongs here"]),
        ("{price: true}", BOOK, ["#/price: true is true or false, and a number belongs here"]),
        ("{title: null}", BOOK, []),
        ("{state: ot}", BOOK, ["#/state: it is never ot: did you mean out?"]),
        ("{state: lost}", BOOK, ["#/state: it is never lost: it is one of in, out"]),
        ("{author: {nam: Jane}}", BOOK, ["#/author/nam: there is no field nam: did you mean name?"]),
        ("{author: [Jane]}", BOOK, ["#/author: a list stands where an object belongs"]),
        ("{tags: {a: b}}", BOOK, ["#/tags: an object stands where a list belongs"]),
        ("{tags: [a, 1]}", BOOK, ["#/tags/1: 1 is a number, and text belongs here"]),
        ("{state: \"{{ 'in' if x else 'ot' }}\"}", BOOK, ["#/state: it is never ot: did you mean out?"]),
        ("{when: x, value: {titel: A}}", BOOK, ["#/value/titel: there is no field titel: did you mean title?"]),
        ("{each: xs, value: 1}", TEXT.listed(), ["#/value: 1 is a number, and text belongs here"]),
        ("[{each: xs, value: 1}]", TEXT.listed(), ["#/0/value: 1 is a number, and text belongs here"]),
        ("{titel: Emma, price: three}", ANY, []),
        ("{titel: Emma}", Type("object"), []),
    ],
)
def test_what_is_written_out_fits(text, target, flaws):
    assert noted(text, target) == flaws


@pytest.mark.parametrize(
    ("type_", "target", "flaws"),
    [
        (NUMBER, NUMBER, []),
        (NUMBER, TEXT, ["#: this gives a number, and text belongs here"]),
        (TEXT.listed(), TEXT, ["#: this gives a list, and text belongs here"]),
        (object_(titel=TEXT), BOOK, ["#: there is no field titel: did you mean title?"]),
        (object_(price=TEXT), BOOK, ["#: price is text, and a number belongs here"]),
        (object_(author=object_(name=NUMBER)), BOOK, ["#: name is a number, and text belongs here"]),
        (object_(price=TEXT).listed(), BOOK.listed(), ["#: price is text, and a number belongs here"]),
        (ANY, NUMBER, []),
    ],
)
def test_what_an_expression_gives_fits(type_, target, flaws):
    assert noted("'{{ x }}'", target, type_) == flaws


def test_any_scalar_may_stand_for_a_text_where_all_is_written_as_text():
    freed = scalars_freed(object_(title=TEXT, state=STATE, out=BOOLEAN, tags=TEXT.listed()))
    assert freed == object_(title=ANY, state=STATE, out=BOOLEAN, tags=ANY.listed())
