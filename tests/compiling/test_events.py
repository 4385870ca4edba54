"""Events: what their payloads take from the document they are about."""

import pytest

from mockserver.compiling.actions import emissions
from mockserver.compiling.events import events
from mockserver.language.scope import Scope
from tests.compiling.small import context, node, told

PAYLOAD = "{type: object, properties: {id: {}, title: {}, label: {type: string, x-value: 'On {{ document.title }}'}}}"


@pytest.mark.parametrize(
    ("document", "payload"),
    [
        pytest.param(
            {"id": "b", "title": "Emma", "price": 3}, {"id": "b", "title": "Emma", "label": "On Emma"}, id="what is declared"
        ),
        pytest.param({"title": "Emma"}, {"title": "Emma", "label": "On Emma"}, id="what there is"),
        pytest.param(
            {"title": "Emma", "label": "own"}, {"title": "Emma", "label": "On Emma"}, id="what is filled in comes first"
        ),
    ],
)
def test_a_payload_is_picked_from_its_document(document, payload):
    declared = events(context("x-events: {book.lent: {payload: " + PAYLOAD + "}}"))
    assert declared["book.lent"].payload(Scope({"document": document})) == payload


def test_an_event_has_groups_and_a_scope(library_plan):
    assert (library_plan.events["book.added"].groups, library_plan.events["book.added"].scope) == (
        ("book.news",),
        "read:books",
    )
    assert (library_plan.events["fine.due"].groups, library_plan.events["fine.due"].scope) == ((), None)


def test_a_payload_has_what_every_emission_has():
    compiling = context("x-events: {book.lent: {payload: {type: object, properties: {titel: {}, days: {}}}}}")
    book = compiling.resource_types["Book"]
    with compiling.with_names({}):
        emissions(compiling, node("[{event: book.lent, with: {days: 3}}]"), "#/x", book)
        assert told(compiling) == []
        events(compiling)
    assert told(compiling) == [
        "#/x-events/book.lent/payload/properties/titel: what is emitted as book.lent has no titel: did you mean title?"
    ]
