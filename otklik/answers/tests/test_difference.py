from random import Random
from time import process_time

from otklik.answers.difference import MOST_STEPS, Piece, _runs, _Steps, changed_lines, difference
from tests.phrases import HOSTILE
from tests.tiers import fewer

LONGEST = fewer(120_000)
SECONDS = 10
"""Hundred times what the slowest pair takes."""


def test_a_changed_word_is_told_apart_and_the_pieces_make_up_both_texts() -> None:
    pieces = [Piece("same", "Воду дадут "), Piece("gone", "завтра"), Piece("added", "в среду"), Piece("same", ".")]
    assert difference("Воду дадут завтра.", "Воду дадут в среду.") == pieces
    assert difference("Трубу заменили", "Трубу заменили") == [Piece("same", "Трубу заменили")]
    assert difference("", "Да") == [Piece("added", "Да")]
    for seed in range(60):
        chance = Random(seed)
        signs = "аб .,\n\u200bё\U0001f600"
        before, after = ("".join(chance.choices(signs, k=chance.randrange(60))) for _ in range(2))
        whole(before, after, difference(before, after))


def test_words_are_told_apart_inside_the_sentences_that_changed_however_long_the_text_is() -> None:
    sentences = [f"Дом {number} на улице Мира подключили к воде утром." for number in range(3000)]
    before = " ".join(sentences)
    after = before.replace("Дом 7 ", "Дом 7а ").replace("Дом 2990 на улице Мира", "Дом 2990 на улице Труда")
    changed = [piece for piece in difference(before, after) if piece.kind != "same"]
    expected = [("gone", "7"), ("added", "7а"), ("gone", "Мира"), ("added", "Труда")]
    assert [(piece.kind, piece.text) for piece in changed] == expected


def test_lines_that_went_and_came_are_told_in_their_place() -> None:
    assert changed_lines("Первая\nВторая\n\nКонец", "Первая\nТретья\n\nКонец\nИ ещё") == [
        "− Вторая", "+ Третья", "+ И ещё",
    ]  # fmt: skip
    assert changed_lines("Одна", "Одна") == []


class Word(str):
    """Counts how often it is compared."""

    compared = 0

    def __eq__(self, other: object) -> bool:
        Word.compared += 1
        return str.__eq__(self, str(other))

    __hash__ = str.__hash__


def test_two_texts_that_have_nothing_in_common_take_no_more_work_than_is_set() -> None:
    for size in (1200, 12_000):
        old, new = ([Word(f"{mark}{number}") for number in range(size)] for mark in "ст")
        Word.compared = 0
        assert _runs(old, new, _Steps()) == []
        assert Word.compared <= 2 * MOST_STEPS
    before, after = (" ".join(f"{mark}{number}" for number in range(1200)) for mark in ("слово", "другое"))
    assert difference(before, after) == [Piece("gone", before), Piece("added", after)]


def test_no_pair_of_hostile_texts_takes_long() -> None:
    texts = [*sorted({text[:LONGEST] for text in HOSTILE}, key=len)[-25:], "аб " * 30_000, "аб. вг! " * 12_000]
    for before in texts:
        for after in (before[1:], before[::-1], f"{before[:9000]}{before[9001:]}", texts[0]):
            began = process_time()
            whole(before, after, difference(before, after))
            assert process_time() - began < SECONDS, f"{before[:20]!r} × {len(before)}"


def whole(before: str, after: str, pieces: list[Piece]) -> None:
    assert "".join(piece.text for piece in pieces if piece.kind != "gone") == after
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == before
