"""What compiling has at hand: names in sight, and mistakes with their places."""

import pytest

from mockserver.language.functions import NO_FUNCTIONS, STORE_FUNCTIONS
from mockserver.language.scope import Scope
from mockserver.language.types import NUMBER, TEXT
from tests.compiling.small import context, node, told


def test_names_are_in_sight_for_a_while():
    compiling = context()
    with compiling.with_names({"a": TEXT}, {"b": NUMBER}, NO_FUNCTIONS):
        assert (compiling.names, compiling.functions) == ({"a": TEXT, "b": NUMBER}, NO_FUNCTIONS)
        with compiling.with_names(None):
            assert (compiling.names, compiling.functions) == (None, NO_FUNCTIONS)
        assert compiling.names == {"a": TEXT, "b": NUMBER}
    assert (compiling.names, compiling.functions) == (None, STORE_FUNCTIONS)


def test_names_are_out_of_sight_after_an_error():
    compiling = context()
    with pytest.raises(KeyError), compiling.with_names({"a": TEXT}):
        raise KeyError
    assert compiling.names is None


@pytest.mark.parametrize(
    ("source", "mistakes"),
    [
        ("title", []),
        ("titel", ["#/x: there is no name titel: did you mean title?"]),
        ("title +", ["#/x: "]),
        ("nwo()", ["#/x: "]),
    ],
)
def test_an_expression_that_cannot_be_understood_is_noted(source, mistakes):
    compiling = context()
    with compiling.with_names({"title": TEXT}):
        compiling.expression(source, "#/x")
    assert [line.startswith(start) for line, start in zip(told(compiling), mistakes, strict=True)] == [True] * len(mistakes)


def test_what_cannot_be_understood_is_null():
    compiling = context()
    assert compiling.expression("title +", "#/w").evaluate(Scope({})) is None
    assert compiling.template("{{ title + }}", "#/x")(Scope({})) is None
    assert compiling.lets({"let": {"a": "{{ title + }}"}}, "#/x") is None
    assert [line.partition(":")[0] for line in told(compiling)] == ["#/w", "#/x", "#/x/let/a"]


@pytest.mark.parametrize("method", ["expression_if_any", "template_if_any"])
def test_what_is_not_said_is_none(method):
    compiling = context()
    assert getattr(compiling, method)({}, "when", "#/x") is None
    assert getattr(compiling, method)({"when": "1"}, "when", "#/x") is not None


def test_each_name_of_a_let_sees_those_before_it():
    compiling = context()
    with compiling.with_names({"price": NUMBER}):
        let = compiling.lets(node("{let: {a: '{{ price * 2 }}', b: '{{ a + 1 }}'}}"), "#/x")
        assert (compiling.names["b"].kind, told(compiling)) == ("number", [])
    assert let(Scope({"price": 3}))["b"] == 7
    assert context().lets({}, "#/x") is None


@pytest.mark.parametrize(
    ("template", "kind"),
    [
        ("'{{ price * 2 }}'", "number"),
        ("'{{ title }} and more'", "text"),
        ("[1]", "list"),
        ("{a: 1}", "object"),
        ("'{{ ( }}'", "any"),
    ],
)
def test_a_template_gives_a_type(template, kind):
    compiling = context()
    with compiling.with_names({"price": NUMBER, "title": TEXT}):
        assert compiling.template_type(node(template)).kind == kind
    assert (compiling.template_type(node(template)).kind, told(compiling)) == ("any", [])


def test_an_expression_about_a_document_sees_its_fields_and_the_call():
    compiling = context("x-sandbox: {settings: {fee: {type: number, default: 1}}, let: {desk: '{{ settings.fee }}'}}")
    names = compiling.document_names("Book")
    assert {"title", "old", "transition", "caller", "desk"} <= names.keys()
    assert names["desk"] == NUMBER
    assert "title" not in compiling.call_names


def test_the_transitions_of_a_resource():
    lifecycle = "{lifecycle: {field: state, initial: in, transitions: {lend: {from: [in], to: out}}}}"
    compiling = context("components: {schemas: {Book: {x-resource: " + lifecycle + "}}}")
    assert (compiling.transitions("Book"), compiling.transitions("Bok")) == (("lend",), ())
    assert compiling.document_names("Book")["transition"].choices == ("lend",)
