"""Actions: rules, effects and emissions, in the order in which they are done."""

import pytest

from mockserver.compiling.actions import bound_names, effects, emissions, rules
from mockserver.language.scope import Scope
from mockserver.plan import RuleGroup
from tests.compiling.small import context, node, told


def made(text: str, more: str = "{}"):
    """Effects of a call, with the names in sight after them and the mistakes in them."""
    compiling = context(more)
    with compiling.with_names({}):
        compiled = effects(compiling, node(text), "#/x")
        return compiled, compiling.names, told(compiling)


@pytest.mark.parametrize(
    ("text", "kind", "resource"),
    [
        ("{create: Book, with: {title: Emma}}", "create", "Book"),
        ("{update: Book, id: b, set: {title: Emma}}", "update", "Book"),
        ("{delete: Book, where: {title: Emma}}", "delete", "Book"),
        ("{each: '[1]', as: n, effects: []}", "each", None),
        ("{when: 'true', effects: []}", "group", None),
    ],
)
def test_an_effect_has_a_kind_and_a_resource(text, kind, resource):
    (compiled,), _, mistakes = made(f"[{text}]")
    assert (compiled.kind, compiled.resource, mistakes) == (kind, resource, [])


def test_what_an_effect_fills_in():
    (create, update), _, _ = made(
        "[{create: Book, as: new, with: {title: A}}, {update: Book, where: {state: in}, set: {state: out}, when: 'false'}]"
    )
    assert (create.values(Scope({})), create.name, create.id) == ({"title": "A"}, "new", None)
    assert (update.where(Scope({})), update.values(Scope({}))) == ({"state": "in"}, {"state": "out"})
    assert update.when.holds(Scope({})) is False


NAMES = {
    "a document": ("{create: Book, as: new, with: {}}", "new", "object"),
    "all that match": ("{update: Book, as: all, where: {state: in}, set: {}}", "all", "list"),
    "one that may be created": ("{update: Book, as: it, where: {state: in}, or_create: {}, set: {}}", "it", "object"),
    "one for each": ("{each: '[1]', effects: [{create: Book, as: new, with: {}}]}", "new", "list"),
    "one of a group": ("{when: 'true', effects: [{create: Book, as: new, with: {}}]}", "new", "object"),
}


@pytest.mark.parametrize("name", NAMES)
def test_an_effect_gives_a_name_to_those_after_it(name):
    text, given, kind = NAMES[name]
    _, names, mistakes = made(f"[{text}]")
    assert ({name: type_.kind for name, type_ in names.items()}, mistakes) == ({given: kind}, [])


def test_an_effect_without_a_name_gives_none():
    (compiled,), names, _ = made("[{create: Book, with: {}}]")
    assert (bound_names(context(), compiled), names) == ({}, {})


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("{create: Bok, with: {}}", "#/x/0/create: there is no resource Bok: did you mean Book?"),
        ("{create: Book, with: {titel: A}}", "#/x/0/with/titel: there is no field titel: did you mean title?"),
        ("{delete: Book, where: {titel: A}}", "#/x/0/where/titel: there is no field titel: did you mean title?"),
        ("{delete: Book, where: {state: ot}}", "#/x/0/where/state: it is never ot: did you mean out?"),
        ("{delete: Book, where: {state: [in, ot]}}", "#/x/0/where/state/1: it is never ot: did you mean out?"),
        (
            "{delete: Book, where: {price: {gtee: 1}}}",
            "#/x/0/where/price/gtee: there is no operator gtee: did you mean gte?",
        ),
        ("{update: Book, id: b, transition: lend}", "#/x/0/transition: there is no transition lend"),
        ("{each: '1', effects: []}", "#/x/0/each: this gives a number, and a list belongs here"),
        ("{create: Book, with: {}, emit: [book.lent]}", "#/x/0/emit/0: there is no event book.lent"),
    ],
)
def test_what_an_effect_names_is_there(text, mistake):
    assert made(f"[{text}]")[2] == [mistake]


EVENTS = "x-events: {book.lent: {payload: {type: object, properties: {title: {type: string}}}}}"


@pytest.mark.parametrize(
    ("text", "events"),
    [
        ("book.lent", ["book.lent"]),
        ("[book.lent, {event: book.lent, when: 'true'}]", ["book.lent", "book.lent"]),
        ("[]", []),
    ],
)
def test_events_are_emitted_by_name(text, events):
    compiling = context(EVENTS)
    compiled = emissions(compiling, node(text), "#/x")
    assert ([emission.event for emission in compiled], told(compiling)) == (events, [])
    assert sum(map(len, compiling.emitted.values())) == len(events)


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("book.lend", "#/x: there is no event book.lend: did you mean book.lent?"),
        ("[book.lend]", "#/x/0: there is no event book.lend: did you mean book.lent?"),
        ("[{event: book.lend}]", "#/x/0/event: there is no event book.lend: did you mean book.lent?"),
        ("[{event: book.lent, with: {titel: A}}]", "#/x/0/with/titel: there is no field titel: did you mean title?"),
    ],
)
def test_an_event_that_does_not_exist_is_noted_where_it_is_named(text, mistake):
    compiling = context(EVENTS)
    with compiling.with_names({}):
        emissions(compiling, node(text), "#/x")
    assert told(compiling) == [mistake]


def test_a_rule_has_a_problem_of_its_own():
    (rule,) = rules(context(), node("[{rule: price > 1, message: 'Not {{ price }}', code: CHEAP, field: price}]"), "#/x")
    scope = Scope({"price": 1})
    assert (rule.holds.holds(scope), rule.message(scope), rule.code, rule.field(scope)) == (False, "Not 1", "CHEAP", "price")


def test_a_rule_without_a_message_says_what_must_hold():
    (rule,) = rules(context(), node("[{rule: price > 1}]"), "#/x")
    assert (rule.message(Scope({})), rule.details(Scope({}))) == ("It must hold that price > 1", {})


def test_a_rule_about_entries_sees_each_and_its_place():
    compiling = context()
    with compiling.with_names({}):
        (rule,) = rules(compiling, node("[{each: '[1, 2]', as: n, rule: n > index}]"), "#/x")
    assert (rule.each_as, rule.each.evaluate(Scope({})), told(compiling)) == ("n", [1, 2], [])


def test_rules_are_counted_once_however_often_they_are_used():
    compiling = context("components: {x-rules: {cheap: {rules: [{rule: 'true'}]}}}")
    groups = rules(compiling, node("[{use: cheap}, {use: cheap}, {rule: 'true'}]"), "#/x")
    assert [isinstance(group, RuleGroup) for group in groups] == [True, True, False]
    assert compiling.rules == {"#/components/x-rules/cheap/rules/0", "#/x/2"}


def test_an_action_is_compiled_with_all_its_parts(library_plan):
    action = library_plan.operations["giveBack"].action
    assert action.transition == ("bring_late", "bring")
    assert [effect.kind for effect in action.effects] == ["group", "group"]
    assert [emission.event for emission in action.emit] == ["loan.closed"]
    assert action.set is not None
    assert library_plan.operations["moveLoan"].action.choose.of == {"back": "giveBack", "lost": "changeLoan"}
    assert library_plan.operations["manyBooks"].action.bulk == {"add": "addBook", "change": "changeBook", "drop": "dropBook"}
    assert library_plan.operations["ring"].action.deliver.evaluate(Scope({"letter": {"id": "l1"}})) == "l1"
