"""What an operation is called when it is refused."""

import pytest


@pytest.mark.parametrize(
    ("name", "verb"),
    [("giveBack", "return"), ("moveLoan", "status"), ("addBook", "create"), ("dropBook", "delete"), ("manyBooks", "bulk")],
)
def test_an_action_is_called_by_the_last_word_of_its_path(library_plan, name, verb):
    assert library_plan.operations[name].verb == verb
