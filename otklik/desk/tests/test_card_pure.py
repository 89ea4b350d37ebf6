"""Marks, the journal in words and the fate of a delivery."""

import pytest

from otklik.desk.card.fate import fate_of
from otklik.desk.card.journal_words import SENTENCES
from otklik.desk.card.marks import Piece, mark, quoted
from otklik.incidents.workflow import MOVES
from otklik.publishing.models import Delivery


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
