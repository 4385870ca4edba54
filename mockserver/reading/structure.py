"""The objects of OpenAPI 3.0: which members each has, of what form, so that a misspelt or misplaced one is found.

A form is written `text` (of a scalar) or `schema` (of an object); `[…]` is a list, `{…}` a map of names, `|` a choice,
and `!` says that the member is required. What a contract says beyond OpenAPI (`x-…`) is read elsewhere.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import NamedTuple

import jsonschema_rs

from mockserver.json import Json
from mockserver.reading.document import Document, pointer
from mockserver.reading.errors import Mistakes, suggestion

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

_PARAMETER = """
    description:text required:flag deprecated:flag allowEmptyValue:flag style:text explode:flag allowReserved:flag
    schema:schema example:any examples:{example} content:{mediaType}"""


def _table(**objects: str) -> Mapping[str, Mapping[str, str]]:
    return {kind: dict(member.split(":") for member in members.split()) for kind, members in objects.items()}


OBJECTS = _table(
    document="""
        openapi:text! info:info! servers:[server] paths:paths! components:components security:[requirement]
        tags:[tag] externalDocs:externalDocs""",
    info="title:text! version:text! description:text termsOfService:text contact:contact license:license",
    contact="name:text url:text email:text",
    license="name:text! url:text",
    server="url:text! description:text variables:{serverVariable}",
    serverVariable="default:text! enum:[text] description:text",
    tag="name:text! description:text externalDocs:externalDocs",
    externalDocs="url:text! description:text",
    components="""
        schemas:{schema} responses:{response} parameters:{parameter} examples:{example} requestBodies:{requestBody}
        headers:{header} securitySchemes:{securityScheme} links:{link} callbacks:{callback}""",
    pathItem="summary:text description:text servers:[server] parameters:[parameter] "
    + " ".join(f"{method}:operation" for method in METHODS),
    operation="""
        tags:[text] summary:text description:text externalDocs:externalDocs operationId:text parameters:[parameter]
        requestBody:requestBody responses:responses! callbacks:{callback} deprecated:flag security:[requirement]
        servers:[server]""",
    parameter="name:text! in:text!" + _PARAMETER,
    header=_PARAMETER,
    requestBody="content:{mediaType}! description:text required:flag",
    mediaType="schema:schema example:any examples:{example} encoding:{encoding}",
    encoding="contentType:text headers:{header} style:text explode:flag allowReserved:flag",
    response="description:text! headers:{header} content:{mediaType} links:{link}",
    example="summary:text description:text value:any externalValue:text",
    link="operationRef:text operationId:text parameters:{any} requestBody:any description:text server:server",
    schema="""
        title:text description:text type:text format:text enum:[any] default:any example:any nullable:flag
        readOnly:flag writeOnly:flag deprecated:flag multipleOf:number maximum:number minimum:number
        exclusiveMaximum:flag exclusiveMinimum:flag pattern:pattern maxLength:size minLength:size maxItems:size
        minItems:size maxProperties:size minProperties:size uniqueItems:flag required:[text] properties:{schema}
        items:schema additionalProperties:flag|schema allOf:[schema] oneOf:[schema] anyOf:[schema] not:schema
        discriminator:discriminator xml:xml externalDocs:externalDocs""",
    discriminator="propertyName:text! mapping:{text}",
    xml="name:text namespace:text prefix:text attribute:flag wrapped:flag",
    securityScheme="""
        type:text! description:text name:text in:text scheme:text bearerFormat:text flows:flows
        openIdConnectUrl:text""",
    flows="implicit:flow password:flow clientCredentials:flow authorizationCode:flow",
    flow="authorizationUrl:text tokenUrl:text refreshUrl:text scopes:{text}!",
)
"""OpenAPI's objects, each with its members and their forms."""

MAPS: Mapping[str, tuple[str, str, str]] = {
    "paths": ("pathItem", r"/.*", "a path begins with /"),
    "responses": (
        "response",
        r"[1-5]([0-9]{2}|XX)|default",
        "a response has a status such as 200 or 4XX, or is the default",
    ),
    "callback": ("pathItem", r".*", ""),
    "requirement": ("[text]", r".*", ""),
}
"""Objects whose members have names of the contract's own: what each member is, what its name must be, and in words."""

CHOICES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("parameter", "in"): ("query", "header", "path", "cookie"),
    ("parameter", "style"): ("matrix", "label", "form", "simple", "spaceDelimited", "pipeDelimited", "deepObject"),
    ("header", "style"): ("simple",),
    ("encoding", "style"): ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    ("schema", "type"): ("string", "number", "integer", "boolean", "array", "object"),
    ("securityScheme", "type"): ("apiKey", "http", "oauth2", "openIdConnect"),
    ("securityScheme", "in"): ("query", "header", "cookie"),
}
"""The values that some members may have."""


@cache
def _is_pattern(value: str) -> bool:
    """Whether it is a regular expression to the validator that will use it."""
    try:
        jsonschema_rs.Draft202012Validator({"pattern": value})
    except jsonschema_rs.ValidationError:
        return False
    return True


SCALARS: Mapping[str, tuple[Callable[[Json], bool], str]] = {
    "text": (lambda value: isinstance(value, str), "a text"),
    "flag": (lambda value: isinstance(value, bool), "true or false"),
    "number": (lambda value: isinstance(value, int | Decimal) and not isinstance(value, bool), "a number"),
    "size": (lambda value: isinstance(value, int) and not isinstance(value, bool) and value >= 0, "a whole number from 0"),
    "pattern": (lambda value: isinstance(value, str) and _is_pattern(value), "a regular expression"),
    "any": (lambda value: True, "anything"),
}
"""How each scalar form is recognised, and what it is called."""


class Part(NamedTuple):
    """An object of the document: which of OpenAPI's it is, and where it stands."""

    kind: str
    node: dict[str, Json]
    at: str


@dataclass
class Structure:
    """Walks a document by the forms of its objects and notes what does not fit; `parts` holds every object on the way."""

    mistakes: Mistakes
    parts: list[Part] = field(default_factory=list)

    def read(self, node: Json, form: str, at: str) -> None:
        """Read what should have this form."""
        if "|" in form:
            form = next((choice for choice in form.split("|") if _has_form(node, choice)), form)
        if "|" in form or not _has_form(node, form):
            self.mistakes.add(at, f"must be {' or '.join(_words(choice) for choice in form.split('|'))}, not {_shown(node)}")
            return
        if form in SCALARS:
            return
        if "$ref" in node:
            self.read(node["$ref"], "text", f"{at}/$ref")
            return
        if form[0] == "[":
            for index, member in enumerate(node):
                self.read(member, form[1:-1], f"{at}/{index}")
        elif form[0] == "{":
            self._map(node, form[1:-1], at)
        else:
            self._object(node, form, at)

    def _map(self, node: dict[str, Json], form: str, at: str) -> None:
        for name, member in node.items():
            self.read(member, form, at + _step(name))

    def _object(self, node: dict[str, Json], kind: str, at: str) -> None:
        self.parts.append(Part(kind, node, at))
        if kind in MAPS:
            self._named(node, kind, at)
            return
        members = _forms(kind)
        for name, member in node.items():
            form = members.get(name)
            if form is not None:
                self.read(member, form, f"{at}/{name}")
            elif not name.startswith("x-"):
                self.mistakes.add(at + _step(name), f"{_article(kind)} has no {name}{suggestion(name, members)}")
        for name in _required(kind):
            if name not in node:
                self.mistakes.add(at, f"{_article(kind)} needs {name}")
        self._choices(node, kind, at)

    def _named(self, node: dict[str, Json], kind: str, at: str) -> None:
        form, pattern, words = MAPS[kind]
        for name, member in node.items():
            if name.startswith("x-"):
                continue
            if not re.fullmatch(pattern, name):
                self.mistakes.add(at + _step(name), f"{words}, not {name}")
            self.read(member, form, at + _step(name))

    def _choices(self, node: dict[str, Json], kind: str, at: str) -> None:
        for name in ("in", "style", "type"):
            choices = CHOICES.get((kind, name))
            if choices and isinstance(node.get(name), str) and node[name] not in choices:
                others = f": use {' or '.join(choices)}"
                self.mistakes.add(
                    f"{at}/{name}", f"there is no {name} {node[name]}{suggestion(node[name], choices, others)}"
                )


def _has_form(node: Json, form: str) -> bool:
    if form in SCALARS:
        return SCALARS[form][0](node)
    return isinstance(node, list if form[0] == "[" else dict)


def _words(form: str) -> str:
    if form in SCALARS:
        return SCALARS[form][1]
    return "a list" if form[0] == "[" else "an object"


def _shown(node: Json) -> str:
    if isinstance(node, bool) or node is None:
        return {True: "true", False: "false", None: "null"}[node]
    return "an object" if isinstance(node, dict) else "a list" if isinstance(node, list) else str(node)[:60]


@cache
def _forms(kind: str) -> dict[str, str]:
    return {name: form.rstrip("!") for name, form in OBJECTS[kind].items()}


@cache
def _required(kind: str) -> tuple[str, ...]:
    return tuple(name for name, form in OBJECTS[kind].items() if form.endswith("!"))


def _article(kind: str) -> str:
    """What an object of OpenAPI is called in a sentence."""
    words = re.sub(r"([A-Z])", lambda match: " " + match[1].lower(), kind)
    return f"{'an' if words[0] in 'aeio' else 'a'} {words}"


def _step(name: str) -> str:
    return pointer(name)[1:] if "/" in name or "~" in name else f"/{name}"


def check_structure(document: Document, mistakes: Mistakes) -> list[Part]:
    """Note every member that OpenAPI does not know, or that has another form; returns the objects of the document."""
    structure = Structure(mistakes)
    structure.read(document.root, "document", "#")
    for schema, at in embedded_schemas(document.root):
        structure.read(schema, "schema", at)
    return structure.parts


def embedded_schemas(root: dict[str, Json]) -> Iterator[tuple[Json, str]]:
    """The schemas that stand within keys beyond OpenAPI: payloads of events, frames of streams."""
    for name, event in _members(root, "x-events"):
        if isinstance(event, dict) and "payload" in event:
            yield event["payload"], pointer("x-events", name, "payload")
    for path, shared in _members(root, "paths"):
        for method in METHODS:
            operation = shared.get(method) if isinstance(shared, dict) else None
            stream = operation.get("x-stream") if isinstance(operation, dict) else None
            if isinstance(stream, dict):
                yield from _frames(stream, pointer("paths", path, method, "x-stream"))


def _frames(stream: dict[str, Json], at: str) -> Iterator[tuple[Json, str]]:
    for verb, frame in _members(stream, "receives"):
        if isinstance(frame, dict) and "schema" in frame:
            yield frame["schema"], f"{at}/receives/{verb}/schema"
    for name, schema in _members(stream, "sends"):
        yield schema, f"{at}/sends/{name}"


def _members(node: dict[str, Json], name: str) -> list[tuple[str, Json]]:
    members = node.get(name)
    return list(members.items()) if isinstance(members, dict) else []
