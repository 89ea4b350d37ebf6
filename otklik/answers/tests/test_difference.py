"""Comparing two texts: nothing of the later one is lost, and long ones do not take for ever."""

from random import Random

import pytest

from otklik.answers.difference import MOST_TOKENS, Piece, difference


def test_a_changed_word_is_told_apart_from_its_neighbours() -> None:
    assert difference("Воду дадут завтра.", "Воду дадут в среду.") == [
        Piece("same", "Воду дадут "),
        Piece("gone", "завтра"),
        Piece("added", "в среду"),
        Piece("same", "."),
    ]


def test_the_same_text_has_no_changes() -> None:
    assert {piece.kind for piece in difference("Трубу заменили", "Трубу заменили")} == {"same"}


def test_two_very_long_texts_are_shown_one_after_the_other() -> None:
    before, after = "а " * MOST_TOKENS, "б " * MOST_TOKENS
    assert difference(before, after) == [Piece("gone", before), Piece("added", after)]


@pytest.mark.parametrize("seed", range(30))
def test_the_pieces_make_up_both_texts(seed: int) -> None:
    chance = Random(seed)
    signs = "аб .,\n\u200bё\U0001f600"
    before, after = ("".join(chance.choices(signs, k=chance.randrange(60))) for _ in range(2))
    pieces = difference(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != "gone") == after
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == before
