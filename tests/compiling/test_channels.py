"""Channels: the names under which the outside asks for events."""

import pytest

from mockserver.compiling.channels import channels
from mockserver.compiling.events import events
from mockserver.language.scope import Scope
from tests.compiling.small import context, told

EVENTS = """
x-events:
  book.lent: {payload: {type: object, properties: {title: {type: string}}}, groups: [news]}
  book.lost: {payload: {type: object, properties: {}}, groups: [news, alarms]}
  fine.due: {payload: {type: object, properties: {}}}
"""


def made(more: str):
    """The events of each channel, and the mistakes."""
    compiling = context(EVENTS + more)
    declared = channels(compiling, events(compiling))
    return declared, told(compiling)


@pytest.mark.parametrize(
    ("channel", "heard"),
    [
        ("book.lent", ["book.lent"]),
        ("news", ["book.lent", "book.lost"]),
        ("alarms", ["book.lost"]),
        ("book.*", ["book.lent", "book.lost"]),
        ("fine.*", ["fine.due"]),
        ("*", ["book.lent", "book.lost", "fine.due"]),
    ],
)
def test_events_are_heard_by_name_group_beginning_and_all_at_once(channel, heard):
    declared, mistakes = made("")
    assert ([entry.event for entry in declared[channel]], mistakes) == (heard, [])
    assert len(declared) == 8


def test_an_alias_is_heard_on_a_condition():
    declared, mistakes = made("  book.back: {payload: {properties: {n: {}}}, aliases: {book.late: data.n > 1}}")
    (heard,) = declared["book.late"]
    assert (heard.event, [heard.when.holds(Scope({"data": {"n": n}})) for n in (1, 2)]) == ("book.back", [False, True])
    assert mistakes == []


@pytest.mark.parametrize(
    ("more", "mistake"),
    [
        (
            "  x.y: {payload: {properties: {}}, groups: [book.lent]}",
            "#/x-events/x.y/groups: book.lent is an event, not a group",
        ),
        (
            "  x.y: {payload: {properties: {}}, aliases: {news: 'true'}}",
            "#/x-events/x.y/aliases/news: news is the name of something else already",
        ),
        (
            "  x.y: {payload: {properties: {n: {type: integer}}}, aliases: {z: data.m > 1}}",
            "#/x-events/x.y/aliases/z: there is no member m",
        ),
    ],
)
def test_a_name_stands_for_one_thing(more, mistake):
    mistakes = made(more)[1]
    assert [line.startswith(mistake) for line in mistakes] == [True], mistakes
