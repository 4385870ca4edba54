"""XML: the elements, attributes and texts that a schema's values are written as."""

import pytest

from mockserver.compiling.xml import Elements
from mockserver.plan.media import Child, Element
from tests.compiling.small import context, node, told


def root(schema: str):
    """The root element of a schema, the namespaces it declares, and the mistakes in it."""
    compiling = context()
    elements = Elements(compiling)
    return elements.root(node(schema), "#/x"), elements.namespaces, told(compiling)


PARTS = {
    "elements": ("properties: {a: {type: string}}", Element("r", children=(Child("a", Element("a", scalar=True)),))),
    "a name of its own": (
        "properties: {a: {type: string, xml: {name: b}}}",
        Element("r", children=(Child("a", Element("b", scalar=True)),)),
    ),
    "attributes": ("properties: {a: {type: string, xml: {name: b, attribute: true}}}", Element("r", {"a": "b"})),
    "a text": ("properties: {a: {type: number, xml: {x-nodeType: text}}}", Element("r", text="a")),
    "entries": (
        "properties: {a: {type: array, items: {type: string, xml: {name: b}}}}",
        Element("r", children=(Child("a", Element("b", scalar=True), True),)),
    ),
    "entries in a wrapper": (
        "properties: {a: {type: array, xml: {name: w, wrapped: true}, items: {type: string, xml: {name: b}}}}",
        Element("r", children=(Child("a", Element("b", scalar=True), True, "w"),)),
    ),
    "objects": (
        "properties: {a: {properties: {b: {xml: {attribute: true}}}}}",
        Element("r", children=(Child("a", Element("a", {"b": "b"})),)),
    ),
}


@pytest.mark.parametrize("name", PARTS)
def test_a_property_is_an_element_an_attribute_or_a_text(name):
    schema, element = PARTS[name]
    assert root("{xml: {name: r}, type: object, " + schema + "}") == (element, {}, [])


def test_namespaces_are_declared_at_the_root():
    schema = """
    xml: {name: r, namespace: 'urn:r'}
    properties: {a: {xml: {prefix: p, namespace: 'urn:p'}}, b: {xml: {prefix: p}}, lang: {xml: {prefix: xml, attribute: true}}}
    """
    element, namespaces, mistakes = root(schema)
    assert namespaces == {"": "urn:r", "p": "urn:p"}
    assert [child.element.name for child in element.children] == ["p:a", "p:b"]
    assert element.attributes == {"lang": "xml:lang"}
    assert mistakes == []


def test_a_schema_gives_the_root_its_name():
    assert root("{$ref: '#/components/schemas/Book'}")[0].name == "Book"


@pytest.mark.parametrize(
    ("schema", "mistake"),
    [
        ("{properties: {a: {}}}", "#/x: the root element needs a name: xml.name"),
        ("{xml: {name: r}, type: string}", "#/x: the root of an XML answer must be an object with properties"),
        ("{xml: {name: r}, properties: {a b: {}}}", "#/x/properties/a b/xml: a b is not a name of XML: give xml.name"),
        (
            "{xml: {name: r}, properties: {a: {xml: {prefix: p}}}}",
            "#/x/properties/a/xml: the prefix p has no namespace: give xml.namespace beside one of its uses",
        ),
        (
            "{xml: {name: r}, properties: {a: {xml: {namespace: 'urn:a'}}}}",
            "#/x/properties/a/xml: a namespace that is not the root's needs a prefix",
        ),
        (
            "{xml: {name: r}, properties: {a: {xml: {prefix: p, namespace: 'u:1'}}, b: {xml: {prefix: p, namespace: 'u:2'}}}}",
            "#/x/properties/b/xml: the prefix p stands for u:1 already",
        ),
        (
            "{xml: {name: r}, properties: {a: {type: object}}}",
            "#/x/properties/a: an object without properties cannot be written as XML",
        ),
        (
            "{xml: {name: r}, properties: {a: {oneOf: [{type: string}]}}}",
            "#/x/properties/a: oneOf cannot be written as XML: which element would it be?",
        ),
        (
            "{xml: {name: r}, properties: {a: {type: array, items: {type: array}}}}",
            "#/x/properties/a/items: a list of lists cannot be written as XML",
        ),
        (
            "{xml: {name: r}, properties: {a: {xml: {x-nodeType: text}}, b: {xml: {x-nodeType: text}}}}",
            "#/x: an element has one text, not 2: a and b",
        ),
        (
            "{xml: {name: r}, properties: {a: {xml: {x-nodeType: text}}, b: {}}}",
            "#/x: an element with text (a) cannot hold elements too: b",
        ),
        (
            "{xml: {name: r}, properties: {a: {type: array, items: {}, xml: {attribute: true}}}}",
            "#/x/properties/a: an attribute is written as text and cannot be an array",
        ),
        (
            "{xml: {name: r}, properties: {a: {xml: {name: n, attribute: true}}, b: {xml: {name: n, attribute: true}}}}",
            "#/x/properties/b/xml: the element has an attribute n already",
        ),
    ],
)
def test_what_cannot_be_written_as_xml(schema, mistake):
    assert root(schema)[2] == [mistake]


def test_an_element_cannot_contain_itself():
    compiling = context(
        "components: {schemas: {Part: {type: object, properties: {part: {$ref: '#/components/schemas/Part'}}}}}"
    )
    Elements(compiling).root({"$ref": "#/components/schemas/Part"}, "#/x")
    assert told(compiling) == ["#/components/schemas/Part: contains itself, which XML answers cannot"]
