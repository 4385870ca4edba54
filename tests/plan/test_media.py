"""How media types are written."""

import pytest

from mockserver.plan.media import Media, form


@pytest.mark.parametrize(
    ("media_type", "written"),
    [
        ("application/json", "json"),
        ("Application/JSON", "json"),
        ("application/vnd.library+json; version=1", "json"),
        ("application/xml", "xml"),
        ("text/xml", "xml"),
        ("application/atom+xml", "xml"),
        ("text/csv", "csv"),
        ("application/pdf", "pdf"),
        ("text/plain", None),
        ("image/svg", None),
        ("*/*", None),
    ],
)
def test_a_media_type_has_a_form(media_type, written):
    assert form(media_type) == written


@pytest.mark.parametrize(
    ("media", "header"),
    [
        (Media("text/csv", "csv"), "text/csv; charset=utf-8"),
        (Media("text/csv; header=absent", "csv"), "text/csv; header=absent"),
        (Media("application/json", "json"), "application/json"),
    ],
)
def test_csv_says_its_charset(media, header):
    assert media.content_type == header
