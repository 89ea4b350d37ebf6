"""Words for clocks, fates and the journal; marks in a text, and markup that hostile text cannot break."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.utils import translation

from otklik.desk import format as words
from otklik.desk.card.fate import fate_of
from otklik.desk.card.journal_words import SENTENCES
from otklik.desk.card.marks import Piece, mark, quoted
from otklik.desk.templatetags import desk as tags
from otklik.desk.tests.pages import assert_shows
from otklik.incidents.workflow import MOVES
from otklik.publishing.models import Delivery

NOW = datetime(2026, 11, 25, 11, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(5, "меньше минуты"), (60, "1 мин"), (3600, "1 ч"), (7800, "2 ч 10 мин"), (86400, "1 дн"), (97200, "1 дн 3 ч")],
)
def test_a_duration_has_its_two_largest_units(seconds: int, said: str) -> None:
    assert words.duration(seconds) == said


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        (0.5, "30 мин"),
        (4, "4 раб. ч"),
        (4.25, "4 раб. ч 15 мин"),
        (9, "1 раб. дн"),
        (63, "7 раб. дн"),
        (65.5, "7 раб. дн 2 ч"),
    ],
)
def test_working_time_is_told_by_working_days(hours: float, said: str) -> None:
    assert words.working_duration(hours * 3600, 9 * 3600) == said


def test_working_time_without_a_days_length_is_told_in_hours() -> None:
    assert words.working_duration(63 * 3600, 0) == "63 раб. ч"


def test_ago_looks_both_ways() -> None:
    assert words.ago(NOW - timedelta(minutes=3), NOW) == "3 мин назад"
    assert words.ago(NOW + timedelta(hours=2), NOW) == "через 2 ч"
    assert words.ago(NOW, NOW) == "только что"


def test_a_clock_says_in_words_what_its_colour_says() -> None:
    hour = timedelta(hours=1)
    late = words.clock_words(NOW - hour, None, 32400, 2400, NOW)
    soon = words.clock_words(NOW + hour, None, 32400, 3000, NOW)
    calm = words.clock_words(NOW + 9 * hour, None, 32400, 7800, NOW)
    assert (late.words, late.tone) == ("просрочено на 40 мин", "late")
    assert (soon.words, soon.tone) == ("осталось 50 мин", "soon")
    assert (calm.words, calm.tone) == ("осталось 2 раб. ч 10 мин", "")
    assert words.clock_words(NOW, NOW - hour, 0, 0, NOW).tone == "met"
    assert words.clock_words(NOW, NOW + hour, 0, 0, NOW).tone == "late"


def test_a_moment_is_as_short_as_the_day_allows() -> None:
    assert words.short_moment(NOW, NOW) == "11:05"
    assert words.short_moment(NOW - timedelta(days=1), NOW).endswith(" 11:05")
    assert words.short_moment(NOW.replace(year=2025), NOW) == "25.11.2025 11:05"


def test_only_a_safe_address_becomes_a_link() -> None:
    link = words.link_out("https://vk.com/wall-1_2", 'Пост "<b>')
    assert_shows(link, 'rel="noopener noreferrer nofollow" target="_blank"', hides=["<b>"])
    for bad in ("javascript:alert(1)", "https://user@evil.example/", 'https://x.example/"onload=', "", "//x"):
        assert "<a" not in tags.link_out(bad, "текст")


def test_a_citizens_text_is_escaped_and_keeps_its_lines() -> None:
    assert "&lt;i&gt;раз&lt;/i&gt;<br>два &amp; три" in words.citizen_text("<i>раз</i>\nдва & три")
    assert_shows(words.citizen_text("<" * 700), "<details", "показать целиком", hides=["<<"])


def test_how_sure_is_said_in_a_word_and_in_per_cent() -> None:
    sure = [words.sure(share) for share in (0.9, 0.5, 0.1, 0, None)]
    assert sure == ["скорее всего", "возможно", "не уверена", "", ""]
    assert [words.percent(share) for share in (0.456, -1, 7, None)] == [46, 0, 100, 0]


def test_an_unknown_network_cannot_name_a_class() -> None:
    assert_shows(tags.network_icon('vk" onload="x'), "network-other", hides=['onload="'])


def test_a_sign_that_is_not_in_the_sprite_is_a_speech_bubble(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sprite = tmp_path / "icons.svg"
    monkeypatch.setattr(words, "_SPRITE", sprite)
    for drawn, shown in (('<symbol id="brand-vk" viewBox', "brand-vk"), ("", "message-circle")):
        sprite.write_text(drawn)
        words._drawn.cache_clear()
        assert [words.network_icon(kind) for kind in ("vk", "max", "no")] == [shown, "message-circle", "message-circle"]
    sprite.unlink()
    words._drawn.cache_clear()
    assert words.network_icon("vk") == "message-circle"
    words._drawn.cache_clear()


def test_words_change_with_the_language_and_never_fail() -> None:
    with translation.override("en"):
        assert words.duration(7800)


def test_marked_pieces_joined_are_the_text_again() -> None:
    text = "Нет ВОДЫ, ёлка и\nнет  воды: водый"
    pieces = mark(text, {"theme": ["нет воды", "елка"], "place": []})
    assert "".join(piece.text for piece in pieces) == text
    assert [piece.text for piece in pieces if piece.kind] == ["Нет ВОДЫ", "ёлка", "нет  воды"]


def test_only_whole_words_are_marked() -> None:
    assert mark("водопровод", {"theme": ["вод"]}) == [Piece("водопровод")]


@pytest.mark.parametrize("text", ["", "İ" * 5, "a" * 20_000, "(((", "\x00\ud800", "<b>"])
def test_no_text_breaks_the_marks(text: str) -> None:
    assert "".join(piece.text for piece in mark(text, {"theme": ["(((", "a", ""], "place": ["İ"]})) == text


@pytest.mark.parametrize("why", [None, 5, "слово", {"a": 1}, [None, 3, [], [[]], ["", 1], [5, "x"]]])
def test_reasons_of_any_shape_give_no_words_rather_than_an_error(why: object) -> None:
    assert quoted(why) == ()


def test_quotes_are_taken_from_pairs_and_from_plain_words_once() -> None:
    assert quoted([["яма", 1.5], "дорога", ["яма", 0.2]]) == ("яма", "дорога")


def test_the_journal_has_a_sentence_for_every_move() -> None:
    assert set(MOVES) <= set(SENTENCES)


@pytest.mark.parametrize("state", ["", *Delivery.State.values])
@pytest.mark.parametrize("hold", Delivery.Hold.values)
def test_every_fate_has_words(state: str, hold: str) -> None:
    fate = fate_of(state, hold, "слова сети", waiting_for_undo=True)
    assert fate.title
    assert fate.tone in ("good", "busy", "warn", "bad", "calm")
    if state == Delivery.State.REFUSED or fate.tone == "warn":
        assert fate.advice


def test_a_refusal_shows_the_words_of_the_network() -> None:
    assert fate_of("refused", "", "Комментарии закрыты", False).network_words == "Комментарии закрыты"
