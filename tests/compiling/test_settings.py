"""Settings: what whoever starts the server may choose."""

import pytest

from mockserver.compiling.settings import settings
from tests.compiling.small import context, told


def declared(schema: str):
    """The setting of a schema, and the mistakes in it."""
    compiling = context("x-sandbox: {settings: {fee: " + schema + "}}")
    return settings(compiling)["fee"], told(compiling)


def test_a_setting_has_a_default_and_a_schema():
    setting, mistakes = declared("{type: integer, default: 3, minimum: 1, description: Per day}")
    assert (setting.name, setting.default, setting.description, mistakes) == ("fee", 3, "Per day", [])
    assert [flaw.message for flaw in setting.validate(0)] == ["must be at least 1"]


@pytest.mark.parametrize(
    ("schema", "mistake"),
    [
        ("{type: integer, default: 0, minimum: 1}", "must be at least 1"),
        ("{type: integer, default: a}", "must be a whole number"),
    ],
)
def test_a_default_fits_its_own_schema(schema, mistake):
    assert declared(schema)[1] == [f"#/x-sandbox/settings/fee/default: {mistake}"]


def test_a_contract_may_have_none():
    assert settings(context()) == {}
