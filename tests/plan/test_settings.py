"""What whoever starts the server may choose."""

from decimal import Decimal

import pytest

from mockserver.plan.settings import UnfitSetting, choose_settings


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
