"""The tables of the vocabulary's documentation."""

from mockserver.describing.reference import renewed


def reference(name: str) -> list[str]:
    """The lines between the markers of a name."""
    return renewed(f"Before\n<!-- reference: {name} -->\nold\n<!-- end of reference -->\nAfter").splitlines()[3:-3]


def test_what_stands_around_the_markers_stays():
    text = "Before\n<!-- reference: x-scope -->\nold\n<!-- end of reference -->\nAfter"
    assert renewed(text).startswith("Before\n<!-- reference: x-scope -->\n\nOn an operation: ")
    assert renewed(text).endswith("\n\n<!-- end of reference -->\nAfter")
    assert "old" not in renewed(text)
    assert renewed(renewed(text)) == renewed(text)


def test_a_key_without_members_is_a_sentence():
    assert len(reference("x-unique")) == 1
    assert reference("x-unique")[0].startswith("On a property: `true`. No two documents")


def test_members_are_rows_with_their_path_form_and_meaning():
    rows = reference("x-resource")
    assert (
        "| `collection` | text, required | Name of the collection that holds the documents, such as `loans`; `_events` is the log of events. |"
        in rows
    )
    assert any(row.startswith("| `lifecycle.transitions.*.from` | list of texts, required |") for row in rows)


def test_entries_of_lists_and_alternatives_have_rows():
    assert any(row.startswith("| `[].event` | text, required |") for row in reference("emit"))
    assert any(row.startswith("| `length` | whole number from 8 to 64 |") for row in reference("x-id"))


def test_what_has_a_table_of_its_own_is_not_written_twice():
    assert any(row.startswith("| `webhooks` |") for row in reference("x-sandbox"))
    assert not any("webhooks.url" in row for row in reference("x-sandbox"))
    assert any(row.startswith("| `url` | expression, required |") for row in reference("x-sandbox.webhooks"))
