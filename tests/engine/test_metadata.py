"""What a sandbox notes of itself."""

import pytest

from mockserver.engine.metadata import METADATA, Metadata
from mockserver.sandbox import memory
from mockserver.store.base import SANDBOX, Query


@pytest.fixture
def store(library_plan):
    return memory(library_plan)


def test_facts_are_kept_by_name_of_no_tenant_until_there_are_none(store):
    metadata = Metadata(store)
    assert metadata.get("starts") == {}
    metadata.set("starts", {"again": 1, "by": "hand"})
    metadata.set("clock", {"ahead": 5})
    metadata.set("starts", {"again": 2})
    assert (Metadata(store).get("starts"), Metadata(store).get("clock")) == ({"again": 2}, {"ahead": 5})
    assert store.tenants() == []
    metadata.set("starts", {})
    assert (metadata.get("starts"), metadata.get("clock")) == ({}, {"ahead": 5})
    assert [row["id"] for row in store.find(SANDBOX, METADATA, Query()).rows] == ["clock"]


def test_what_is_noted_already_is_not_written_again(store, monkeypatch):
    metadata = Metadata(store)
    metadata.set("clock", {"ahead": 5})
    monkeypatch.setattr(store, "apply", lambda tenant, changes: pytest.fail("written"))
    metadata.set("clock", {"ahead": 5})
    metadata.set("starts", {})
