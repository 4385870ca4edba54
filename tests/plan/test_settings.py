"""Settings chosen by text: each has the value that its schema lets it have."""

from decimal import Decimal

import pytest

from mockserver.plan.settings import Setting, UnfitSetting, choose_settings
from mockserver.reading.document import Document
from mockserver.reading.schema import validator

SCHEMAS = {
    "fee": ({"type": "integer", "minimum": 1}, 3),
    "greeting": ({"type": "string"}, "Hi"),
    "strict": ({"type": "boolean"}, False),
}
DECLARED = {name: Setting(name, default, validator(Document({}), schema)) for name, (schema, default) in SCHEMAS.items()}


@pytest.mark.parametrize(
    ("texts", "values"),
    [
        ({}, {"fee": 3, "greeting": "Hi", "strict": False}),
        ({"fee": "7"}, {"fee": 7, "greeting": "Hi", "strict": False}),
        ({"greeting": "7", "strict": "true"}, {"fee": 3, "greeting": "7", "strict": True}),
    ],
)
def test_a_text_stands_for_a_value_of_the_settings_type(texts, values):
    assert choose_settings(DECLARED, texts) == values


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"fe": "7"}, "There is no setting fe: did you mean fee?"),
        ({"zone": "7"}, "There is no setting zone: it has fee, greeting, strict"),
        ({"fee": "0"}, "The setting fee cannot be 0: it must be at least 1"),
        ({"fee": "many"}, "The setting fee cannot be many: it must be a whole number"),
        ({"strict": "yes"}, "The setting strict cannot be yes: it must be true or false"),
    ],
)
def test_what_cannot_be_chosen_is_said(texts, message):
    with pytest.raises(UnfitSetting) as caught:
        choose_settings(DECLARED, texts)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("texts", "values"),
    [
        pytest.param({}, {"fineRate": Decimal("0.25"), "greeting": "Welcome"}, id="defaults"),
        pytest.param({"fineRate": "1.5"}, {"fineRate": Decimal("1.5"), "greeting": "Welcome"}, id="a number"),
        pytest.param(
            {"greeting": "5"}, {"fineRate": Decimal("0.25"), "greeting": "5"}, id="a text that looks like a number"
        ),
    ],
)
def test_settings_are_read_as_their_schema_says(library_plan, texts, values):
    assert choose_settings(library_plan.conventions.settings, texts) == values


@pytest.mark.parametrize("texts", [{"fine": "1"}, {"fineRate": "-1"}, {"fineRate": "[1]"}, {"fineRate": "null"}])
def test_what_does_not_fit_is_refused(library_plan, texts):
    with pytest.raises(UnfitSetting):
        choose_settings(library_plan.conventions.settings, texts)
