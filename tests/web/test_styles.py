"""Every style of OpenAPI 3.0, exploded or not: what is written by its table of examples is read back."""

from decimal import Decimal
from functools import cache
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.datastructures import Headers

from mockserver.compiling.operations import operation, routes
from mockserver.compiling.parameters import parameter
from mockserver.engine.problems import Problem
from mockserver.web.query import parse_query
from mockserver.web.request import check_headers, parameter_value, path_values
from tests.compiling.small import context, mistakes, node, plan, told

LETTERS = "aZ09é ,;=&+%|~/?"
VALUES = {
    "string": st.text(LETTERS, min_size=1, max_size=4),
    "integer": st.integers(-(10**9), 10**9),
    "number": st.decimals(-1000, 1000, places=2),
    "boolean": st.booleans(),
}
STYLES = [
    *(("query", style) for style in ("form", "spaceDelimited", "pipeDelimited")),
    *(("path", style) for style in ("simple", "label", "matrix")),
    ("header", "simple"),
    ("cookie", "form"),
]
SEPARATED = {"spaceDelimited": "%20", "pipeDelimited": "|"}
UNWRITABLE = {"spaceDelimited": " ", "pipeDelimited": "|"}
"""What an entry cannot have, because it separates entries even where it is escaped."""


def text(value, location):
    plainly = str(value).lower() if isinstance(value, bool) else str(value)
    return plainly if location == "header" else quote(plainly, safe="")


def list_written(style, explode, texts):
    """A list named `tags`, as the table of OpenAPI 3.0 (Style Examples) writes it."""
    if style == "label":
        return ["." + ".".join(texts)]
    if style == "matrix":
        return ["".join(f";tags={each}" for each in texts) if explode else ";tags=" + ",".join(texts)]
    if style == "simple" or not explode:
        return [SEPARATED.get(style, ",").join(texts)]
    return texts


def object_written(style, explode, members):
    """An object named `tags`, as that table writes it."""
    begin = {"label": ".", "matrix": ";" if explode else ";tags="}.get(style, "")
    if explode:
        joint = {"label": ".", "matrix": ";", "simple": ","}.get(style, "&")
        return [begin + joint.join(f"{name}={value}" for name, value in members.items())]
    joint = {"label": "."}.get(style, SEPARATED.get(style, ","))
    return [begin + joint.join(part for pair in members.items() for part in pair)]


@cache
def declared(location, style, explode, schema):
    compiling = context()
    required = location == "path"
    compiled = parameter(
        compiling,
        {"name": "tags", "in": location, "style": style, "explode": explode, "required": required, "schema": node(schema)},
        {},
    )
    assert told(compiling) == []
    return compiled


def writable(values, location, style):
    texts = [str(value) for value in values]
    if location == "header":
        return not any(set("é,=") & set(each) or each != each.strip() for each in texts)
    return not any(UNWRITABLE.get(style, "\0") in each for each in texts)


@pytest.mark.parametrize("explode", [False, True])
@pytest.mark.parametrize(("location", "style"), STYLES)
@pytest.mark.parametrize("kind", VALUES)
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_a_list_is_read_as_it_is_written(location, style, explode, kind, data):
    if style == "label" and kind == "number":
        return
    entries = data.draw(st.lists(VALUES[kind], min_size=1, max_size=4).filter(lambda each: writable(each, location, style)))
    compiled = declared(location, style, explode, f"{{type: array, items: {{type: {kind}}}}}")
    assert parameter_value(compiled, list_written(style, explode, [text(each, location) for each in entries])) == entries


@pytest.mark.parametrize("explode", [False, True])
@pytest.mark.parametrize(("location", "style"), STYLES)
@settings(max_examples=20, deadline=None)
@given(word=VALUES["string"], number=VALUES["integer"], truth=st.booleans())
def test_an_object_is_read_as_it_is_written(location, style, explode, word, number, truth):
    if not writable([word], location, style) or (explode and style in SEPARATED):
        return
    schema = "{type: object, properties: {x: {type: string}, y: {type: integer}, z: {type: boolean}}}"
    members = {"x": word, "y": number, "z": truth}
    written = object_written(style, explode, {name: text(value, location) for name, value in members.items()})
    assert parameter_value(declared(location, style, explode, schema), written) == members


@pytest.mark.parametrize(
    ("location", "style", "explode", "written"),
    [
        ("query", "form", True, [""]),
        ("query", "form", False, [""]),
        ("query", "pipeDelimited", False, [""]),
        ("path", "label", False, ["."]),
        ("path", "matrix", True, [";tags"]),
        ("path", "matrix", False, [";tags="]),
        ("header", "simple", False, [""]),
    ],
)
def test_a_list_may_be_empty(location, style, explode, written):
    assert parameter_value(declared(location, style, explode, "{type: array, items: {type: string}}"), written) == []


@pytest.mark.parametrize(
    ("style", "written", "value"),
    [("label", ".5", 5), ("matrix", ";tags=5", 5), ("simple", "5", 5)],
)
def test_a_scalar_of_a_path_has_a_style_too(style, written, value):
    assert parameter_value(declared("path", style, False, "{type: integer}"), [written]) == value


@pytest.mark.parametrize(
    ("schema", "texts", "value"),
    [
        ("{type: array, items: {type: integer}}", ["1,2"], [1, 2]),
        ("{type: array, items: {type: integer}}", ["1%2C2"], [1, 2]),
        ("{type: array, items: {type: string, enum: [a, b]}}", ["a,b"], ["a", "b"]),
        ("{type: array, items: {type: string}}", ["a,b"], ["a,b"]),
        ("{type: array, items: {type: number}}", ["1.5"], [Decimal("1.5")]),
        ("{type: string, format: date-time}", ["2024-01-15T18:30:00+08:00"], "2024-01-15T18:30:00+08:00"),
        ("{type: string, format: email}", ["a+b@x.com"], "a+b@x.com"),
        ("{type: string}", ["a+b"], "a b"),
    ],
)
def test_what_cannot_be_is_read_as_what_it_must_have_been(schema, texts, value):
    assert parameter_value(declared("query", "form", True, schema), texts) == value


SEARCH = """
paths:
  /books/{bookId}/near/{spot}:
    get:
      operationId: near
      parameters:
        - {name: bookId, in: path, required: true, schema: {type: string}}
        - {name: spot, in: path, required: true, style: matrix, explode: true,
           schema: {type: object, properties: {x: {type: integer}, y: {type: integer}}}}
        - {name: tags, in: query, schema: {type: array, items: {type: string}}}
        - {name: ids, in: query, explode: false, schema: {type: array, maxItems: 2, items: {type: integer}}}
        - {name: page, in: query, schema: {type: object, properties: {from: {type: integer}, to: {type: integer}}}}
        - {name: where, in: query, content: {application/json: {schema: {type: object, required: [a]}}}}
        - {name: X-Ids, in: header, schema: {type: array, items: {type: integer}}}
        - {name: seen, in: cookie, schema: {type: array, items: {type: integer}}}
      x-action: {reply: {tags: '{{ query.tags }}', x: '{{ path.spot.x }}'}}
      responses: {'200': {description: x, content: {application/json: {schema: {type: object, properties: {
        tags: {type: array, items: {type: string}}, x: {type: integer}}}}}}}
"""


@pytest.fixture(scope="module")
def near():
    return plan(SEARCH).operations["near"]


@pytest.mark.parametrize(
    ("query", "values"),
    [
        ("tags=a&tags=b", {"tags": ["a", "b"]}),
        ("ids=1,2", {"ids": [1, 2]}),
        ("from=1&to=2", {"page": {"from": 1, "to": 2}}),
        ("to=2", {"page": {"to": 2}}),
        ("where=%7B%22a%22%3A1%7D", {"where": {"a": 1}}),
    ],
)
def test_a_query_is_read_by_the_styles_of_its_parameters(near, query, values):
    assert parse_query(near, query.encode()).parameters == values


@pytest.mark.parametrize(
    ("query", "field", "reason"),
    [
        ("ids=1&ids=2", "ids", "is given more than once; for several values write ids=one,another"),
        ("ids=1,x", "ids", "must be a whole number"),
        ("ids=1,2,3", "ids", "must have at most 2 elements"),
        ("tags[]=a", "tags[]", "is not one that this operation knows; for several values write tags=one&tags=another"),
        ("from=x", "page", "must be a whole number"),
        ("where={", "where", "must be JSON"),
        ("where={}", "where.a", "is required"),
    ],
)
def test_what_does_not_fit_its_style_is_refused_by_name(near, query, field, reason):
    with pytest.raises(Problem) as refused:
        parse_query(near, query.encode())
    assert refused.value.facts["field"] == field
    assert reason in refused.value.facts["reason"]


def test_headers_and_cookies_hold_lists(near):
    check_headers(near, Headers(raw=[(b"x-ids", b"1, 2"), (b"x-ids", b"3"), (b"cookie", b"a=x; seen=1&seen=2; seen=3")]))
    for name, value in (("x-ids", "1, b"), ("cookie", "seen=1; seen=b")):
        with pytest.raises(Problem) as refused:
            check_headers(near, Headers({name: value}))
        assert refused.value.facts["reason"] == "must be a whole number"


def test_a_path_is_read_before_its_escapes_are(near):
    segments = {"bookId": "b1", "spot": ";x=1;y=2"}
    assert path_values(near, segments, b"/v1/books/b1/near/;x=1;y=2")["spot"] == {"x": 1, "y": 2}
    with pytest.raises(Problem):
        path_values(near, segments, b"/v1/books/b1/near/;x=1%3By=2")


@pytest.mark.parametrize(
    ("parameter_node", "mistake"),
    [
        (
            "{schema: {type: array, items: {type: array, items: {type: string}}}}",
            "p holds lists or objects, which no style writes within a list: use content: application/json",
        ),
        (
            "{style: spaceDelimited, explode: true, schema: {type: object, properties: {x: {type: string}}}}",
            "p is spaceDelimited and exploded, which OpenAPI writes no object as: use form, or explode: false",
        ),
        (
            "{style: pipeDelimited, schema: {type: string}}",
            "p is pipeDelimited, a style of lists only: use form",
        ),
        (
            "{schema: {type: object, additionalProperties: {type: string}}}",
            "p declares no properties, so that nothing tells its members from other parameters of query",
        ),
        (
            "{content: {text/plain: {schema: {type: string}}}}",
            "p is text/plain: a parameter with content is application/json",
        ),
        ("{schema: {type: object, properties: {q: {type: string}}}}", "q is already the name of a parameter"),
    ],
)
def test_what_openapi_does_not_say_how_to_write_is_refused_by_name(parameter_node, mistake):
    laid = node(parameter_node) | {"name": "p", "in": "query"}
    taken = {"name": "q", "in": "query", "schema": {"type": "string"}}
    compiling = context()
    compiling.document.root["paths"]["/books/{bookId}"]["get"]["parameters"] += [laid, taken]
    for route in routes(compiling):
        operation(compiling, route, {}, {})
    assert [each for each in told(compiling) if each.endswith(mistake)]


def test_a_label_of_numbers_is_refused_by_name():
    more = """
paths:
  /books/{bookId}/{sizes}:
    get:
      operationId: sized
      parameters:
        - {name: bookId, in: path, required: true, schema: {type: string}}
        - {name: sizes, in: path, required: true, style: label, schema: {type: array, items: {type: number}}}
      x-action: {reply: {}}
      responses: {'200': {description: x, content: {application/json: {schema: {type: object}}}}}
"""
    assert [each for each in mistakes(more) if "separates by points, and numbers have points too" in each]


def test_an_object_of_a_call_without_documents_may_be_deep():
    more = """
paths:
  /near:
    get:
      operationId: near
      parameters: [{name: spot, in: query, style: deepObject, schema: {type: object, properties: {x: {type: integer}}}}]
      x-action: {reply: {x: '{{ query.spot.x }}'}}
      responses: {'200': {description: x, content: {application/json: {schema: {type: object}}}}}
"""
    operation = plan(more).operations["near"]
    assert parse_query(operation, b"spot[x]=1&spot%5By%5D=a%26b").parameters == {"spot": {"x": 1, "y": "a&b"}}
