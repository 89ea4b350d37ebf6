from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from otklik.networks.registry import NETWORKS
from otklik.site import assets

TABLER = """:root,[data-bs-theme=light]{--a:1}
:root,[data-bs-theme=dark],[data-theme=dark]{--a:2}
@media print{[data-bs-theme=dark]{color-scheme:light!important}}
.x{color:red}"""


def test_without_node_modules_it_says_which_command_brings_them_and_names_a_missing_icon(tmp_path: Path) -> None:
    with pytest.raises(assets.Missing, match="npm ci"):
        assets.collect(tmp_path, ["bell"])
    with pytest.raises(assets.Missing, match="npm ci"):
        assets.for_paper(tmp_path)
    with pytest.raises(assets.Missing, match=r"no-such-icon\.svg"):
        assets.sprite(tmp_path, ["no-such-icon"])


def test_the_system_look_repeats_the_dark_rules_and_not_those_for_print() -> None:
    css = assets.follow_system(TABLER)
    assert css.startswith("@media (prefers-color-scheme: dark)")
    assert "[data-bs-theme=auto],[data-theme=dark]{--a:2}" in css
    assert ":root" not in css
    assert "important" not in css
    assert ".x" not in css
    with pytest.raises(assets.Missing):
        assets.follow_system(".x{color:red}")  # the dark rules have moved


def test_the_folder_is_settled_once_and_loses_what_is_not_on_the_list(tmp_path: Path) -> None:
    (tmp_path / "old.js").write_text("x")
    wanted = {"a.css": b"1", "deep/b.js": b"2"}
    assert [assets.settle(tmp_path, wanted) for _again in range(2)] == [2, 0]
    assert {file.name for file in tmp_path.rglob("*") if file.is_file()} == {"a.css", "b.js"}
    sentence = assets.bring(tmp_path, wanted | {"a.css": b"3"})
    assert sentence.startswith("2 files in ")
    assert sentence.endswith(f"{tmp_path.name}, 1 of them changed")


def test_an_icon_named_in_a_template_comes_into_the_sprite(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text('{% icon "anchor" %} {%icon "apple" "big"%} {% icon name %}')
    (tmp_path / "drawn").mkdir()
    (tmp_path / "drawn" / "row.html").write_text('{{ icon("feather", "small") }} {{ lexicon("no") }} {{ icon(name) }}')
    names = assets.icon_names(tmp_path, tmp_path / "drawn")
    assert "no" not in names
    assert {"anchor", "apple", "feather", "inbox", "star-filled:filled/star"} <= set(names)


def test_a_network_brings_its_sign_and_one_that_is_not_in_the_package_stops_nothing(tmp_path: Path) -> None:
    outline = tmp_path / "@tabler/icons/icons/outline"
    outline.mkdir(parents=True)
    (outline / "anchor.svg").write_text("<svg/>")
    for kind, name in (("one", "anchor"), ("two", "no-such-icon"), ("three", "")):
        (tmp_path / kind).mkdir()
        (tmp_path / kind / "network.py").write_text(f'class One:\n    kind = "{kind}"\n    icon = "{name}"\n')
    assert assets.network_icons(tmp_path, tmp_path) == ["anchor"]


def test_each_network_names_its_sign_where_it_is_read() -> None:
    icons = {
        name
        for file in assets.NETWORKS.glob("*/network.py")
        for name in assets._ICON_OF_NETWORK.findall(file.read_text(encoding="utf-8"))
    }
    assert icons == {network.icon for network in NETWORKS.values()} - {""}


def test_the_typeface_for_paper_has_every_sign_that_reports_use_and_two_weights_of_two_names() -> None:
    names = set()
    for weight in ("regular", "bold"):
        font = TTFont(assets.PRINTED / f"golos-{weight}.ttf")
        assert set(map(ord, "АЯаяЁёABCabc0123456789«»—–−№₽%·…\u00a0")) <= set(font.getBestCmap())
        names.add(font["name"].getDebugName(6))
    assert len(names) == 2
