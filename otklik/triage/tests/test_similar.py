from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations
from struct import unpack
from typing import Any
from zlib import crc32

from otklik.lib.text import fold, words
from otklik.themes import classifier
from otklik.triage.sides import MISSING, UNDONE, apart, side
from otklik.triage.similar import LIKELY, THEMES, CardSketch, compare, house_key, street_key
from otklik.triage.sketch import _HASHES, BANDS, RUN, SIZE, alike, bands, common, marks, sketch
from tests.phrases import phrases

NOW = datetime(2026, 10, 5, 9, tzinfo=UTC)
TEXT = "Во дворе на Садовой третий месяц стоит брошенный автобус без колёс, внутри играют дети и ночуют бродяги"
TOWN, OTHER_TOWN = (4, 40), (5, 50)
HOLES, DARK, WATER = "dorogi.yamy", "dorogi.svet", "zhkh.net-vody"


def card_sketch(text: str = "", days: float = 0, **more: Any) -> CardSketch:
    fields: dict[str, Any] = {"at": NOW - timedelta(days=days), "place": TOWN, "theme": HOLES} | more
    return CardSketch(sketch=sketch(fold(text)), marks=marks(fold(text)), **fields)


SPOT: dict[str, Any] = {"street": street_key("улица Садовая"), "house": house_key("12")}


def spot(**more: Any) -> CardSketch:
    return card_sketch(**{**SPOT, **more})


ON_THE_MAP = card_sketch(latitude=45.0, longitude=39.0)
HOLE, TAP, BUS = spot(), card_sketch(theme=WATER), card_sketch("Автобус не пришёл", author=7, theme="transport.grafik")
KNOWN = {
    "the same theme at the same house": (card_sketch("яма", **SPOT), card_sketch("провал в асфальте", days=1, **SPOT)),
    "what hits many needs only the town": (TAP, TAP),
    "a town lies within its district": (card_sketch(theme=WATER, place=TOWN[:1]), TAP),
    "a hole is remembered": (HOLE, spot(days=12)),
    "coordinates make a spot where no street is named": (ON_THE_MAP, card_sketch(latitude=45.0, longitude=39.002)),
}
UNLIKELY = {
    "another theme at the same house": (card_sketch("яма", **SPOT), card_sketch("фонарь", theme=DARK, **SPOT)),
    "a hole hits few": (card_sketch(), card_sketch()),
    "an outage is forgotten": (spot(theme=WATER), spot(theme=WATER, days=12)),
    "everybody says so": (card_sketch("да"), card_sketch("да", theme=DARK)),
    "the same author about something else": (BUS, card_sketch("Яма", author=7)),
}
NEVER = {
    "another street is another hole": (
        card_sketch(street=street_key("Садовая")),
        card_sketch(street=street_key("Полевая")),
    ),
    "another town": (TAP, card_sketch(theme=WATER, place=OTHER_TOWN)),
    "coordinates far away": (ON_THE_MAP, card_sketch(latitude=45.0, longitude=39.05)),
}


def test_cards_are_alike_by_theme_spot_and_time() -> None:
    assert [case for case, pair in KNOWN.items() if compare(*pair).score <= LIKELY] == []
    assert [case for case, pair in UNLIKELY.items() if compare(*pair).score >= LIKELY] == []
    assert [case for case, pair in NEVER.items() if compare(*pair).score != 0] == []


def test_a_likeness_says_why_and_is_the_same_in_both_orders_as_are_confused_themes_and_second_guesses() -> None:
    assert compare(*KNOWN["the same theme at the same house"]).why == ("house", "theme", "recent")
    here, there = street_key("Садовая"), street_key("Полевая")
    taps = compare(card_sketch(theme=WATER, street=here), card_sketch(theme=WATER, street=there))
    assert taps.why == ("town", "theme", "recent"), "another street, the same dry tap"
    assert "spot" in compare(*KNOWN["coordinates make a spot where no street is named"]).why
    assert compare(BUS, replace(BUS, at=NOW - timedelta(days=4))).why[0] == "author"
    nobody = replace(BUS, author=0)
    assert "author" not in compare(nobody, nobody).why
    one, other = (
        card_sketch(TEXT, author=1, **SPOT),
        card_sketch("яма на Садовой", days=3, theme="", street=SPOT["street"]),
    )
    assert compare(one, other) == compare(other, one)
    dark = spot(theme=DARK)
    assert compare(HOLE, dark, {(DARK, HOLES)}) == compare(dark, HOLE, {(DARK, HOLES)})
    assert "neighbour" in compare(HOLE, dark, {(DARK, HOLES)}).why
    assert "neighbour" in compare(replace(HOLE, also=(DARK,)), dark).why


def test_a_copy_is_known_whatever_theme_and_place_were_guessed_and_about_another_house_it_is_a_form() -> None:
    likeness = compare(card_sketch(TEXT), card_sketch(TEXT + "!!!", days=20, theme=DARK, place=OTHER_TOWN))
    assert (likeness.score > 0.9, likeness.why[0]) == (True, "copied")
    assert (
        "copied" not in compare(card_sketch(TEXT, **SPOT), card_sketch(TEXT, **{**SPOT, "house": house_key("14")})).why
    )


def test_streets_and_houses_have_one_key_however_they_are_written_and_nothing_has_none() -> None:
    for written in ("улица Садовая", "Садовая улица", "садовая", "ул. Садовая"):
        assert street_key(written) == street_key("Садовая") != street_key("Полевая"), written
    assert house_key("12 А") == house_key("12а") != house_key("12")
    assert street_key("улица") == street_key("") == house_key(" - ") == 0
    assert {theme.code for theme in classifier.load().themes} >= THEMES


def of(text: str) -> bytes:
    return sketch(fold(text))


def test_a_copy_with_small_changes_is_alike_and_meets_in_a_band_and_another_text_does_not() -> None:
    copy = (
        "ВО ДВОРЕ на садовой уже третий месяц стоит брошенный автобус без колес!! Внутри играют дети и ночуют бродяги"
    )
    other = "Автобус тридцать второго маршрута опаздывает на полчаса каждое утро, водитель на звонки не отвечает"
    assert alike(of(TEXT), of(TEXT)) == 1
    assert alike(of(TEXT), of(copy)) > 0.7
    assert alike(of(TEXT), of(other)) < 0.15
    assert set(bands(of(TEXT))) & set(bands(of(copy)))
    assert not set(bands(of(TEXT))) & set(bands(of(other)))
    for text in ("да", "Когда?", "согласна полностью", "+++", "Спасибо большое вам", "нет воды"):
        assert (of(text), alike(of(text), of(text)), bands(of(text))) == (b"", 0, ()), "everybody says so"


def test_a_sketch_is_the_same_on_every_machine_and_its_bands_fit_a_column_and_broken_bytes_are_alike_nothing() -> None:
    assert of(TEXT)[:8].hex() == "4803120053014c02"
    assert (len(of(TEXT)), len(bands(of(TEXT)))) == (2 * SIZE, BANDS)
    assert all(-(2**31) <= band < 2**31 for band in bands(of(TEXT)))
    assert alike(b"1", of(TEXT)) == 0
    assert common(b"1", b"1") == 0
    assert all(alike(one, other) == 0 for one, other in combinations((b"", b"12", b"123"), 2))


def test_a_sketch_is_the_least_of_the_runs_under_every_hash() -> None:
    line = " ".join(words(TEXT))
    runs = {crc32(line[start : start + RUN].encode()) for start in range(len(line) - RUN + 1)}
    least = [min((run * by + plus) & 0xFFFFFFFF for run in runs) >> 16 for by, plus in _HASHES]
    assert list(unpack(f"<{SIZE}H", of(TEXT))) == least


def test_marks_are_of_words_that_say_something_whatever_their_form() -> None:
    one = marks(fold("Прошу вас, почините качели на площадке"))
    other = marks(fold("Качелей на площадках нет, когда починят?"))
    assert common(one, other) > 0.6
    assert marks(fold("Здравствуйте, скажите пожалуйста, когда же это всё")) == b""
    # The street that both name is no word in common.
    hole, school, street = fold("На Садовой яма"), fold("Школа на Садовой закрыта"), fold("улица Садовая")
    assert common(marks(hole), marks(school)) > 0
    assert common(marks(hole, street), marks(school, street)) == 0


SITES, OTHER = "othody.ploshchadki", "othody.prochee"
TEXTS = {
    MISSING: """
        Контейнеры забрали, новых нет | Поставьте бак, за водой ближе ходить | Мусорку сломали, крышка валяется
        Контейнерв как не было, так и нет
    """,
    UNDONE: """
        Третий день не вывозят мусор | Баки переполнены, вонь на весь двор | Мешки не забрали
        Мусорная машина проехала мимо, мешки так и лежат | Про нашу улицу забыли
        По гарфику должны были вчера | Вывзят когда хотят
    """,
    "": "Баки вывезли и не вернули | Контейнер увезли, а график висит | Безобразие",
}


def test_a_text_is_on_one_side_the_other_or_none_and_only_themes_that_hold_both_have_sides() -> None:
    for where, texts in TEXTS.items():
        for text in phrases(texts):
            assert side((SITES,), marks(fold(text))) == where, text
    assert side((SITES,), marks(fold(""))) == ""
    words = marks(fold("Мусор не вывозят"))
    assert side(("dorogi.yamy",), words) == side((), words) == ""
    assert side(("dorogi.yamy", OTHER), words) == UNDONE, "it may be about that instead"
    assert apart(MISSING, UNDONE)
    assert not any(apart(one, other) for one, other in ((MISSING, MISSING), ("", UNDONE), (MISSING, ""), ("", "")))
