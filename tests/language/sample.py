"""What expressions of the tests see: a book, some rows, and a store; with the types of all of it."""

from decimal import Decimal

from mockserver.language.checker import Checker, Sight
from mockserver.language.expression import expression
from mockserver.language.scope import ExpressionError, Scope, StoreFunctions
from mockserver.language.types import ANY, BOOLEAN, NULL, NUMBER, TEXT, object_
from mockserver.reading.errors import Mistakes

ROW = object_(id=TEXT, n=NUMBER)
BOOK = object_(title=TEXT, price=NUMBER, tags=TEXT.listed(), out=BOOLEAN)
BOOK_VALUE = {"title": "Emma", "price": Decimal("9.90"), "tags": ["a", "b"], "out": True}
TYPES = {**(BOOK.members or {}), "book": BOOK, "rows": ROW.listed(), "day": TEXT, "nothing": NULL, "input": ANY}
VALUES = {
    **BOOK_VALUE,
    "book": BOOK_VALUE,
    "rows": [{"id": "r1", "n": 1}, {"id": "r2", "n": 2}],
    "day": "2024-01-31",
    "nothing": None,
    "input": {},
}


class Shelf(StoreFunctions):
    """A store of one book, on one day."""

    def now(self):
        return "2024-01-31T10:00:00Z"

    def today(self):
        return "2024-01-31"

    def days_since(self, moment, until=None):
        return 30

    def get(self, resource, id):
        return BOOK_VALUE if id == "b1" else None

    def find(self, resource, /, **equal):
        return [BOOK_VALUE] if equal == {"title": "Emma"} else []

    def events_of(self, channel):
        return ["book.added"]


def value(source):
    """What an expression gives."""
    return expression(source).evaluate(Scope(VALUES, functions=Shelf()))


def look(source):
    """The type of an expression, and the first mistake in it."""
    mistakes = Mistakes()
    try:
        type_ = Checker({"Book": BOOK}, mistakes).expression(expression(source), Sight(TYPES), "#/x")
    except ExpressionError as error:
        return None, str(error)
    return type_, mistakes[0].message if mistakes else None
