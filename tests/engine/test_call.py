"""What goes into the engine: callers by their names, and the keys of calls that run others."""

from mockserver.engine.call import Caller, IdempotencyKey


def test_a_caller_of_whom_only_the_tenant_is_known_may_do_nothing():
    assert Caller("branch_a").names() == {
        "tenant": "branch_a",
        "key": None,
        "user": None,
        "permissions": [],
        "expiresAt": None,
        "environment": None,
    }


def test_each_entry_of_a_bulk_call_has_a_key_of_its_own_and_the_same_fingerprint():
    key = IdempotencyKey("k", "f")
    assert [key.entry(0), key.entry(1)] == [IdempotencyKey("k/0", "f"), IdempotencyKey("k/1", "f")]
