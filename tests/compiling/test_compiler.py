"""A contract compiled as a whole: the plan, or every mistake at once."""

import pytest

from mockserver.compiling.compiler import compile_
from mockserver.reading.document import Document
from mockserver.reading.errors import BrokenContract
from tests.compiling.small import document, merged, mistakes, node, plan


def test_a_plan_has_a_title_and_a_version():
    compiled = plan("info: {title: Shelf, version: '2'}")
    assert (compiled.title, compiled.version, compiled.stream, compiled.aliases) == ("Shelf", "2", None, ())


def test_a_plan_is_counted(library_plan):
    assert library_plan.summary() == "10 resources, 38 operations, 4 events, 6 rules"
    assert plan().summary() == "1 resource, 1 operation, 0 events, 0 rules"


@pytest.mark.parametrize(
    ("collection", "fields"),
    [
        ("books", ("isbn", "shelfCode")),
        ("shelves", ("code",)),
        ("notes", ("bookId",)),
        ("members", ()),
        ("loans", ("bookId", "memberId")),
        ("pictures", ("aboutId",)),
    ],
)
def test_collections_are_indexed_by_references_unique_fields_and_searches(library_plan, collection, fields):
    assert library_plan.indexed[collection] == fields


def test_ids_tell_their_collections(library_plan):
    assert library_plan.prefixes["book_"] == ("books",)
    two = "components: {schemas: {Tome: {x-resource: {collection: tomes, id: book_}, type: object, properties: {}}}}"
    assert plan(two).prefixes == {"book_": ("books", "tomes")}


def test_a_contract_that_declares_no_resource_has_those_it_gives_out():
    bare = document()
    del bare.root["components"]["schemas"]["Book"]["x-resource"]
    compiled = compile_(Document(bare.root))
    assert {name: resource.collection for name, resource in compiled.resources.items()} == {"Book": "books"}
    assert compiled.operations["getBook"].kind == "read"


def test_mistakes_are_told_all_at_once_and_each_once():
    more = """
    x-sandbox: {timezone: Nowhere/Atoll}
    components:
      x-rules: {r: {rules: [{rule: titel != none}]}}
      schemas: {Book: {x-resource: {date: pric, rules: [{use: r}, {use: r}]}}}
    """
    assert [line.partition(": ")[0] for line in mistakes(more)] == [
        "#/components/x-rules/r/rules/0/rule",
        "#/components/schemas/Book/x-resource/date",
        "#/x-sandbox/timezone",
    ]


def test_what_is_misplaced_is_told_before_what_it_says():
    assert mistakes("x-sandbox: {timezone: Nowhere/Atoll, timezones: x}") == [
        "#/x-sandbox/timezones: there is no timezones here: did you mean timezone?"
    ]


def test_examples_are_asked_by_a_thorough_check_alone():
    flawed = Document(merged(document().root, node("components: {schemas: {Book: {properties: {price: {example: dear}}}}}")))
    compile_(flawed)
    with pytest.raises(BrokenContract) as caught:
        compile_(flawed, thorough=True)
    assert [error.pointer for error in caught.value.errors] == ["#/components/schemas/Book/properties/price/example"]
