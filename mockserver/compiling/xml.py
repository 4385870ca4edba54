"""Compiles a schema into the XML element its values are written as, by OpenAPI's `xml` object."""

import re
from dataclasses import dataclass, field

from mockserver.compiling.context import CompileContext
from mockserver.json import Json
from mockserver.plan.media import Child, Element
from mockserver.reading.schema import Schema

NAME = re.compile(r"[^\W\d][\w.-]*")
"""A name without a prefix, as XML allows it."""
BUILT_IN = {"xml": "http://www.w3.org/XML/1998/namespace"}
CHOICES = ("oneOf", "anyOf", "not")


@dataclass
class Elements:
    """Compiles one schema; gathers the namespaces it names, to be declared at the root."""

    context: CompileContext
    namespaces: dict[str, str] = field(default_factory=dict)
    _prefixes: dict[str, str] = field(default_factory=dict)
    """The prefixes that are used, each with where it is used first."""
    _open: list[str] = field(default_factory=list)
    """The references that are being followed."""

    def root(self, schema: Schema, at: str) -> Element | None:
        """The root element; None where there cannot be one."""
        node, xml = self._read(schema)
        name = xml.get("name") or str(schema.get("$ref", "")).rsplit("/", 1)[-1]
        if not name:
            self._note(at, "the root element needs a name: xml.name")
        if "properties" not in node:
            self._note(at, "the root of an XML answer must be an object with properties")
            return None
        if "namespace" in xml and "prefix" not in xml:
            self.namespaces[""] = xml["namespace"]
        element = self._element(schema, self._name({**xml, "name": name}, "", at), at)
        for prefix, where in self._prefixes.items():
            if prefix not in self.namespaces:
                self._note(where, f"the prefix {prefix} has no namespace: give xml.namespace beside one of its uses")
        return element

    def _note(self, at: str, message: str) -> None:
        self.context.mistakes.add(at, message)

    def _read(self, schema: Schema) -> tuple[Schema, dict[str, Json]]:
        """A schema with its references followed, and what it says of its XML."""
        node = self.context.flat(schema)
        xml = node.get("xml")
        return node, xml if isinstance(xml, dict) else {}

    def _name(self, xml: dict[str, Json], otherwise: str, at: str) -> str:
        """The name of an element or attribute as it is written."""
        name, prefix, namespace = str(xml.get("name") or otherwise), xml.get("prefix"), xml.get("namespace")
        for part in (name, prefix):
            if part is not None and part != "" and not NAME.fullmatch(str(part)):
                self._note(f"{at}/xml", f"{part} is not a name of XML: give xml.name")
        if not prefix:
            if namespace is not None and self.namespaces.get("") != namespace:
                self._note(f"{at}/xml", "a namespace that is not the root's needs a prefix")
            return name
        declared = self.namespaces.setdefault(prefix, namespace) if namespace is not None else None
        if declared != namespace:
            self._note(f"{at}/xml", f"the prefix {prefix} stands for {declared} already")
        if prefix not in BUILT_IN:
            self._prefixes.setdefault(prefix, f"{at}/xml")
        return f"{prefix}:{name}"

    def _element(self, schema: Schema, name: str, at: str) -> Element:
        """An element of this name."""
        reference = schema.get("$ref")
        if not isinstance(reference, str):
            return self._inside(schema, name, at)
        if reference in self._open:
            self._note(reference, "contains itself, which XML answers cannot")
            return Element(name)
        self._open.append(reference)
        try:
            return self._inside(schema, name, reference)
        finally:
            self._open.pop()

    def _inside(self, schema: Schema, name: str, at: str) -> Element:
        node, _ = self._read(schema)
        for choice in CHOICES:
            if choice in node:
                self._note(at, f"{choice} cannot be written as XML: which element would it be?")
        if "properties" not in node:
            if node.get("type") == "object":
                self._note(at, "an object without properties cannot be written as XML")
            return Element(name, scalar=True)
        attributes, texts, children = self._parts(node, at)
        if len(texts) > 1:
            self._note(at, f"an element has one text, not {len(texts)}: {' and '.join(texts)}")
        if texts and children:
            self._note(at, f"an element with text ({texts[0]}) cannot hold elements too: {children[0].member}")
        return Element(name, attributes, texts[0] if texts else None, tuple(children))

    def _parts(self, node: Schema, at: str) -> tuple[dict[str, str], list[str], list[Child]]:
        """The attributes, texts and elements that the properties of an object are written as."""
        attributes: dict[str, str] = {}
        texts: list[str] = []
        children: list[Child] = []
        for member, part in node["properties"].items():
            here = f"{at}/properties/{member}"
            inner, xml = self._read(part)
            if xml.get("attribute"):
                self._scalar(inner, "an attribute", here)
                attributes[member] = self._attribute(xml, member, here, attributes)
            elif "x-nodeType" in xml:
                self._scalar(inner, "the text of an element", here)
                texts.append(member)
            else:
                children.append(self._child(part, member, here))
        return attributes, texts, children

    def _scalar(self, node: Schema, word: str, at: str) -> None:
        kind = node.get("type", "object" if "properties" in node else "string")
        if kind in ("object", "array") or any(choice in node for choice in CHOICES):
            self._note(at, f"{word} is written as text and cannot be {'an ' + kind if kind != 'string' else 'a choice'}")

    def _attribute(self, xml: dict[str, Json], member: str, at: str, others: dict[str, str]) -> str:
        if "x-nodeType" in xml:
            self._note(f"{at}/xml", "it is either an attribute or the text of its element")
        name = self._name(xml, member, at)
        if name in others.values():
            self._note(f"{at}/xml", f"the element has an attribute {name} already")
        return name

    def _child(self, schema: Schema, member: str, at: str) -> Child:
        node, xml = self._read(schema)
        if node.get("type") != "array":
            return Child(member, self._element(schema, self._name(xml, member, at), at))
        items, (inner, own) = node.get("items", {}), self._read(node.get("items", {}))
        if inner.get("type") == "array":
            self._note(f"{at}/items", "a list of lists cannot be written as XML")
        name = self._name(own or xml, member, f"{at}/items" if own else at)
        wrapper = self._name(xml, member, at) if xml.get("wrapped") else None
        return Child(member, self._element(items, name, f"{at}/items"), True, wrapper)
