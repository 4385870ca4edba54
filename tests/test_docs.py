"""The documentation says what there is: keys, filters, kinds of problem, commands, options, scripts."""

import os
import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from mockserver.cli import main
from mockserver.compiling.problems import KINDS
from mockserver.describing.reference import BLOCK, renewed
from mockserver.language.functions import FILTERS, FUNCTIONS, PROVIDED
from mockserver.language.signature import Parameter
from mockserver.language.types import Type, is_known
from mockserver.reading.vocabulary import definitions, keys

ROOT = Path(__file__).parent.parent
VOCABULARY = (ROOT / "docs" / "vocabulary.md").read_text()
README = (ROOT / "README.md").read_text()
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text()


@pytest.mark.parametrize("key", keys())
def test_every_key_has_a_section(key):
    assert re.search(rf"^#+ .*`?{re.escape(key)}`?", VOCABULARY, re.MULTILINE)


def test_the_reference_is_that_of_the_vocabulary():
    assert renewed(VOCABULARY) == VOCABULARY, "run scripts/docs"


def test_each_key_and_each_form_with_members_has_its_reference():
    forms = {name for name, schema in definitions().items() if "properties" in schema} - {"problem", "attempted"}
    names = [block[2] for block in BLOCK.finditer(VOCABULARY)]
    assert sorted(names) == sorted({*keys(), *forms, "emit", "x-sandbox.webhooks"})


def word(type_: Type) -> str:
    """What the documentation calls a type."""
    if type_.choices:
        return " or ".join(f"'{choice}'" for choice in type_.choices)
    return f"list of {type_.of().kind}s" if type_.kind == "list" and is_known(type_.of()) else type_.kind


def parameter(taken: Parameter) -> str:
    """A parameter as the documentation writes it."""
    name = {"many": f"{taken.name}…", "named": f"{taken.name}…"}.get(
        taken.sort, taken.name if taken.required else f"{taken.name}?"
    )
    types = " or ".join(map(word, taken.types))
    return name if types == "any" else f"{name}: {types}"


def uses(name: str) -> list[str]:
    """How a function is used: each use with the types of what it takes."""
    functions = [table[name] for table in (FUNCTIONS, PROVIDED) if name in table]
    forms = [f"{name}({', '.join(map(parameter, function.signature.parameters))})" for function in functions]
    if name in FILTERS:
        subject, *others = FILTERS[name].signature.parameters
        arguments = f"({', '.join(map(parameter, others))})" if others else ""
        forms.insert(0, f"{' or '.join(map(word, subject.types))} \\| {name}{arguments}")
    return forms


def gives(name: str) -> str:
    """What a function gives, as far as that does not depend on what it takes."""
    type_ = (FILTERS.get(name) or FUNCTIONS.get(name) or PROVIDED[name]).signature.gives
    return word(replace(type_, choices=()))


def documented() -> dict[str, tuple[list[str], str]]:
    """The uses of each function in the table of the documentation, and what it gives."""
    rows = re.findall(r"^\| `(\w+)` \| (`.+?`) \| (.+?) \| ", VOCABULARY, re.MULTILINE)
    return {name: (re.findall(r"`(.+?)`", forms), given) for name, forms, given in rows}


def test_the_table_of_filters_and_functions_is_theirs():
    names = {*FILTERS, *FUNCTIONS, *PROVIDED}
    assert {name: row for name, row in documented().items() if name in names} == {
        name: (uses(name), gives(name)) for name in names
    }


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_problem_is_explained(kind):
    assert f"`{kind}`" in VOCABULARY


@pytest.mark.parametrize("command", main.commands)
def test_every_command_and_its_options_are_in_the_readme(command):
    assert f"mockserver {command}" in README
    for parameter in main.commands[command].params:
        for option in getattr(parameter, "opts", []) if command == "serve" else []:
            assert not option.startswith("--") or option in README


def test_the_opening_paragraph_is_the_same_everywhere():
    paragraph = "The **Contract** (the OpenAPI document) is read once and compiled into a **Plan**."
    assert paragraph in README
    assert paragraph in (ROOT / "ARCHITECTURE.md").read_text()


def test_the_scripts_are_those_that_contributing_lists():
    scripts = {f"scripts/{path.name}" for path in (ROOT / "scripts").iterdir()}
    assert scripts == set(re.findall(r"scripts/\w+", CONTRIBUTING))
    assert [path.name for path in (ROOT / "scripts").iterdir() if not os.access(path, os.X_OK)] == []


def test_each_linter_of_the_script_runs_before_a_commit_too():
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]
    linters = re.findall(r"^(ruff \w+|mypy|yamllint)", (ROOT / "scripts" / "lint").read_text(), re.MULTILINE)
    assert [hook["name"] for hook in hooks] == linters
    assert "scripts/lint" in (ROOT / ".ci" / "run").read_text()
