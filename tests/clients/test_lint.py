"""The served documents under other people's linters: no error, and no warning but those that the API itself demands."""

import json

import pytest

from tests.clients.tools import NODE, PYTHON, run, written

REDOCLY = {
    # Both paths are the API's own. A report type called `jobs` does not exist, and a path that is spelt so goes first.
    ("no-ambiguous-paths", "#/paths/~1reports~1jobs~1{jobId}"),
    # A WebSocket is opened with 101, and refused otherwise.
    ("operation-2xx-response", "#/paths/~1stream/get/responses"),
}
SPECTRAL = {("operation-success-response", "paths./stream.get.responses")}
"""What stays: the rule, and where."""

FILES = ["api.json", "api.yaml", "control.json", "control.yaml"]


def stays(name, problems):
    """The problems that a document has for good."""
    return problems if name.startswith("api") else set()


@pytest.mark.parametrize("name", FILES)
def test_redocly_finds_no_more_than_is_known(tmp_path, name):
    done = run(NODE / "redocly", "lint", written(tmp_path, name), "--format=json", cwd=tmp_path, status=None)
    problems = json.loads(done.stdout)["problems"]
    assert {(problem["ruleId"], problem["location"][0]["pointer"]) for problem in problems} == stays(name, REDOCLY), problems


@pytest.mark.parametrize("name", FILES)
def test_spectral_finds_no_more_than_is_known(tmp_path, name):
    (tmp_path / "rules.yaml").write_text('extends: ["spectral:oas"]\n', encoding="utf-8")
    document = written(tmp_path, name)
    done = run(NODE / "spectral", "lint", "-q", "-r", "rules.yaml", "-f", "json", document, cwd=tmp_path, status=None)
    problems = json.loads(done.stdout)
    assert {(problem["code"], ".".join(problem["path"])) for problem in problems} == stays(name, SPECTRAL), problems


@pytest.mark.parametrize("name", ["api.json", "control.yaml"])
def test_swagger_cli_takes_the_document(tmp_path, name):
    run(NODE / "swagger-cli", "validate", written(tmp_path, name), cwd=tmp_path)


@pytest.mark.parametrize("name", ["api.json", "control.json"])
def test_openapi_generator_takes_the_document(tmp_path, name):
    done = run(PYTHON / "openapi-generator-cli", "validate", "-i", written(tmp_path, name), cwd=tmp_path, needs="java")
    assert "No validation issues detected." in done.stdout
