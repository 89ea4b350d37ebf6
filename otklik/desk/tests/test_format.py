"""Words for clocks, fates and the journal; marks in a text, and markup that hostile text cannot break."""

from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest
from django.utils import translation

from otklik.desk import format as words
from otklik.desk.admin.health.words import exactly_ago, exactly_until
from otklik.desk.card.fate import fate_of
from otklik.desk.card.journal_words import SENTENCES
from otklik.desk.card.marks import Piece, mark, quoted
from otklik.desk.templatetags import desk as tags
from otklik.desk.tests.pages import assert_shows
from otklik.incidents.workflow import MOVES
from otklik.publishing.models import Delivery

NOW = datetime(2026, 11, 25, 11, 5, tzinfo=UTC)


def test_durations_moments_and_ago_are_told_in_words() -> None:
    expected = {5: "меньше минуты", 60: "1 мин", 3600: "1 ч", 7800: "2 ч 10 мин", 86400: "1 дн", 97200: "1 дн 3 ч"}
    assert {seconds: words.duration(seconds) for seconds in expected} == expected
    working: dict[float, str] = {0.5: "30 мин", 4: "4 раб. ч", 4.25: "4 раб. ч 15 мин", 9: "1 раб. дн"}
    working |= {63: "7 раб. дн", 65.5: "7 раб. дн 2 ч"}
    assert {hours: words.working_duration(hours * 3600, 9 * 3600) for hours in working} == working
    assert words.working_duration(63 * 3600, 0) == "63 раб. ч", "without a day's length"
    with translation.override("en"):
        assert words.duration(7800)
    assert words.ago(NOW - timedelta(minutes=3), NOW) == "3 мин назад"
    ahead = [NOW, NOW + timedelta(seconds=1), NOW + timedelta(hours=2)]  # as a clock that runs ahead writes it down
    assert {words.ago(at, NOW) for at in ahead} == {"только что"}
    assert {exactly_ago(at, NOW) for at in ahead} == {"0 с назад"}
    assert exactly_ago(NOW - timedelta(seconds=12.4), NOW) == "12 с назад"
    to_come = {0.2: "через 1 с", 12: "через 12 с", 7200: "через 2 ч"}
    assert {after: exactly_until(NOW + timedelta(seconds=after), NOW) for after in to_come} == to_come
    assert words.short_moment(NOW, NOW) == "11:05"
    assert words.short_moment(NOW - timedelta(days=1), NOW).endswith(" 11:05")
    assert words.short_moment(NOW.replace(year=2025), NOW) == "25.11.2025 11:05"


def test_a_clock_says_in_words_what_its_colour_says_and_a_share_how_sure_it_is() -> None:
    hour = timedelta(hours=1)
    late = words.clock_words(NOW - hour, None, 32400, 2400, NOW)
    soon = words.clock_words(NOW + hour, None, 32400, 3000, NOW)
    calm = words.clock_words(NOW + 9 * hour, None, 32400, 7800, NOW)
    assert (late.words, late.tone) == ("просрочено на 40 мин", "late")
    assert (soon.words, soon.tone) == ("осталось 50 мин", "soon")
    assert (calm.words, calm.tone) == ("осталось 2 раб. ч 10 мин", "")
    assert words.clock_words(NOW, NOW - hour, 0, 0, NOW).tone == "met"
    assert words.clock_words(NOW, NOW + hour, 0, 0, NOW).tone == "late"
    sure = [words.sure(share) for share in (0.9, 0.5, 0.1, 0, None)]
    assert sure == ["скорее всего", "возможно", "не уверена", "", ""]
    assert [words.percent(share) for share in (0.456, -1, 7, None)] == [46, 0, 100, 0]


def test_no_address_text_or_network_breaks_the_markup() -> None:
    link = words.link_out("https://vk.com/wall-1_2", 'Пост "<b>')
    assert_shows(link, 'rel="noopener noreferrer nofollow" target="_blank"', hides=["<b>"])
    for bad in ("javascript:alert(1)", "https://user@evil.example/", 'https://x.example/"onload=', "", "//x"):
        assert "<a" not in tags.link_out(bad, "текст")
    assert "&lt;i&gt;раз&lt;/i&gt;<br>два &amp; три" in words.citizen_text("<i>раз</i>\nдва & три")
    assert_shows(words.citizen_text("<" * 700), "<details", "показать целиком", hides=["<<"])
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


def test_marked_pieces_are_the_text_again_and_quotes_come_from_pairs_or_words_alone() -> None:
    text = "Нет ВОДЫ, ёлка и\nнет  воды: водый"
    pieces = mark(text, {"theme": ["нет воды", "елка"], "place": []})
    assert "".join(piece.text for piece in pieces) == text
    assert [piece.text for piece in pieces if piece.kind] == ["Нет ВОДЫ", "ёлка", "нет  воды"]
    assert mark("водопровод", {"theme": ["вод"]}) == [Piece("водопровод")], "whole words alone"
    for odd in ("", "İ" * 5, "a" * 20_000, "(((", "\x00\ud800", "<b>"):
        assert "".join(piece.text for piece in mark(odd, {"theme": ["(((", "a", ""], "place": ["İ"]})) == odd
    assert quoted([["яма", 1.5], "дорога", ["яма", 0.2]]) == ("яма", "дорога")
    other: tuple[object, ...] = (None, 5, "слово", {"a": 1}, [None, 3, [], [[]], ["", 1], [5, "x"]])
    assert [quoted(why) for why in other] == [()] * 5


def test_every_move_and_every_fate_has_words() -> None:
    assert set(MOVES) <= set(SENTENCES)
    for state, hold in product(("", *Delivery.State.values), Delivery.Hold.values):
        fate = fate_of(state, hold, "слова сети", waiting_for_undo=True)
        assert fate.title, (state, hold)
        assert fate.tone in ("good", "busy", "warn", "bad", "calm")
        if state == Delivery.State.REFUSED or fate.tone == "warn":
            assert fate.advice, (state, hold)
    assert fate_of("refused", "", "Комментарии закрыты", False).network_words == "Комментарии закрыты"
