"""The documentation says what there is: keys, filters, kinds of problem, commands, options, scripts."""

import os
import re
from pathlib import Path

import pytest
import yaml

from mockserver.cli import main
from mockserver.compiling.problems import KINDS
from mockserver.describing.reference import BLOCK, renewed
from mockserver.language.functions import FILTERS, FUNCTIONS, PROVIDED
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


@pytest.mark.parametrize("name", sorted({*FILTERS, *FUNCTIONS, *PROVIDED}))
def test_every_filter_and_function_is_explained(name):
    assert f"`{name}" in VOCABULARY


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
