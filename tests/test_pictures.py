"""docs/pictures holds the pictured sights in both looks and widths, and is small enough to stand beside the source."""

from PIL import Image

from tests.pictures import FOLDER, SHOWN, indexed
from tests.sight import LOOKS, WIDTHS
from tests.sights import PICTURED, SIGHTS

MOST_BYTES = 12_000_000


def test_each_sight_has_a_name_and_a_title_of_its_own() -> None:
    assert len({sight.name for sight in SIGHTS}) == len(SIGHTS)
    assert len({sight.title for sight in SIGHTS}) == len(SIGHTS)


def test_each_pictured_sight_has_its_four_pictures_and_no_others_lie_there() -> None:
    wanted = {f"{sight.name}.{look}.{width}.webp" for sight in PICTURED for look in LOOKS for width in WIDTHS}
    assert {file.name for file in FOLDER.glob("*.webp")} == wanted, "take them anew: make pictures"


def test_the_pictures_are_whole_and_not_too_heavy() -> None:
    for file in FOLDER.glob("*.webp"):
        with Image.open(file) as picture:
            picture.load()
            assert picture.width == SHOWN[file.name.split(".")[2]][0], file.name
    assert sum(file.stat().st_size for file in FOLDER.glob("*.webp")) < MOST_BYTES


def test_the_index_names_them_all() -> None:
    assert (FOLDER / "README.md").read_text(encoding="utf-8") == indexed(), "write it anew: make pictures"
