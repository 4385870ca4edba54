"""Which events are heard under which names."""

import pytest

from mockserver.events.channels import matches, matching_channels


@pytest.mark.parametrize(
    ("channel", "event", "data", "is_heard"),
    [
        pytest.param("loan.closed", "loan.closed", {}, True, id="its-own-name"),
        pytest.param("loan.closed", "loan.opened", {}, False, id="another"),
        pytest.param("loan.updates", "loan.closed", {}, True, id="a-group"),
        pytest.param("loan.*", "loan.opened", {}, True, id="all-that-begin-so"),
        pytest.param("loan.*", "fine.due", {}, False, id="not-those-that-do-not"),
        pytest.param("*", "fine.due", {}, True, id="everything"),
        pytest.param("loan.returned", "loan.closed", {"status": "back"}, True, id="an-alias"),
        pytest.param("loan.returned", "loan.closed", {"status": "overdue"}, False, id="an-alias-that-does-not-hold"),
        pytest.param("loan", "loan.opened", {}, False, id="no-channel"),
    ],
)
def test_what_is_heard_under_a_name(library_plan, channel, event, data, is_heard):
    assert bool(matching_channels(library_plan, [channel], event, data)) is is_heard


def test_a_filter_holds_for_what_is_heard_through_its_channel(library_plan):
    asked, filters = ["loan.updates", "book.news"], {"loan.updates": {"status": ["back", "lost"]}}
    assert matches(library_plan, asked, filters, "loan.closed", {"status": "back"})
    assert not matches(library_plan, asked, filters, "loan.closed", {"status": "overdue"})
    assert not matches(library_plan, asked, filters, "loan.closed", {})
    assert matches(library_plan, asked, filters, "book.added", {})


def test_expressions_know_what_a_name_means(desk):
    work = desk.engine.work("branch_a")
    assert work.events_of("loan.*") == ["loan.opened", "loan.closed"]
    assert work.events_of("loan") == work.events_of(3) == []
