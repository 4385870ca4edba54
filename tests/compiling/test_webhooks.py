"""Webhooks: who hears of events over HTTP, and what they are sent."""

import pytest

from mockserver.compiling.webhooks import webhooks
from mockserver.language.scope import Scope
from tests.compiling.small import context, merged, node, plan, told

HOOKS = """
x-sandbox:
  webhooks:
    subscription: Book
    delivery: Book
    channels: '[title]'
    with: {title: '{{ event.event }}'}
    of: id
    due: title
    url: subscription.title
    body: {title: '{{ title }}'}
    attempted: {set: {state: "{{ 'out' if attempt.ok else 'in' }}"}}
"""


def made(change: str = "{}"):
    """The webhooks with something else said of them, and what is wrong with them."""
    compiling = context()
    compiling.document.root.update(merged(node(HOOKS), {"x-sandbox": {"webhooks": node(change)}}))
    return webhooks(compiling, plan().resources), told(compiling)


def test_a_contract_may_have_none():
    assert webhooks(context(), {}) is None


def test_what_is_not_said_has_a_default():
    hooks, mistakes = made()
    assert (hooks.subscription.name, hooks.delivery.name, mistakes) == ("Book", "Book", [])
    assert (hooks.width, hooks.keep, hooks.timeout, hooks.filters, hooks.when) == (4, 10_000, 10, None, None)
    assert hooks.headers == {}


def test_a_contract_says_whom_what_and_when(library_plan):
    hooks = library_plan.conventions.webhooks
    assert (hooks.subscription.name, hooks.delivery.name) == ("Listener", "Letter")
    assert (hooks.width, hooks.keep, hooks.timeout) == (2, 20, 5)
    listener = Scope({"about": ["*"], "only": None, "listening": True})
    assert (hooks.channels.evaluate(listener), hooks.filters.evaluate(listener), hooks.when.holds(listener)) == (
        ["*"],
        None,
        True,
    )
    letter = Scope({"listenerId": "l", "due": "d", "noteId": "n", "event": "e", "text": {}, "subscription": {"url": "u"}})
    assert [part.evaluate(letter) for part in (hooks.of, hooks.due, hooks.url)] == ["l", "d", "u"]
    assert hooks.body(letter) == {"note": "n", "event": "e", "about": {}}
    assert hooks.headers["X-Time"](Scope({"seconds": 7})) == 7
    event = Scope({"subscription": {"id": "l"}, "event": {"id": "n", "event": "e", "object": {"id": "o"}}})
    assert hooks.values(event) == {"listenerId": "l", "noteId": "n", "event": "e", "text": {"id": "o"}}


@pytest.mark.parametrize(
    ("change", "mistake"),
    [
        ("{delivery: Bok}", "/delivery: there is no resource Bok: did you mean Book?"),
        ("{channels: titel}", "/channels: there is no name titel: did you mean title?"),
        ("{when: stat == 'in'}", "/when: there is no name stat: did you mean state?"),
        ("{with: {titel: A}}", "/with/titel: there is no field titel: did you mean title?"),
        ("{url: subscription.titel}", "/url: there is no member titel: did you mean title?"),
        ("{headers: {X: '{{ secnds }}'}}", "/headers/X: there is no name secnds: did you mean seconds?"),
        (
            "{attempted: {set: {state: '{{ attempt.stats }}'}}}",
            "/attempted/set/state: there is no member stats: did you mean status?",
        ),
    ],
)
def test_what_webhooks_name_is_there(change, mistake):
    assert made(change)[1] == [f"#/x-sandbox/webhooks{mistake}"]
