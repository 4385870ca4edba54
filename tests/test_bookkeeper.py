"""A second bookkeeper keeps the same books by its own arithmetic: whatever happens, the two never differ by a sen."""

import os

import pytest

from mockserver.sandbox import Sandbox, Sources, build, read_sources
from mockserver.settings import Settings, default_contract, default_fixtures
from tests.bookkeeper import drawer, goods, journal, orders, payments, sales, till, transfers
from tests.bookkeeper.audit import compare, compare_customers, compare_locations, compare_past
from tests.bookkeeper.desk import open_books
from tests.conftest import Client, forked

LATER = Settings(default_contract(), default_fixtures(), now="2025-02-10T03:00:00Z")
"""When all documents of the demo are past."""

STEPS = int(os.environ.get("BOOKKEEPER_STEPS", "250"))
SEEDS = [int(seed) for seed in os.environ.get("BOOKKEEPER_SEEDS", "1,2,3,4").split(",")]
WAYS = {
    sales.invoice: 8,
    sales.send: 8,
    sales.void: 2,
    sales.cancel: 1,
    payments.pay: 9,
    payments.refund: 4,
    payments.void_payment: 1,
    orders.order: 3,
    orders.ship: 4,
    orders.bill: 4,
    orders.close: 1,
    orders.look_at: 1,
    goods.adjust: 4,
    goods.post_draft: 1,
    goods.reverse: 1,
    transfers.transfer: 3,
    transfers.send_off: 1,
    transfers.receive: 2,
    transfers.turn_back: 1,
    drawer.open_session: 3,
    drawer.move_cash: 2,
    drawer.close_session: 1,
    till.sell: 9,
    till.give_back: 6,
    till.void_sale: 2,
    journal.write: 2,
    journal.void_entry: 1,
    journal.next_day: 2,
}


@pytest.fixture(scope="module")
def later() -> tuple[Sources, Sandbox]:
    """The demo world, made once, for copies."""
    sources = read_sources(LATER)
    return sources, build(LATER, sources=sources)


@pytest.mark.parametrize("seed", SEEDS)
def test_two_bookkeepers_never_differ(later, seed):
    sources, world = later
    desk = open_books(Client(build(LATER, forked(world.engine), sources)), seed)
    for step in range(STEPS):
        (way,) = desk.random.choices(list(WAYS), list(WAYS.values()))
        way(desk)
        try:
            compare(desk)
        except AssertionError as fault:
            raise AssertionError(f"after {desk.log[-3:]}") from fault
        if step % 20 == 0 or step == STEPS - 1:
            compare_customers(desk)
            compare_locations(desk)
            compare_past(desk)
