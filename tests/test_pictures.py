from PIL import Image

from tests.pictures import KEPT, SIZES, index, picture_of, shown_in_documents
from tests.screens import SCREENS
from tests.screens.screen import VIEWS

MOST_BYTES = 60_000


def test_each_picture_that_a_document_shows_is_there_whole_not_too_heavy_and_no_other() -> None:
    shown = shown_in_documents()
    assert shown
    assert shown - {picture_of(screen, view) for screen in SCREENS for view in VIEWS} == set(), "no screen is called so"
    assert {file.name for file in KEPT.glob("*.webp")} == shown, "take them anew: make pictures ARGS=--kept"
    page = (KEPT / "README.md").read_text(encoding="utf-8")
    assert page == index(shown_in_documents()), "write it anew: make pictures ARGS=--kept"
    for file in KEPT.glob("*.webp"):
        with Image.open(file) as picture:
            picture.load()
            assert picture.width == SIZES[file.name.split(".")[2]][0], file.name
        assert file.stat().st_size < MOST_BYTES, file.name
