"""Parameters, filters and bodies: what a request may carry, and what is taken from it."""

import pytest

from mockserver.compiling.parameters import body, filter_, is_filter, parameter, projection
from tests.compiling.small import context, node, plan, told


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{in: query, name: title, style: deepObject}", True),
        ("{in: query, name: cheap, x-filter: {rule: price < 10}}", True),
        ("{in: query, name: title}", False),
        ("{in: header, name: title, style: deepObject}", False),
    ],
)
def test_what_is_a_filter(text, expected):
    assert is_filter(node(text)) is expected


def test_a_parameter_has_the_type_and_default_of_its_schema():
    compiled = parameter(
        context(), node("{name: limit, in: query, required: true, schema: {type: integer, default: 10, maximum: 50}}"), {}
    )
    assert (compiled.name, compiled.location, compiled.type, compiled.required) == ("limit", "query", "integer", True)
    assert (compiled.default, compiled.kind) == (10, "parameter")
    assert [flaw.keyword for flaw in compiled.validate(51)] == ["maximum"]


def test_a_parameter_may_have_a_kind_of_problem_of_its_own():
    compiled = parameter(context(), node("{name: X-Edition, in: header}"), {"X-Edition": "edition"})
    assert (compiled.kind, compiled.type) == ("edition", "string")


FILTERS = {
    "field": ("{name: title, schema: {type: string}}", ("title", "eq", "string", {})),
    "operators": (
        "{name: price, schema: {anyOf: [{type: number}, {type: object, properties: {gte: {type: number}}}]}}",
        ("price", "eq", "number", {"gte": "number"}),
    ),
    "no bare form": (
        "{name: price, schema: {type: object, properties: {eq: {type: number}, in: {type: string}}}}",
        ("price", None, "number", {"eq": "number", "in": "string"}),
    ),
    "another name": ("{name: since, x-filter: {field: price, operator: gte}}", ("price", "gte", "string", {})),
}


@pytest.mark.parametrize("name", FILTERS)
def test_a_filter_has_a_field_and_operators(name):
    text, expected = FILTERS[name]
    compiling = context()
    compiled = filter_(compiling, node(text), plan().resources["Book"], "#/x")
    operands = {operator: operand.type for operator, operand in compiled.operands.items()}
    assert (compiled.field, compiled.bare, compiled.member.type, operands) == expected
    assert told(compiling) == []


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("{name: titel, schema: {}}", "#/x/name: Book has no field titel to filter by: did you mean title?"),
        (
            "{name: a, x-filter: {field: pric}}",
            "#/x/x-filter/field: Book has no field pric to filter by: did you mean price?",
        ),
        ("{name: price, x-filter: {operator: gtee}}", "#/x: there is no operator gtee: did you mean gte?"),
        ("{name: cheap, x-filter: {rule: pric < 1}}", "#/x/x-filter/rule: there is no name pric: did you mean price?"),
        ("{name: state, schema: {type: string, enum: [ot]}}", "#/x/schema: it is never ot: did you mean out?"),
    ],
)
def test_a_filter_asks_for_what_there_is(text, mistake):
    compiling = context()
    filter_(compiling, node(text), plan().resources["Book"], "#/x")
    assert told(compiling) == [mistake]


def test_a_filter_by_rule_needs_no_field():
    compiled = filter_(context(), node("{name: cheap, x-filter: {rule: price < 10}}"), plan().resources["Book"], "#/x")
    assert compiled.rule is not None


PROJECTIONS = {
    "unknown members": ("{properties: {a: {}}}", {"a": 1, "b": 2}, {"a": 1}),
    "what is read only": ("{properties: {a: {}, b: {readOnly: true}}}", {"a": 1, "b": 2}, {"a": 1}),
    "inside": ("{properties: {a: {type: object, properties: {b: {}}}}}", {"a": {"b": 1, "c": 2}}, {"a": {"b": 1}}),
    "entries": ("{type: array, items: {properties: {a: {}}}}", [{"a": 1, "b": 2}], [{"a": 1}]),
    "free objects": ("{type: object}", {"a": 1}, {"a": 1}),
    "more is allowed": ("{properties: {a: {}}, additionalProperties: true}", {"b": 2}, {"b": 2}),
    "choices": ("{anyOf: [{properties: {a: {}}}, {properties: {b: {}}}]}", {"a": 1, "b": 2, "c": 3}, {"a": 1, "b": 2}),
    "another sort": ("{properties: {a: {}}}", "text", "text"),
}


@pytest.mark.parametrize("name", PROJECTIONS)
def test_of_a_body_only_what_is_declared_is_taken(name):
    text, value, kept = PROJECTIONS[name]
    assert projection(context(), node(text))(value) == kept


def test_a_body_has_media_types_and_flaws():
    compiled = body(
        context(),
        node(
            "{required: true, content: {application/json: {schema: {type: object, required: [a], properties: {a: {type: integer}}}}}}"
        ),
        "#/x",
    )
    assert (compiled.required, compiled.media_types, compiled.parts, compiled.files) == (True, ("application/json",), {}, {})
    assert [flaw.field for flaw in compiled.validate({})] == ["a"]
    assert body(context(), None, "#/x") is None


@pytest.mark.parametrize(
    ("content", "mistake"),
    [
        (
            "{multipart/form-data: {}, application/json: {}}",
            "#/x/content: a body is either multipart/form-data or something else, not both",
        ),
        (
            "{application/json: {schema: {properties: {a: {type: string, format: binary}}}}}",
            "#/x/content: a file needs a body of multipart/form-data",
        ),
    ],
)
def test_a_file_needs_a_form(content, mistake):
    compiling = context()
    body(compiling, node("{content: " + content + "}"), "#/x")
    assert told(compiling) == [mistake]
