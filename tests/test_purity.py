"""The engine knows no word of the domain: everything the contract names is looked for in the package."""

import re
from pathlib import Path

import pytest

import mockserver
from mockserver.compiling.compiler import load
from mockserver.settings import default_contract

PACKAGE = Path(mockserver.__file__).parent
SHARED = {
    # Words of HTTP and of this package that the contract's error codes and resources happen to use too.
    "BAD_REQUEST",
    "UNAUTHORIZED",
    "FORBIDDEN",
    "NOT_FOUND",
    "METHOD_NOT_ALLOWED",
    "REQUEST_TIMEOUT",
    "UPGRADE_REQUIRED",
}


def sources(package: Path = PACKAGE) -> dict[str, str]:
    """Every source file of the engine; the vocabulary included."""
    files = [*package.rglob("*.py"), *package.rglob("*.yaml")]
    return {str(path.relative_to(package)): path.read_text() for path in files if "bundled" not in path.parts}


def words() -> set[str]:
    """Every resource, operation, event and error code of the plan, and the names its title is made of."""
    plan = load(default_contract())
    codes = {kind.code for kind in plan.errors.kinds.values()} | set(plan.errors.codes)
    title = {word for word in plan.title.split() if word not in ("API", "Sandbox")}
    return (set(plan.resources) | set(plan.operations) | set(plan.events) | codes | title) - SHARED


def found(word: str, texts: dict[str, str]) -> list[str]:
    """The files a word stands in."""
    pattern = re.compile(rf"(?<![\w-]){re.escape(word)}(?![\w-])")
    return [name for name, text in texts.items() if pattern.search(text)]


def test_no_word_of_the_contract_stands_in_the_engine():
    texts = sources()
    stray = {word: files for word in sorted(words()) if (files := found(word, texts))}
    assert not stray


@pytest.mark.parametrize(
    "word", ["customer", "invoice", "payment", "journal", "ledger", "MYR", "Malaysia", "tax", "BigLedger"]
)
def test_no_noun_of_the_business_stands_in_the_engine(word):
    pattern = re.compile(rf"\b{word}s?\b", re.IGNORECASE)
    assert [name for name, text in sources().items() if pattern.search(text)] == []


def test_the_search_finds_a_word_that_is_there():
    assert found("Invoice", {"engine.py": "class Invoice: ..."}) == ["engine.py"]
