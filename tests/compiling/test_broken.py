"""Broken contracts: each file begins with the mistakes that must be reported, and no others."""

from itertools import takewhile
from pathlib import Path

import pytest
from click.testing import CliRunner

from mockserver.cli import main
from mockserver.compiling.compiler import load
from mockserver.reading.errors import BrokenContract
from mockserver.settings import default_contract
from tests.conftest import CONTRACTS, LIBRARY

BROKEN = sorted((CONTRACTS / "broken").glob("*.yaml"))


def wanted(path: Path) -> list[str]:
    """The mistakes a file says it has: the comments at its beginning, each with the lines indented below it."""
    comments = takewhile(lambda line: line.startswith("# "), path.read_text().splitlines())
    return "\n".join(line[2:] for line in comments).replace("\n  ", " ").splitlines()


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_every_mistake_is_reported_at_once_with_its_place(path):
    with pytest.raises(BrokenContract) as caught:
        load(path, thorough=True)
    found = [str(error) for error in caught.value.errors]
    missed = [one for one in wanted(path) if not any(error.startswith(one) for error in found)]
    extra = [error for error in found if not any(error.startswith(one) for one in wanted(path))]
    assert (missed, extra) == ([], [])


def test_check_prints_the_mistakes_and_exits_with_2():
    path = CONTRACTS / "broken" / "names.yaml"
    result = CliRunner().invoke(main, ["check", str(path)])
    assert result.exit_code == 2
    assert "did you mean days?" in result.output
    assert f"{len(wanted(path))} mistakes found" in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize("path", [LIBRARY, default_contract()], ids=["library", "packaged"])
def test_a_good_contract_has_none(path):
    result = CliRunner().invoke(main, ["check", str(path)])
    assert (result.exit_code, "No mistakes found" in result.output) == (0, True)


def test_check_tries_what_fixtures_invent_and_reads_their_keys(tmp_path):
    text = LIBRARY.read_text(encoding="utf-8")
    text = text.replace("x-faker: {sentence:", "x-faker: {sentense:", 1)
    assert "sentense" in text
    (tmp_path / "library.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "fixtures").mkdir()
    keys = "- {key: lib_test_1, scopes: ['read:bocks', librarian], status: activ}\n- {key: lib_test_2, scops: [librarian]}\n"
    (tmp_path / "fixtures" / "keys.yaml").write_text(keys, encoding="utf-8")
    result = CliRunner().invoke(main, ["check", str(tmp_path / "library.yaml")])
    assert result.output.splitlines()[:3] == [
        "keys.yaml#/0/status: there is no state activ: did you mean active?",
        "keys.yaml#/0/scopes/0: there is no scope read:bocks: did you mean read:books?",
        "keys.yaml#/1/scops: there is no member scops: did you mean scopes?",
    ]
    assert "x-faker: there is no Faker provider sentense: did you mean sentence?" in result.output
    assert (result.exit_code, result.output.splitlines()[-1]) == (2, "4 mistakes found; nothing was started.")


def test_a_file_that_is_not_yaml_is_told_once_with_its_line(tmp_path):
    references = "".join(f"  /{name}: {{$ref: 'part.yaml#/paths/~1{name}'}}\n" for name in ("books", "loans"))
    (tmp_path / "root.yaml").write_text(f"openapi: 3.0.3\ninfo: {{title: Split, version: '1'}}\npaths:\n{references}")
    (tmp_path / "part.yaml").write_text("paths:\n  /books: {get: {}\n  /loans: {}\n")
    with pytest.raises(BrokenContract) as caught:
        load(tmp_path / "root.yaml")
    assert [str(error).partition(": is not YAML")[0] for error in caught.value.errors] == ["part.yaml:3:3"]
