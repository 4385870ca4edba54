"""Bulk calls: how their entries are read and answered."""

import pytest

from mockserver.compiling.bulk import bulk
from mockserver.language.scope import Scope
from tests.compiling.small import context, told

BULK = {"each": "input.books", "verb": "it.do", "entry": "{{ index }}", "reply": "{{ results }}"}


def test_entries_are_read_and_answered(library_plan):
    compiled = library_plan.conventions.bulk
    entry = {"do": "add", "id": "b", "book": {"title": "Emma"}}
    scope = Scope({"input": {"books": [entry]}, "it": entry, "index": 0, "result": {"id": "b"}, "problem": None})
    assert compiled.each.evaluate(scope) == [entry]
    assert [part.evaluate(scope) for part in (compiled.verb, compiled.id, compiled.input)] == ["add", "b", {"title": "Emma"}]
    assert compiled.entry(scope) == {"at": 0, "book": {"id": "b"}}
    assert compiled.reply(Scope({"results": [{"at": 0}, {"trouble": "X"}]}))["done"] == 1


def test_an_id_and_an_input_may_be_left_out():
    compiling = context()
    compiled = bulk(compiling, BULK, "#/x")
    assert (compiled.id, compiled.input, told(compiling)) == (None, None, [])


@pytest.mark.parametrize("member", [*BULK, "id", "input"])
def test_each_part_sees_only_what_there_is(member):
    compiling = context()
    bulk(compiling, {**BULK, member: "{{ indx }}" if member in ("entry", "reply") else "indx"}, "#/x")
    assert told(compiling) == [f"#/x/{member}: there is no name indx: did you mean index?"]
