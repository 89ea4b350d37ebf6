from random import Random

from otklik.answers.difference import MOST_TOKENS, Piece, difference


def test_a_changed_word_is_told_apart_and_the_pieces_make_up_both_texts() -> None:
    pieces = [Piece("same", "Воду дадут "), Piece("gone", "завтра"), Piece("added", "в среду"), Piece("same", ".")]
    assert difference("Воду дадут завтра.", "Воду дадут в среду.") == pieces
    assert {piece.kind for piece in difference("Трубу заменили", "Трубу заменили")} == {"same"}
    before, after = "а " * MOST_TOKENS, "б " * MOST_TOKENS
    assert difference(before, after) == [Piece("gone", before), Piece("added", after)]
    for seed in range(30):
        chance = Random(seed)
        signs = "аб .,\n\u200bё\U0001f600"
        before, after = ("".join(chance.choices(signs, k=chance.randrange(60))) for _ in range(2))
        pieces = difference(before, after)
        assert "".join(piece.text for piece in pieces if piece.kind != "gone") == after, seed
        assert "".join(piece.text for piece in pieces if piece.kind != "added") == before, seed
