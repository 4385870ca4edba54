"""Which events are heard under which names."""

import pytest

from mockserver.events.channels import fits, matches, matching_channels


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
    work = desk.engine.state.work("branch_a")
    assert work.events_of("loan.*") == ["loan.opened", "loan.closed"]
    assert work.events_of("loan") == work.events_of(3) == []


@pytest.mark.parametrize(
    ("wanted", "fields", "does"),
    [
        pytest.param({"tags": "b"}, {"tags": ["a", "b"]}, True, id="one-of-a-list"),
        pytest.param({"tags": ["x", "b"]}, {"tags": ["a", "b"]}, True, id="one-of-each"),
        pytest.param({"tags": "c"}, {"tags": ["a", "b"]}, False, id="none-of-a-list"),
        pytest.param({"tags": "c"}, {"tags": []}, False, id="an-empty-list"),
        pytest.param({"lines.shelf": "b"}, {"lines": [{"shelf": "a"}, {"shelf": "b"}]}, True, id="a-path-through-a-list"),
        pytest.param({"a": 1, "b": 2}, {"a": 1, "b": 3}, False, id="all-of-them"),
        pytest.param({"a": None}, {"a": None}, False, id="null-is-no-value"),
        pytest.param({"a": True}, {"a": 1}, False, id="true-is-no-number"),
        pytest.param({}, {"a": 1}, True, id="nothing-wanted"),
    ],
)
def test_what_passes_a_filter(wanted, fields, does):
    assert fits(wanted, fields) is does
