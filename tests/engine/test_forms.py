"""What is given out is remembered, and never when something that it was computed from has changed."""

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockserver.engine.clock import Clock, moment
from mockserver.engine.engine import Engine
from mockserver.engine.forms import REMEMBERED, Forms
from mockserver.engine.problems import Problem, Refused
from mockserver.sandbox import memory
from mockserver.store.base import Row
from tests.conftest import NOW, Desk
from tests.fresh_forms import stale

PICK = st.integers(0, 5)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("shelf"), PICK),
        st.tuples(st.just("book"), PICK),
        st.tuples(st.just("lend"), PICK),
        st.tuples(st.just("return"), PICK),
        st.tuples(st.just("move"), PICK),
        st.tuples(st.just("drop"), PICK),
        st.tuples(st.just("wait"), st.integers(1, 40)),
        st.tuples(st.just("clear"), st.just(0)),
    ),
    max_size=25,
)


class Branch:
    """A library in which something happens."""

    def __init__(self, plan):
        clock = Clock(plan.conventions.timezone)
        clock.freeze(moment(NOW, "UTC"))
        self.desk = Desk(Engine(plan, memory(plan), clock, seed=1))
        self.shelves, self.books, self.loans, self.member = [], [], [], self.desk.run("enrol", {"name": "Ann"})

    def step(self, kind, number):
        try:
            getattr(self, kind)(number)
        except (Problem, Refused):
            return

    def pick(self, rows, number):
        return rows[number % len(rows)] if rows else "none"

    def shelf(self, number):
        self.shelves.append(self.desk.run("addShelf", {"code": f"S{number}", "label": f"Shelf {len(self.shelves)}"})["code"])

    def book(self, number):
        shelf = {"shelfCode": self.pick(self.shelves, number)} if self.shelves else {}
        self.books.append(self.desk.run("addBook", {"title": f"Book {len(self.books)}", **shelf})["id"])

    def lend(self, number):
        loan = {"bookId": self.pick(self.books, number), "memberId": self.member["id"], "days": number + 1}
        self.loans.append(self.desk.run("lend", loan)["id"])

    def move(self, number):
        self.desk.run("changeBook", {"shelfCode": self.pick(self.shelves, number)}, bookId=self.pick(self.books, number))

    def drop(self, number):
        self.desk.run("dropBook", bookId=self.pick(self.books, number))

    def wait(self, hours):
        self.desk.engine.time.move(self.desk.engine.clock.instant() + timedelta(hours=hours))

    def clear(self, _):
        self.desk.engine.lifetime.clear(None)
        self.shelves, self.books, self.loans = [], [], []
        self.member = self.desk.run("enrol", {"name": "Ann"})


setattr(Branch, "return", lambda self, number: self.desk.run("giveBack", loanId=self.pick(self.loans, number)))


@given(STEPS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_stale_is_given_out_whatever_happens(library_plan, steps):
    branch = Branch(library_plan)
    for kind, number in steps:
        branch.step(kind, number)
        assert stale(branch.desk.engine) == []


def test_a_form_is_computed_once(library_plan):
    branch = Branch(library_plan)
    branch.shelf(1), branch.book(0)
    resource = library_plan.resources["Book"]
    row = branch.desk.engine.store.get("branch_a", resource.collection, branch.books[0])
    look = branch.desk.engine.state.look
    first = look("branch_a").form(resource, row)
    assert look("branch_a").form(resource, row) is first
    assert first.written == first.written
    branch.desk.run("addShelf", {"code": "S7", "label": "Elsewhere"})
    assert look("branch_a").form(resource, row) is first, "a shelf that the book is not on is none of its business"


def test_so_many_are_remembered_and_no_more(library_plan):
    forms, rows = Forms(), [Row({"id": str(number)}, number) for number in range(REMEMBERED + 1)]
    for row in rows:
        forms.remember(row, object())
    assert (rows[0].form, rows[1].form is None, rows[-1].form is None) == (None, False, False)
