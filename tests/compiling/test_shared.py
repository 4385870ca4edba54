"""Shared rules and effects: what a `use` names, and its arguments."""

import pytest

from mockserver.compiling.actions import effects, rules
from mockserver.compiling.shared import shared
from mockserver.language.scope import Scope
from tests.compiling.small import context, node, told

SHARED = """
components:
  x-rules:
    cheap: {args: [most], let: {limit: '{{ most * 2 }}'}, rules: [{rule: price < limit}]}
    loop: {rules: [{use: loop}]}
  x-effects:
    lend: {args: [book], effects: [{update: Book, id: '{{ book }}', set: {state: out}}]}
"""


@pytest.mark.parametrize(
    ("use", "mistakes"),
    [
        ("{use: cheap, with: {most: 3}}", []),
        ("{use: cheep, with: {most: 3}}", ["#/x/use: the shared rules cheep do not exist: did you mean cheap?"]),
        ("{use: cheap}", ["#/x/with: most is missing"]),
        (
            "{use: cheap, with: {most: 3, mots: 1}}",
            ["#/x/with/mots: mots is not one of the arguments: did you mean most?"],
        ),
    ],
)
def test_a_use_has_the_arguments_that_are_declared(use, mistakes):
    compiling = context(SHARED)
    entry = shared(compiling, "x-rules", node(use), "#/x", ())
    assert (told(compiling), entry is None) == (mistakes, bool(mistakes))


def test_what_uses_itself_would_never_end():
    compiling = context(SHARED)
    rules(compiling, node("[{use: loop}]"), "#/x")
    assert told(compiling) == ["#/components/x-rules/loop/rules/0/use: the shared rules loop use themselves: loop > loop"]


def test_rules_see_their_arguments_and_names():
    compiling = context(SHARED)
    with compiling.with_names({"price": compiling.resource_types["Book"].members["price"]}):
        (group,) = rules(compiling, node("[{use: cheap, with: {most: '{{ price }}'}, when: price > 0}]"), "#/x")
    (inner,) = group.rules
    scope = inner.let(group.let(Scope({"price": 3})))
    assert (scope["limit"], inner.rules[0].holds.holds(scope), group.when.holds(scope)) == (6, True, True)
    assert told(compiling) == []


def test_arguments_are_checked_at_each_use():
    compiling = context(SHARED)
    with compiling.with_names({}):
        rules(compiling, node("[{use: cheap, with: {most: 1}}]"), "#/x")
    assert told(compiling) == ["#/components/x-rules/cheap/rules/0/rule: there is no name price"]


def test_effects_see_their_arguments():
    compiling = context(SHARED)
    (outer,) = effects(compiling, node("[{use: lend, with: {book: b1}}]"), "#/x")
    (inner,) = outer.effects
    assert (outer.kind, inner.kind, inner.effects[0].id(outer.let(Scope({})))) == ("group", "group", "b1")
    assert told(compiling) == []
