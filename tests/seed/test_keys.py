"""API keys of fixtures that do not fit the contract."""

from dataclasses import replace

import pytest

from mockserver.seed.keys import check_keys


@pytest.mark.parametrize(
    ("key", "pointer", "message"),
    [
        pytest.param({"scope": []}, "scope", "scopes", id="member"),
        pytest.param({"status": "activ"}, "status", "active", id="state"),
        pytest.param({"scopes": ["librarian", "read:bok"]}, "scopes/1", "read:books", id="scope"),
    ],
)
def test_what_there_is_not_is_named_with_what_may_be_meant(library_plan, key, pointer, message):
    good = {"key": "lib_test_1", "scopes": ["read:books"], "status": "revoked"}
    (mistake,) = check_keys(library_plan.conventions.security, [good, {"key": "lib_test_2", **key}])
    assert str(mistake).startswith(f"keys.yaml#/1/{pointer}")
    assert message in str(mistake)


def test_where_the_contract_names_no_scopes_any_may_be_given(library_plan):
    security = replace(library_plan.conventions.security, scopes=())
    assert not check_keys(security, [{"key": "lib_test_1", "scopes": ["anything"]}])
