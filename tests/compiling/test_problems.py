"""Problems: the kinds, codes and statuses of what is refused."""

import pytest

from mockserver.compiling.problems import KINDS, errors, parameter_kinds
from mockserver.language.scope import Scope
from tests.compiling.small import context, told


def test_each_kind_has_a_status_a_code_and_words_where_a_contract_says_nothing():
    kinds = errors(context()).kinds
    assert {name: (kind.status, kind.code) for name, kind in kinds.items()} == {
        name: (status, code) for name, (status, code, _) in KINDS.items()
    }
    assert kinds["not_found"].message(Scope({"resource": "Book", "id": "b"})) == "There is no Book b"


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("no_key", 401, "UNAUTHORIZED"),
        ("scope", 403, "FORBIDDEN"),
        ("not_found", 404, "NOT_FOUND"),
        ("method", 405, "METHOD_NOT_ALLOWED"),
        ("validation", 422, "VALIDATION"),
        ("rate_limit", 429, "TOO_MANY_REQUESTS"),
        ("internal", 500, "INTERNAL"),
    ],
)
def test_statuses_are_those_of_http(name, status, code):
    assert KINDS[name][:2] == (status, code)


def test_a_contract_words_a_kind_itself(library_plan):
    kind = library_plan.errors.kinds["scope"]
    assert (kind.status, kind.code, kind.message(Scope({"required": "x"}))) == (403, "NOT_ALLOWED", "This needs x")
    assert kind.details(Scope({"required": "x"})) == {"needs": "x"}
    assert library_plan.errors.codes == {"BOOK_IS_OUT": 422, "TOO_MANY_LOANS": 409}
    assert library_plan.errors.details["x-decimals"] == "TOO_FINE"


def test_a_problem_is_rendered_by_its_schema_or_as_it_is(library_plan):
    problem = {"code": "C", "message": "M", "details": []}
    assert library_plan.errors.reply(Scope({"problem": problem})) == {"trouble": problem}
    assert errors(context()).reply(Scope({"problem": problem})) == {"code": "C"}
    assert errors(context("x-sandbox: {errors: {schema: null}}")).reply(Scope({"problem": problem})) == problem


def kind(facts: str) -> str:
    """A contract that words a kind of problem so."""
    return "x-sandbox: {errors: {kinds: {" + facts + "}}}"


@pytest.mark.parametrize(
    ("more", "mistake"),
    [
        (
            kind("scop: {status: 403, code: X, message: M}"),
            "#/x-sandbox/errors/kinds/scop: there is no kind of problem scop: did you mean scope?",
        ),
        (
            kind("scope: {status: 403, code: X, message: '{{ requird }}'}"),
            "#/x-sandbox/errors/kinds/scope/message: there is no name requird: did you mean required?",
        ),
        (
            "x-sandbox: {errors: {schema: Truble}}",
            "#/x-sandbox/errors/schema: there is no schema Truble: did you mean Trouble?",
        ),
    ],
)
def test_what_is_worded_is_there(more, mistake):
    compiling = context(more)
    errors(compiling)
    assert told(compiling) == [mistake]


def test_a_parameter_may_give_a_kind_of_its_own():
    own = "x-sandbox: {errors: {kinds: {edition: {status: 400, code: E, message: M}}, parameters: {X-Edition: edition}}}"
    compiling = context(own)
    assert parameter_kinds(compiling) == {"X-Edition": "edition"}
    errors(compiling)
    assert told(compiling) == []
    compiling = context("x-sandbox: {errors: {parameters: {X-Edition: filtr}}}")
    parameter_kinds(compiling)
    assert told(compiling) == [
        "#/x-sandbox/errors/parameters/X-Edition: there is no kind of problem filtr: did you mean filter?"
    ]
