"""Resources: what is stored, field by field."""

import pytest

from mockserver.language.scope import Scope
from tests.compiling.small import mistakes, plan


def book(properties: str):
    """The resource of a book with more properties."""
    return plan("components: {schemas: {Book: {properties: {" + properties + "}}}}").resources["Book"]


def test_a_resource_gathers_what_is_asked_of_its_fields(library_plan):
    resource = library_plan.resources["Book"]
    assert (resource.collection, resource.prefix, resource.date) == ("books", "book_", "published")
    assert resource.search == ("title", "author.name")
    assert [field.name for field in resource.virtual] == ["shelfLabel"]
    assert [field.path for field in resource.unique] == ["isbn"]
    assert [field.path for field in resource.references] == ["shelfCode"]
    assert {"author.name", "chapters.pages", "pages"} <= resource.paths.keys()
    assert "author.name" not in resource.names
    assert library_plan.resources["Member"].hidden == {"secret"}
    assert [field.name for field in library_plan.resources["Picture"].files] == ["image"]


@pytest.mark.parametrize(
    ("path", "facts"),
    [
        ("id", ("string", True, True, False)),
        ("title", ("string", False, True, False)),
        ("isbn", ("string", False, False, True)),
        ("author", ("object", False, False, False)),
        ("chapters.pages", ("integer", False, True, False)),
        ("author.born", ("integer", False, False, True)),
    ],
)
def test_a_field_has_a_type_and_flags(library_plan, path, facts):
    field = library_plan.resources["Book"].paths[path]
    assert (field.type, field.read_only, field.required, field.nullable) == facts


def test_defaults_are_values_or_filled_in():
    resource = book("kind: {type: string, default: novel}, label: {type: string, x-default: 'On {{ title }}'}")
    scope = Scope({"title": "Emma"})
    assert [resource.paths[name].default(scope) for name in ("kind", "label")] == ["novel", "On Emma"]
    assert resource.paths["title"].default is None


def test_a_computed_field_has_a_value_and_may_have_names_and_a_condition():
    plain = book("twice: {type: number, x-computed: price * 2}").paths["twice"].computed
    assert (plain.value.evaluate(Scope({"price": 3})), plain.let, plain.when) == (6, None, None)
    named = book("twice: {type: number, x-computed: {let: {two: 2}, value: price * two, when: price > 1}}")
    computed = named.paths["twice"].computed
    scope = computed.let(Scope({"price": 3}))
    assert (computed.value.evaluate(scope), computed.when.holds(scope)) == (6, True)


@pytest.mark.parametrize(
    ("written", "form"),
    [("chap_", ("chap_", 14)), ("{prefix: S-, length: 8, letters: AB}", ("S-", 8)), ("{length: 9}", ("", 9))],
)
def test_an_id_has_a_form(written, form):
    id_form = book("code: {type: string, x-id: " + written + "}").paths["code"].id_form
    assert (id_form.prefix, id_form.length) == form
    assert id_form.when is None


@pytest.mark.parametrize(
    ("resource", "path", "facts"),
    [
        ("Book", "shelfCode", (("Shelf",), "code", "SHELF_CLOSED", "clear")),
        ("Note", "bookId", (("Book",), "id", None, "cascade")),
        ("Loan", "bookId", (("Book",), "id", None, "restrict")),
        ("Picture", "aboutId", (("Book", "Member", "Note"), "id", None, "cascade")),
    ],
)
def test_a_reference_leads_to_resources(library_plan, resource, path, facts):
    reference = library_plan.resources[resource].paths[path].reference
    assert (reference.targets, reference.by, reference.name, reference.on_delete) == facts


def test_a_chosen_reference_leads_where_its_document_says(library_plan):
    reference = library_plan.resources["Picture"].paths["aboutId"].reference
    assert [reference.target({"about": kind}) for kind in ("member", "note", None)] == ["Member", "Note", None]


def test_a_lifecycle_has_moves(library_plan):
    lifecycle = library_plan.resources["Loan"].lifecycle
    assert (lifecycle.field, lifecycle.initial) == ("status", "out")
    assert {name: (move.sources, move.target) for name, move in lifecycle.transitions.items()} == {
        "lose": (("out",), "lost"),
        "lapse": (("out",), "overdue"),
        "bring": (("out", "overdue"), "back"),
        "bring_late": (("out", "overdue"), "back"),
    }
    lapse = lifecycle.transitions["lapse"]
    assert (lapse.at is not None, len(lapse.effects), [emission.event for emission in lapse.emit]) == (
        True,
        2,
        ["loan.closed"],
    )
    assert lifecycle.transitions["bring_late"].when.holds(Scope({"late": 2}))


BOOK = "#/components/schemas/Book"


@pytest.mark.parametrize(
    ("change", "mistake"),
    [
        ("x-resource: {search: [titel]}", f"{BOOK}/x-resource/search/0: there is no field titel: did you mean title?"),
        ("x-resource: {sort: {cost: pric}}", f"{BOOK}/x-resource/sort/cost: there is no field pric: did you mean price?"),
        ("x-resource: {date: pric}", f"{BOOK}/x-resource/date: there is no field pric: did you mean price?"),
        (
            "properties: {no: {type: string, x-sequence: 'B-{m}'}}",
            f"{BOOK}/properties/no/x-sequence: needs {{n}}, as in B-{{year}}-{{n:03}}, and knows only {{n}} and {{year}}",
        ),
        (
            "properties: {scan: {type: string, format: binary}}",
            f"{BOOK}/properties/scan: a file is writeOnly: another operation answers with it",
        ),
        (
            "properties: {in: {type: object, properties: {scan: {type: string, format: binary, writeOnly: true}}}}",
            f"{BOOK}/properties/in/properties/scan: a file stands at the top of its document",
        ),
        (
            "x-resource: {lifecycle: {field: state, initial: in, transitions: {lend: {from: [inn], to: out}}}}",
            f"{BOOK}/x-resource/lifecycle/transitions/lend/from/0: inn is not a state: did you mean in?",
        ),
        (
            "x-resource: {lifecycle: {field: stat, initial: in, transitions: {}}}",
            f"{BOOK}/x-resource/lifecycle/field: there is no field stat: did you mean state?",
        ),
    ],
)
def test_what_a_resource_names_is_there(change, mistake):
    assert mistakes("components: {schemas: {Book: {" + change + "}}}") == [mistake]
