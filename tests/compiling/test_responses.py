"""Success responses: the status, the media type, and the headers that are filled in."""

import pytest

from mockserver.compiling.responses import Success, headers, media, success
from mockserver.language.scope import Scope
from tests.compiling.small import context, node, told

JSON = "content: {application/json: {schema: {type: object}}}"


@pytest.mark.parametrize(
    ("responses", "status", "media_type"),
    [
        (
            "{'404': {description: x}, '201': {description: x, " + JSON + "}, '202': {description: x}}",
            201,
            "application/json",
        ),
        ("{'101': {description: x}, '200': {description: x}}", 101, "application/json"),
        ("{'200': {description: x, content: {text/csv: {schema: {}}}}}", 200, "text/csv"),
    ],
)
def test_the_lowest_status_of_success_is_answered(responses, status, media_type):
    answer = success(context(), {"responses": node(responses)}, "#/x")
    assert (answer.status, answer.media_type, answer.at) == (status, media_type, f"#/x/responses/{status}")


@pytest.mark.parametrize(
    ("responses", "mistake"),
    [
        ("{'404': {description: x}}", "#/x/responses: there is no success answer"),
        (
            "{'200': {content: {text/csv: {}, application/json: {}}}}",
            "#/x/responses/200/content: an answer has one media type, not text/csv and application/json",
        ),
    ],
)
def test_there_is_one_answer(responses, mistake):
    compiling = context()
    success(compiling, {"responses": node(responses)}, "#/x")
    assert told(compiling) == [mistake]


@pytest.mark.parametrize(("reply", "file"), [("{{ image }}", True), ({"title": "Page"}, False)])
def test_bytes_are_a_file_where_the_reply_names_one(reply, file):
    responses = node("{'200': {content: {application/pdf: {schema: {type: string, format: binary}}}}}")
    answer = success(context(), {"responses": responses, "x-action": {"reply": reply}}, "#/x")
    assert (answer.file, answer.schema is None) == (file, file)


@pytest.mark.parametrize(
    ("media_type", "schema", "form", "columns"),
    [
        ("application/json", {}, "json", ()),
        ("application/problem+json", {}, "json", ()),
        ("text/csv", {"items": {"properties": {"b": {}, "a": {}}}}, "csv", ("b", "a")),
        ("application/pdf", {}, "pdf", ()),
    ],
)
def test_a_media_type_says_how_an_answer_is_written(media_type, schema, form, columns):
    compiling = context()
    compiled = media(compiling, Success(200, schema, media_type, at="#/x"), {"reply": {"blocks": []}}, "#/y")
    assert (compiled.type, compiled.form, compiled.columns) == (media_type, form, columns)
    assert told(compiling) == []


def test_xml_has_a_root_element():
    schema = node("{type: object, xml: {name: book}, properties: {title: {type: string}}}")
    compiled = media(context(), Success(200, schema, "application/xml", at="#/x"), {}, "#/y")
    assert (compiled.form, compiled.root.name, [child.member for child in compiled.root.children]) == (
        "xml",
        "book",
        ["title"],
    )


@pytest.mark.parametrize(
    ("media_type", "mistake"),
    [
        ("application/pdf", "#/x/content/application~1pdf: what is on the page? Describe it in x-action.reply"),
        ("image/png", "#/x/content/image~1png: image/png cannot be written: use JSON, XML, CSV or PDF"),
    ],
)
def test_what_cannot_be_written(media_type, mistake):
    compiling = context()
    media(compiling, Success(200, {}, media_type, at="#/x"), {}, "#/y")
    assert [line.startswith(mistake) for line in told(compiling)] == [True]


def test_headers_with_a_value_are_filled_in():
    nodes = node("{X-Title: {schema: {type: string, x-value: '{{ result.title }}'}}, X-Other: {schema: {type: string}}}")
    filled = headers(context(), Success(headers=nodes, at="#/x"))
    assert {name: fill(Scope({"result": {"title": "Emma"}})) for name, fill in filled.items()} == {"X-Title": "Emma"}
    compiling = context()
    headers(compiling, Success(headers=node("{X: {schema: {x-value: '{{ reslt }}'}}}"), at="#/x"))
    assert told(compiling) == ["#/x/headers/X/schema/x-value: there is no name reslt: did you mean result?"]
