"""The operations of a served OpenAPI document, with bodies and values for their requests from its examples and schemas."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

METHODS = ("get", "post", "put", "patch", "delete")
DEEPEST = 5
"""How far a sample descends into a schema; what lies deeper is left out."""
FORMATS = {"date": "2024-01-20", "date-time": "2024-01-20T08:00:00Z", "email": "a@b.example", "uri": "http://127.0.0.1:2/x"}
"""Texts of the formats; the address is one that nobody listens on, so that no request leaves this machine."""


@dataclass(frozen=True)
class Operation:
    """An operation with what its requests are made of, every reference at its first level resolved."""

    name: str
    method: str
    path: str
    """The template, with the path of the server before it."""
    parameters: list[dict[str, Any]] = field(default_factory=list)
    media: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What a request may carry, by content type."""
    accepts: list[str] = field(default_factory=list)
    """The content types of good answers."""

    @property
    def queries(self) -> list[dict[str, Any]]:
        """The parameters of the query."""
        return [parameter for parameter in self.parameters if parameter["in"] == "query"]


@dataclass(frozen=True)
class Document:
    """A served document and the path it is served under."""

    root: dict[str, Any]
    prefix: str

    def resolve(self, node: dict[str, Any]) -> dict[str, Any]:
        """The node itself, or what its reference names."""
        while "$ref" in node:
            target: Any = self.root
            for step in node["$ref"].removeprefix("#/").split("/"):
                target = target[step.replace("~1", "/").replace("~0", "~")]
            node = target
        return node

    def operations(self) -> list[Operation]:
        """Every operation, in the document's order."""
        return [
            self._operation(path, method, item)
            for path, item in self.root["paths"].items()
            for method in METHODS
            if method in item
        ]

    def _operation(self, path: str, method: str, item: dict[str, Any]) -> Operation:
        node = item[method]
        declared = [self.resolve(each) for each in [*item.get("parameters", []), *node.get("parameters", [])]]
        good = [self.resolve(node["responses"][status]) for status in node["responses"] if status.startswith("2")]
        return Operation(
            name=node.get("operationId", f"{method} {path}"),
            method=method.upper(),
            path=self.prefix + path,
            parameters=list({(each["in"], each["name"]): each for each in declared}.values()),
            media=self.resolve(node.get("requestBody", {})).get("content", {}),
            accepts=sorted({media for response in good for media in response.get("content", {})}),
        )

    def examples(self, node: dict[str, Any]) -> list[Any]:
        """The examples of a parameter or a media type, else the one of its schema."""
        several = [self.resolve(example).get("value") for example in node.get("examples", {}).values()]
        single = [node["example"]] if "example" in node else []
        schema = self.flatten(node.get("schema", {}))
        return several or single or [schema[key] for key in ("example", "default") if key in schema][:1]

    def flatten(self, schema: dict[str, Any]) -> dict[str, Any]:
        """A schema with its allOf joined into it, and the first branch of a choice taken."""
        schema = self.resolve(schema)
        parts = [*schema.get("allOf", []), *(schema.get("oneOf") or schema.get("anyOf") or [])[:1]]
        flat: dict[str, Any] = {"properties": {}, "required": []}
        for part in [*map(self.flatten, parts), schema]:
            flat["properties"] |= part.get("properties", {})
            flat["required"] += part.get("required", [])
            flat |= {key: value for key, value in part.items() if key not in ("properties", "required")}
        return flat

    def sample(self, schema: dict[str, Any], rng: random.Random, depth: int = 0) -> Any:
        """A value of a schema: often its example, else one made for its type."""
        flat = self.flatten(schema)
        if "example" in flat and rng.random() < 0.6:
            return flat["example"]
        kind = flat.get("type", "object" if flat["properties"] else "string")
        kind = kind[0] if isinstance(kind, list) else kind
        if kind == "object":
            return self._sample_object(flat, rng, depth)
        if kind == "array":
            count = 0 if depth > DEEPEST else rng.randint(flat.get("minItems", 1), 2)
            return [self.sample(flat.get("items", {}), rng, depth + 1) for _ in range(count)]
        return _sample_scalar(flat, kind, rng)

    def _sample_object(self, flat: dict[str, Any], rng: random.Random, depth: int) -> dict[str, Any]:
        return {
            name: self.sample(schema, rng, depth + 1)
            for name, schema in flat["properties"].items()
            if name in flat["required"] or (depth < DEEPEST and rng.random() < 0.5)
        }

    def vary(self, body: dict[str, Any], schema: dict[str, Any], rng: random.Random) -> dict[str, Any]:
        """The body with other values for those of its fields that have an enumeration."""
        fields = {name: self.flatten(declared) for name, declared in self.flatten(schema)["properties"].items()}
        chosen = {name: rng.choice(flat["enum"]) for name, flat in fields.items() if "enum" in flat}
        return {**body, **{name: value for name, value in chosen.items() if name in body or rng.random() < 0.5}}

    def spoil(self, body: dict[str, Any], schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """The body with one mistake each: a field is missing, unknown, null, of another type, or outside its enumeration."""
        flat = self.flatten(schema)
        for name in list(dict.fromkeys(flat["required"]))[:4]:
            yield {key: value for key, value in body.items() if key != name}
        yield {**body, "no_such_field": 1}
        for name, declared in list(flat["properties"].items())[:9]:
            kind = self.flatten(declared).get("type", "object")
            yield {**body, name: 7 if kind == "string" else "seven"}
        for name in list(flat["properties"])[:3]:
            yield {**body, name: None}
        for name, declared in flat["properties"].items():
            if "enum" in self.flatten(declared):
                yield {**body, name: "no_such_value"}


def _sample_scalar(flat: dict[str, Any], kind: str, rng: random.Random) -> Any:
    if "enum" in flat:
        return rng.choice(flat["enum"])
    if kind in ("integer", "number"):
        low = flat.get("minimum", 0)
        number = rng.randint(int(low), int(min(flat.get("maximum", low + 500), low + 500)))
        return number if kind == "integer" or rng.random() < 0.5 else number + rng.randint(0, 99) / 100
    if kind == "boolean":
        return rng.random() < 0.5
    text = "".join(rng.choices("abcdefgh ÄÖ漢&<'", k=rng.randint(1, 20)))
    return FORMATS.get(flat.get("format", ""), text)
