"""The commands that only read a contract, in this process."""

import json

import pytest
import yaml
from click.testing import CliRunner

from mockserver.cli import main
from tests.conftest import LIBRARY


def run(*arguments):
    result = CliRunner().invoke(main, list(map(str, arguments)))
    return result.exit_code, result.stdout, result.stderr


MISTAKEN = "openapi: 3.0.3\ninfo: {title: T, version: '1'}\nx-sandbx: {}\npaths: {}\n"
NO_YAML = "openapi: ["


@pytest.mark.parametrize(
    ("command", "text", "why"),
    [
        pytest.param("check", MISTAKEN, "x-sandbx", id="check"),
        pytest.param("routes", MISTAKEN, "x-sandbx", id="routes"),
        pytest.param("check", NO_YAML, "is not YAML", id="check-what-is-no-yaml"),
        pytest.param("routes", NO_YAML, "is not YAML", id="routes-of-what-is-no-yaml"),
        pytest.param("bundle", NO_YAML, "is not YAML", id="bundle-of-what-is-no-yaml"),
    ],
)
def test_a_broken_contract_is_status_2_and_its_mistakes(tmp_path, command, text, why):
    path = tmp_path / "broken.yaml"
    path.write_text(text)
    status, out, error = run(command, path)
    assert (status, out) == (2, "")
    assert why in error
    assert "broken.yaml" in error


def test_a_bundle_is_written_to_the_terminal_in_either_form(tmp_path):
    written = {form: run("bundle", LIBRARY, "--format", form) for form in ("yaml", "json")}
    assert {status for status, _, _ in written.values()} == {0}
    bundle = json.loads(written["json"][1])
    assert yaml.safe_load(written["yaml"][1]) == bundle
    assert not [key for key in bundle if key.startswith("x-")]


def test_routes_are_one_a_line_with_their_permission():
    status, out, _ = run("routes", LIBRARY)
    lines = [line.split() for line in out.splitlines()]
    assert status == 0
    assert ["GET", "/books/{bookId}", "read", "Book", "getBook", "read:books"] in lines
    assert ["POST", "/shelves", "create", "Shelf", "addShelf", "-"] in lines
