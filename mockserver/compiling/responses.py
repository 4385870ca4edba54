"""Compiles success responses: the status, what is written and as what, and the headers the contract fills in."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from mockserver.compiling.context import CompileContext
from mockserver.compiling.pdf_layout import check_page
from mockserver.compiling.xml import Elements
from mockserver.json import Json
from mockserver.language.functions import CLOCK_FUNCTIONS
from mockserver.language.template import Fill
from mockserver.language.types import ANSWER
from mockserver.plan.media import JSON, Media, form
from mockserver.reading.document import pointer
from mockserver.reading.schema import Schema

Node = dict[str, Json]


@dataclass(frozen=True)
class Success:
    """The answer of an operation that succeeds, as it stands in the document."""

    status: int = 200
    schema: Schema | None = None
    media_type: str = JSON.type
    headers: Node = field(default_factory=dict)
    at: str = ""
    """Where the response stands."""
    file: bool = False
    """Whether it is a file, of whichever of its media types."""
    content: Node = field(default_factory=dict)
    """Its media types, those of other formats too."""

    @property
    def content_at(self) -> str:
        """Where its media type stands."""
        return self.at + pointer("content", self.media_type).removeprefix("#")


def success(context: CompileContext, node: Node, at: str) -> Success:
    """The success answer of an operation: that of its lowest status."""
    responses = node.get("responses", {})
    good = sorted(code for code in responses if str(code).startswith(("1", "2")))
    if not good:
        context.mistakes.add(f"{at}/responses", "there is no success answer")
        return Success()
    response_node = responses[good[0]]
    where = response_node.get("$ref", f"{at}/responses/{good[0]}")
    response: Node = context.document.resolve(response_node)
    content: Node = response.get("content", {})
    if _is_file(context, content, node.get("x-action", {})):
        return Success(int(good[0]), None, at=where, file=True)
    formats = node.get("x-action", {}).get("formats", {})
    own = {name: node for name, node in content.items() if name not in formats}
    if len(own) > 1:
        context.mistakes.add(f"{where}/content", f"an answer has one media type, not {' and '.join(own)}")
    media_type = next(iter(own), JSON.type)
    schema = own.get(media_type, {}).get("schema")
    return Success(int(good[0]), schema, media_type, response.get("headers", {}), where, content=content)


def _is_file(context: CompileContext, content: Node, action: Node) -> bool:
    """Whether bytes are answered that are kept somewhere: the reply names them, where that of a page describes it."""
    binary = any(context.flat(media_type.get("schema", {})).get("format") == "binary" for media_type in content.values())
    return binary and isinstance(action.get("reply"), str)


def media(context: CompileContext, answer: Success, action: Node, at: str) -> Media:
    """What an answer is written as; the operation's `x-action` stands at the pointer."""
    how = form(answer.media_type)
    schema = answer.schema or {}
    if how == "json":
        return Media(answer.media_type, how)
    if how == "xml":
        return _xml(context, answer.media_type, schema, f"{answer.content_at}/schema")
    if how == "csv":
        rows = context.flat(context.flat(schema).get("items", {}))
        return Media(answer.media_type, how, columns=tuple(rows.get("properties", ())))
    if how == "pdf":
        if "reply" not in action:
            context.mistakes.add(answer.content_at, "what is on the page? Describe it in x-action.reply")
        else:
            check_page(context, action["reply"], f"{at}/reply")
        return Media(answer.media_type, how)
    context.mistakes.add(
        answer.content_at, f"{answer.media_type} cannot be written: use JSON, XML, CSV or PDF, or reply with a file"
    )
    return JSON


def _xml(context: CompileContext, media_type: str, schema: Schema, at: str) -> Media:
    """How XML is written: by one root, or by the first of a choice of roots that fits the value."""
    node = context.flat(schema)
    if "oneOf" in node:
        parts = [_xml(context, media_type, part, f"{at}/oneOf/{index}") for index, part in enumerate(node["oneOf"])]
        return Media(media_type, "xml", choices=tuple(parts))
    elements = Elements(context)
    root = elements.root(schema, at)
    return Media(media_type, "xml", root, elements.namespaces, required=tuple(node.get("required", ())))


def formats(context: CompileContext, answer: Success, action: Node, at: str, method: str) -> Mapping[str, Media]:
    """What else an answer may be written as; the operation's `x-action` stands at the pointer."""
    compiled: dict[str, Media] = {}
    if "formats" in action and method != "GET":
        context.mistakes.add(f"{at}/formats", "only a GET is answered in other formats")
    for name, form_node in action.get("formats", {}).items():
        where = at + pointer("formats", name).removeprefix("#")
        context.mistakes.add_unless_known(name, answer.content, where, "media type in the response")
        other = replace(answer, media_type=name, schema=answer.content.get(name, {}).get("schema"))
        compiled[name] = media(context, other, {"reply": form_node}, where)
    return compiled


def headers(context: CompileContext, answer: Success) -> Mapping[str, Fill]:
    """The templates of the response's headers that have one."""
    filled: dict[str, Fill] = {}
    for name, response_node in answer.headers.items():
        at = response_node.get("$ref", answer.at + pointer("headers", name).removeprefix("#"))
        schema = context.flat(context.document.resolve(response_node).get("schema", {}))
        if "x-value" in schema:
            with context.with_names(ANSWER, functions=CLOCK_FUNCTIONS):
                filled[name] = context.template(schema["x-value"], f"{at}/schema/x-value")
    return filled
