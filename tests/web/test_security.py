"""Who calls, for which tenant, and whether they may."""

import pytest

from mockserver.engine.problems import Problem
from mockserver.plan import Security
from mockserver.web.security import ApiKey, Authenticator

SECURITY = Security(
    key="Card",
    tenant="Branch",
    tenant_header="X-Branch",
    tenant_pattern="^branch_",
    everything="all",
    implies={"write": "read"},
    environment="lib_test_",
)
KEYS = [
    ApiKey("lib_test_all", tenants=("branch_a", "branch_b"), scopes=("all",)),
    ApiKey("lib_test_reader", tenants=("branch_a",), scopes=("read:books",)),
    ApiKey("lib_test_old", status="expired"),
    ApiKey("lib_test_lost", status="revoked"),
]


@pytest.fixture
def authenticator():
    return Authenticator(SECURITY, {key.key: key for key in KEYS})


@pytest.mark.parametrize(
    ("authorization", "kind"),
    [
        (None, "no_key"),
        ("lib_test_all", "no_key"),
        ("Basic lib_test_all", "no_key"),
        ("Bearer ", "no_key"),
        ("Bearer lib_test_none", "unknown_key"),
        ("Bearer lib_live_all", "wrong_environment"),
        ("Bearer lib_test_old", "expired_key"),
        ("Bearer lib_test_lost", "revoked_key"),
    ],
)
def test_a_header_without_a_key_that_counts(authenticator, authorization, kind):
    with pytest.raises(Problem) as refused:
        authenticator.key(authorization)
    assert refused.value.kind == kind


@pytest.mark.parametrize("authorization", ["Bearer lib_test_all", "bearer  lib_test_all ", "BEARER lib_test_all"])
def test_a_scheme_has_no_case_and_a_key_no_space_around_it(authenticator, authorization):
    assert authenticator.key(authorization) is KEYS[0]


@pytest.mark.parametrize(("tenant", "reason"), [(None, "missing"), (" ", "missing"), ("shop_a", "must match ^branch_")])
def test_a_tenant_that_is_none(authenticator, tenant, reason):
    with pytest.raises(Problem) as refused:
        authenticator.tenant(tenant)
    assert reason in refused.value.facts["reason"]


@pytest.mark.parametrize(
    ("scopes", "needed", "granted"),
    [
        (["read:books"], "read:books", True),
        (["write:books"], "read:books", True),
        (["read:books"], "write:books", False),
        (["write:loans"], "read:books", False),
        (["all"], "write:loans", True),
        ([], "read:books", False),
    ],
)
def test_a_scope_may_imply_others(authenticator, scopes, needed, granted):
    assert authenticator.grants(scopes, needed) is granted


def test_a_caller_acts_for_the_tenant_that_was_named_or_the_first_of_the_key(authenticator, library_plan):
    operation = library_plan.operations["addBook"]
    admit = authenticator.admit
    assert admit(operation, {"Card": KEYS[0], "Branch": "branch_b"}).tenant == "branch_b"
    assert admit(operation, {"Card": KEYS[0]}).tenant == "branch_a"
    assert admit(operation, {}).tenant == "default"


@pytest.mark.parametrize(
    ("operation", "tenant", "kind"), [("addBook", "branch_b", "tenant_access"), ("addBook", "branch_a", "scope")]
)
def test_a_caller_that_may_not(authenticator, library_plan, operation, tenant, kind):
    with pytest.raises(Problem) as refused:
        authenticator.admit(library_plan.operations[operation], {"Card": KEYS[1], "Branch": tenant})
    assert refused.value.kind == kind


def test_where_there_are_no_keys_any_will_do_and_may_do_everything(library_plan):
    open_to_all = Authenticator(SECURITY)
    key = open_to_all.key("Bearer anything")
    assert open_to_all.admit(library_plan.operations["addBook"], {"Card": key, "Branch": "branch_a"}).tenant == "branch_a"
