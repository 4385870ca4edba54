"""Security: which credentials a call carries, and how scopes imply each other."""

import pytest

from mockserver.compiling.security import security
from mockserver.plan import Security
from tests.compiling.small import context, node, told


def test_a_contract_without_credentials_asks_for_none():
    assert security(context(), {}) == Security()


def test_the_header_of_the_tenant_is_that_of_its_scheme(library_plan):
    assert library_plan.conventions.security == Security(
        key="LibraryKey",
        tenant="BranchHeader",
        tenant_header="X-Branch",
        tenant_pattern="^branch_[a-z0-9]+$",
        scopes=("librarian", "read:books", "write:books", "read:loans"),
        everything="librarian",
        implies={"write": "read"},
        environment="lib_test_",
    )


@pytest.mark.parametrize("role", ["key", "tenant"])
def test_a_role_names_a_scheme(role):
    compiling = context("components: {securitySchemes: {Key: {type: http, scheme: bearer}}}")
    security(compiling, node("{" + role + ": Kye}"))
    assert told(compiling) == [f"#/x-sandbox/security/{role}: there is no security scheme Kye: did you mean Key?"]
