import random

from otklik.lib.original import Original
from otklik.lib.text import alike, fold, tidy

LETTERS = "абвё Ёй .,№1\n\t\u00a0\u200b\u0301\u0306\ud800\x00\u202eﬁ½①한İ🙂\u1100"


def test_a_piece_and_each_letter_are_found_at_their_own_places_as_they_were_written() -> None:
    for written, piece, expected in (
        ("Яма на улице Красной", "красной", "Красной"),
        ("Яма<br>на  ул.\u200b Крас\u200bной!", "красной", "Крас\u200bной"),
        ("[club7|Наш двор], ёлка упала", "елка", "ёлка"),
        ("см. https://ok.ru/topic/1 дом 5", "дом 5", "дом 5"),
        ("дом ⑤ корпус ½", "дом 5", "дом ⑤"),
        ("за́мок на двери", "замок", "за́мок"),
        ("и\u0306 кот", "кот", "кот"),
        ("@id5 (Анна Проба) течёт", "анна проба", "Анна Проба"),
    ):
        text = Original(written)
        start = text.folded.index(piece)
        begin, end = text.span(start, start + len(piece))
        assert written[begin:end] == expected
    chance = random.Random(7)
    pieces = [*LETTERS, "<br>", "[id1|Аня]", "@club2 (Двор)", "https://ok.ru/x", "и\u0306", "\u1100\u1161"]
    for _ in range(500):
        written = "".join(chance.choices(pieces, k=chance.randrange(40)))
        text = Original(written)
        assert (text.tidied, text.folded) == (tidy(written), alike(fold(written)))
        before = 0
        for place in range(len(text.tidied)):
            begin, end = text.span(place, place + 1)
            assert before <= begin < end <= len(written)
            before = begin
    chance = random.Random(8)
    for _ in range(300):
        written = "".join(chance.choices("абв где\u200b\n 12", k=30))
        text = Original(written)
        for place, letter in enumerate(text.tidied):
            begin, end = text.span(place, place + 1)
            assert letter == " " or written[begin:end].strip("\u200b") == letter
    text = Original("Я́ма [id1|Аня] на улице\u200b " * 5000)
    assert text.span(len(text.tidied) - 2, len(text.tidied))[1] <= len(text.text)
    assert text.span(5, 5)[0] == text.span(5, 5)[1]
