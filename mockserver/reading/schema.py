"""OpenAPI 3.0 schemas: flattened for reading, compiled into validators that report every error."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, partial
from itertools import chain, islice
from typing import Any, Literal

import jsonschema_rs
import orjson

from mockserver.flaws import MOST_FLAWS, Flaw, path_text
from mockserver.json import Json, plain
from mockserver.reading.bounded import errors
from mockserver.reading.counts import UNKNOWN, counter
from mockserver.reading.document import Document
from mockserver.reading.messages import constraint, sentence

Schema = dict[str, Json]
Direction = Literal["request", "response"]

_KEPT = (
    *("type", "format", "pattern", "enum", "required"),
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "x-decimals"),
    *("minLength", "maxLength", "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties"),
)


class Decimals:
    """The keyword x-decimals: a number has at most so many decimal places."""

    def __init__(self, _parent: Schema, decimals: int, _path: list[str]) -> None:
        self.decimals = decimals

    def validate(self, instance: Json) -> None:
        """Raise ValueError when the number is finer."""
        if isinstance(instance, Decimal) and instance % Decimal(1).scaleb(-self.decimals):
            raise ValueError(f"must have at most {self.decimals} decimal places")


def is_date(text: str) -> bool:
    """Whether a text is a date of the calendar, years 1 to 9999.

    >>> is_date("2024-02-29"), is_date("0000-01-01"), is_date("20240229")
    (True, False, False)
    """
    try:
        return len(text) == len("2024-02-29") and date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def flat(document: Document, schema: Schema) -> Schema:
    """A schema with its reference followed and its allOf laid together, properties in the order written."""
    if "$ref" not in schema and "allOf" not in schema:
        return schema
    resolved: Schema = document.resolve(schema)
    if "allOf" not in resolved:
        return resolved
    merged: Schema = {"properties": {}, "required": []}
    for part in [*resolved["allOf"], {key: value for key, value in resolved.items() if key != "allOf"}]:
        piece = flat(document, part)
        merged["properties"].update(piece.get("properties", {}))
        merged["required"] += [name for name in piece.get("required", []) if name not in merged["required"]]
        merged.update({key: value for key, value in piece.items() if key not in ("properties", "required")})
    return {key: value for key, value in merged.items() if value or key not in ("properties", "required")}


@dataclass
class _Converter:
    """Turns OpenAPI 3.0 schemas into JSON Schema 2020-12 for one direction."""

    document: Document
    direction: Direction
    definitions: dict[str, Schema]

    def convert(self, schema: Schema) -> Schema:
        reference = schema.get("$ref")
        if isinstance(reference, str):
            name = reference.rsplit("/", 1)[-1]
            if name not in self.definitions:
                self.definitions[name] = {}
                self.definitions[name] = self._convert(schema)
            return {"$ref": f"#/$defs/{name}"}
        return self._convert(schema)

    def _convert(self, schema: Schema) -> Schema:
        flattened = flat(self.document, schema)
        if flattened.get("format") == "binary" and self.direction == "request":
            return {"type": "object"}
        result = with_own_bounds({key: flattened[key] for key in _KEPT if key in flattened})
        for key in ("anyOf", "oneOf"):
            if key in flattened:
                result[key] = [self.convert(part) for part in flattened[key]]
        if "not" in flattened:
            result["not"] = self.convert(flattened["not"])
        if "items" in flattened:
            result["items"] = self.convert(flattened["items"])
        self._properties(flattened, result)
        return with_null(result) if flattened.get("nullable") else result

    def _properties(self, flattened: Schema, result: Schema) -> None:
        unseen = {"request": "readOnly", "response": "writeOnly"}[self.direction]
        shown = {
            name: part for name, part in flattened.get("properties", {}).items() if not flat(self.document, part).get(unseen)
        }
        if shown:
            result["properties"] = {name: self.convert(part) for name, part in shown.items()}
        if "required" in result:
            hidden = flattened.get("properties", {}).keys() - shown.keys()
            result["required"] = [name for name in result["required"] if name not in hidden]
        extra = flattened.get("additionalProperties")
        if isinstance(extra, dict):
            result["additionalProperties"] = self.convert(extra)
        elif extra is False:
            result["additionalProperties"] = False


def with_own_bounds(schema: Schema) -> Schema:
    """A schema whose exclusive bounds are numbers, as in JSON Schema: OpenAPI 3.0 says by a yes or no that one is.

    >>> with_own_bounds({"minimum": 0, "exclusiveMinimum": True, "maximum": 9, "exclusiveMaximum": False})
    {'maximum': 9, 'exclusiveMinimum': 0}
    """
    result = dict(schema)
    for bound, limit in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if isinstance(result.get(bound), bool):
            strict = result.pop(bound)
            if strict and limit in result:
                result[bound] = result.pop(limit)
    return result


def with_null(schema: Schema) -> Schema:
    """A schema that takes null too, in the words of JSON Schema: OpenAPI 3.0 calls it `nullable`.

    >>> with_null({"type": "string", "enum": ["in", "out"]})
    {'type': ['string', 'null'], 'enum': ['in', 'out', None]}
    """
    if "type" not in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    choices = {"enum": [*schema["enum"], None]} if "enum" in schema and None not in schema["enum"] else {}
    return {**schema, "type": [schema["type"], "null"], **choices}


def json_schema(document: Document, schema: Schema, direction: Direction) -> Schema:
    """The JSON Schema 2020-12 of an OpenAPI schema, without what the direction does not carry."""
    definitions: dict[str, Schema] = {}
    converted = _Converter(document, direction, definitions).convert(schema)
    result: Schema = plain({**converted, "$defs": definitions} if definitions else converted)
    return result


Validate = Callable[[Json], list[Flaw]]


def validator(document: Document, schema: Schema, direction: Direction = "request") -> Validate:
    """What lists the flaws of a value against a schema: what is too many first, and `MOST_FLAWS` and one at most."""
    compiled = _compiled(orjson.dumps(json_schema(document, schema, direction)))
    return partial(_flaws, compiled, counter(document, schema, flat))


@cache
def _compiled(schema: bytes) -> Any:
    """The validator of a JSON Schema; hundreds of parameters have the same few schemas."""
    return jsonschema_rs.Draft202012Validator(
        orjson.loads(schema), validate_formats=True, keywords={"x-decimals": Decimals}, formats={"date": is_date}
    )


def _flaws(compiled: Any, counted: Callable[[Json], list[Flaw]], value: Json) -> list[Flaw]:
    if compiled.is_valid(value):
        return []
    first = counted(value)
    if any(flaw.keyword != UNKNOWN for flaw in first):
        return [flaw for flaw in first if flaw.keyword != UNKNOWN]
    found = (flaw for error, path in errors(compiled, value) for flaw in read(error, path) if flaw.keyword != UNKNOWN)
    flaws = list(islice(chain(first, found), MOST_FLAWS + 1))
    mistyped = {flaw.field for flaw in flaws if flaw.keyword == "type"}
    return [flaw for flaw in flaws if flaw.keyword != "enum" or flaw.field not in mistyped]


def read(error: Any, path: Sequence[str | int] | None = None) -> Iterator[Flaw]:
    """The flaws an error of jsonschema-rs stands for; a failed choice of one sort gives that sort's flaws.

    `path` is where it is, if that is not where the error says.
    """
    keyword, facts = error.kind.name, error.kind.as_dict()
    at = list(error.instance_path if path is None else path)
    branches = facts.get("context") or []
    fitting = [branch for branch in branches if not any(_wrong_sort(inner, error) for inner in branch)]
    if keyword in ("anyOf", "oneOf") and len(fitting) == 1:
        for inner in fitting[0]:
            yield from read(inner, [*at, *inner.instance_path[len(error.instance_path) :]])
        return
    if keyword == "required":
        at.append(facts["property"])
    value = None if keyword == "required" else error.instance
    said = sentence(keyword, {**facts, "path": error.instance_path})
    yield Flaw(path_text(at), keyword, said, value, constraint(keyword, facts))


def _wrong_sort(inner: Any, error: Any) -> bool:
    """Whether a choice was meant for values of another sort than the one that was given."""
    return inner.kind.name in ("type", "enum") and inner.instance_path == error.instance_path
