"""An engine as a whole: all or nothing, tenants apart, ids of a seed, settings."""

from datetime import timedelta
from decimal import Decimal

from mockserver.engine.clock import moment
from mockserver.engine.engine import Engine
from mockserver.engine.event_log import read_log
from tests.conftest import Desk
from tests.dump import dump
from tests.engine.desk import late_return, loan, refused


def test_ids_given_ahead_are_free_though_the_seed_begins_again(desk, library_plan):
    """What a document will be called may be decided before it is made; a store outlives the engine that filled it."""

    def a_late_return(desk):
        book, member = desk.run("addBook", {"title": "Emma"}), desk.run("enrol", {"name": "Knightley"})
        loan = desk.run("lend", {"bookId": book["id"], "memberId": member["id"], "days": 1})
        desk.engine.time.move(moment(desk.engine.clock.now(), "UTC") + timedelta(days=3))
        return desk.run("giveBack", loanId=loan["id"])["fineId"]

    first = a_late_return(desk)
    again = Desk(Engine(library_plan, desk.engine.store, desk.engine.clock, seed=1))
    assert a_late_return(again) != first
    assert len(again.run("listFines")) == 2
    events = read_log(desk.engine.store, desk.tenant)
    assert len({one["id"] for one in events}) == len(events) == 10


def test_an_effect_that_is_refused_leaves_nothing_behind(desk):
    _, book, member = loan(desk)
    before = dump(desk.engine.store)["branch_a", "loans"]
    read_log = list(desk.happened)
    said = refused(desk, "lend", {"bookId": book["id"], "memberId": member["id"]})
    assert said.code == "BOOK_IS_OUT"
    assert said.details == [{"field": "bookId", "rule": "NO_COPY_LEFT", "message": "No copy of Emma is left", "copies": 0}]
    assert dump(desk.engine.store)["branch_a", "loans"] == before
    assert desk.happened == read_log


def test_tenants_are_worlds_apart(desk):
    book = desk.run("addBook", {"title": "A"})
    other = Desk(desk.engine, "branch_b")
    assert other.reply("listBooks").page["total"] == 0
    assert refused(other, "getBook", bookId=book["id"]).code == "NOT_FOUND"
    assert other.run("addBook", {"title": "B"})["number"] == "B-2024-001"


def test_the_same_seed_and_calls_give_the_same_documents(library_plan):
    from mockserver.engine.clock import Clock
    from mockserver.engine.engine import Engine
    from mockserver.sandbox import memory

    def world(seed):
        engine = Engine(library_plan, memory(library_plan), Clock(), seed)
        engine.clock.freeze()
        return Desk(engine).run("addBook", {"title": "A"})["id"]

    assert world(7) == world(7) != world(8)


def test_a_setting_has_its_default_until_it_is_chosen(library_plan):
    desk, _ = late_return(library_plan)
    assert desk.run("listFines")[0]["amount"] == Decimal("1.00")
    desk, _ = late_return(library_plan, {"fineRate": 2})
    assert desk.run("listFines")[0]["amount"] == 8
