"""The JSON Schema with which an editor completes, explains and checks contracts."""

import json
import re
from pathlib import Path

import jsonschema_rs
import pytest
import yaml
from click.testing import CliRunner

from mockserver.cli import main
from mockserver.describing.json_schema import descriptions, json_schema, json_text
from mockserver.json import plain
from mockserver.reading.document import Loader
from mockserver.reading.structure import OBJECTS
from mockserver.reading.vocabulary import definitions, keys
from mockserver.settings import default_contract

ROOT = Path(__file__).parent.parent.parent
SCHEMA = ROOT / "spec" / "contract.schema.json"
SPEC = sorted((ROOT / "spec").glob("*.yaml"))
OTHERS = [ROOT / "tests" / "contracts" / "library.yaml", ROOT / "mockserver" / "control" / "control.yaml"]
VALIDATOR = jsonschema_rs.Draft7Validator(json.loads(SCHEMA.read_text()))


def flaws(text: str) -> list[str]:
    """Where a contract does not fit the schema, and why."""
    document = plain(yaml.load(text, Loader=Loader))
    return ["/".join(map(str, error.instance_path)) + f": {error.message}" for error in VALIDATOR.iter_errors(document)]


def test_the_schema_in_the_repository_is_the_one_that_is_written():
    assert SCHEMA.read_text(encoding="utf-8") == json_text(json_schema()), "run scripts/docs"


def test_the_command_writes_it():
    assert CliRunner().invoke(main, ["schema"]).output == SCHEMA.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", SPEC + OTHERS, ids=lambda path: path.name)
def test_every_contract_fits_it(path):
    assert flaws(path.read_text()) == []


@pytest.mark.parametrize("path", SPEC, ids=lambda path: path.name)
def test_every_file_of_the_contract_tells_the_editor_where_it_is(path):
    line = path.read_text().splitlines()[0]
    match = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", line)
    assert match, line
    assert (path.parent / match[1]).resolve() == SCHEMA


@pytest.mark.parametrize(
    ("path", "old", "new", "flaw"),
    [
        pytest.param("sales", "operationId:", "operationID:", "operationID", id="a member of OpenAPI"),
        pytest.param("sales", "    get:", "    gte:", "gte", id="a method"),
        pytest.param("sales", "readOnly:", "readonly:", "readonly", id="a member of a schema"),
        pytest.param("sales", "type: string", "type: text", "text", id="a type"),
        pytest.param("sales", "x-resource:", "x-resourse:", "x-resourse", id="a key"),
        pytest.param("sales", "x-scope: ", "x-unique: ", "x-unique", id="a key where another belongs"),
        pytest.param("sales", "collection:", "colection:", "colection", id="a member of a key"),
        pytest.param("sales", "{rule: ", "{rul: ", "rul", id="a member of a rule"),
        pytest.param("sales", "{update: ", "{updat: ", "updat", id="a verb of an effect"),
        pytest.param("sales", "paths:\n", "pahts:\n", "pahts", id="a member of a file that is no root"),
        pytest.param("sales", "  /customers:", "  customers:", "customers", id="a path without its slash"),
        pytest.param("bigledger-api-v1", "info:", "infos:", "infos", id="a member of the root"),
        pytest.param("bigledger-api-v1", "timezone:", "timeZone:", "timeZone", id="a convention"),
        pytest.param("bigledger-api-v1", "summary: A customer", "sumary: A customer", "sumary", id="a member of an event"),
        pytest.param("responses", "content:", "contents:", "contents", id="a member of a response in a file of its own"),
        pytest.param("stream", "sends:", "sendz:", "sendz", id="a member of a stream"),
    ],
)
def test_a_misspelt_word_is_refused(path, old, new, flaw):
    text = (ROOT / "spec" / f"{path}.yaml").read_text()
    assert old in text
    assert any(flaw in line for line in flaws(text.replace(old, new, 1)))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("openapi: 3.0.3\npaths: {}", id="a root without info"),
        pytest.param("paths: {/books: {get: {summary: Books}}}", id="an operation without responses"),
        pytest.param("components: {parameters: {Limit: {name: limit}}}", id="a parameter that stands nowhere"),
        pytest.param("components: {schemas: {Book: {x-resource: {id: book_}}}}", id="a resource without collection"),
        pytest.param("addBook: {content: {}}", id="a response without description"),
    ],
)
def test_what_is_required_is_asked_for(text):
    assert flaws(text) != []


def test_what_is_required_may_stand_where_a_reference_leads():
    assert flaws("paths: {/books: {get: {responses: {'200': {$ref: 'responses.yaml#/listBooks'}}}}}") == []


def test_each_member_of_openapi_is_described_and_no_other():
    assert {kind: set(members) for kind, members in descriptions().items()} == {
        kind: set(members) for kind, members in OBJECTS.items()
    }


def members(node, at):
    """The schemas that a reader of the vocabulary meets: keys, properties and alternatives, with where they stand."""
    yield at, node
    for name, member in node.get("properties", {}).items():
        yield from members(member, f"{at}.{name}")
    for index, choice in enumerate([*node.get("oneOf", []), *node.get("anyOf", [])]):
        if set(choice) != {"required"}:
            yield from members(choice, f"{at}#{index}")
    for name in ("items", "additionalProperties"):
        if isinstance(node.get(name), dict):
            yield from list(members(node[name], f"{at}[]"))[1:]


VOCABULARY = dict(
    [
        *(entry for key, facts in keys().items() for entry in members(facts["schema"], key)),
        *(entry for name, schema in definitions().items() for entry in members(schema, f"${name}")),
    ]
)


def test_each_member_of_the_vocabulary_has_a_description():
    assert [at for at, node in VOCABULARY.items() if "description" not in node] == []
    assert len(VOCABULARY) > 250


@pytest.mark.parametrize("at", VOCABULARY)
def test_each_description_is_a_sentence(at):
    assert re.match(r"[A-Z`].*\.$", VOCABULARY[at]["description"])


def test_the_packaged_contract_is_the_file_that_is_a_root():
    assert default_contract().name == "bigledger-api-v1.yaml"
