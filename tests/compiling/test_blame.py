"""What a rule blames: a code that has a status, and a field that there is."""

import pytest

from mockserver.compiling.blame import check_code, check_field
from mockserver.language.types import NUMBER, TEXT, Type, object_
from tests.compiling.small import context, told

CODES = "x-sandbox: {errors: {kinds: {scope: {code: NOT_ALLOWED}}, codes: {BOOK_IS_OUT: 422}}}"


@pytest.mark.parametrize(
    ("more", "code", "mistakes"),
    [
        (CODES, "BOOK_IS_OUT", []),
        (CODES, "NOT_ALLOWED", []),
        (CODES, "VALIDATION", []),
        (CODES, "BOOK_OUT", ["#/x/code: BOOK_OUT is not in x-sandbox.errors.codes: did you mean BOOK_IS_OUT?"]),
        (CODES, "Q", ["#/x/code: Q is not in x-sandbox.errors.codes: give its status"]),
        ("{}", "BOOK_OUT", []),
    ],
)
def test_a_code_has_a_status_where_a_contract_says_what_they_have(more, code, mistakes):
    compiling = context(more)
    check_code(compiling, {"code": code}, "#/x")
    assert told(compiling) == mistakes


BOOK = object_(title=TEXT, author=object_(name=TEXT), chapters=object_(pages=NUMBER).listed())
NAMES = {"input": object_(days=NUMBER), "title": TEXT}


@pytest.mark.parametrize(
    ("field", "document", "mistakes"),
    [
        ("title", BOOK, []),
        ("titel", BOOK, ["there is no field titel: did you mean title?"]),
        ("author.nam", BOOK, ["author has no field nam: did you mean name?"]),
        ("chapters[{{ index }}].pages", BOOK, []),
        ("chapters[0].page", BOOK, ["chapters has no field page: did you mean pages?"]),
        ("author.{{ name }}", BOOK, []),
        ("{{ flaw.field }}", BOOK, []),
        ("days", BOOK, ["there is no field days"]),
        ("days", None, []),
        ("dais", None, ["there is no field dais: did you mean days?"]),
        ("anything", Type("object"), []),
    ],
)
def test_a_field_at_fault_is_the_documents_or_the_calls(field, document, mistakes):
    compiling = context()
    with compiling.with_names(NAMES):
        check_field(compiling, {"field": field}, "#/x", document)
    assert told(compiling) == [f"#/x/field: {mistake}" for mistake in mistakes]


def test_nothing_is_blamed_where_a_call_may_bring_anything():
    compiling = context()
    with compiling.with_names({"input": Type("object")}):
        check_field(compiling, {"field": "whatever"}, "#/x", None)
    assert told(compiling) == []
