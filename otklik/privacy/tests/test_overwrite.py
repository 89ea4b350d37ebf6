"""Words that were taken out of SQLite's index are in none of its pieces, whatever the index went through before."""

import pytest
from django.db import connection

from otklik.privacy.overwrite import overwrite

pytestmark = pytest.mark.django_db(transaction=True)
WORD = b"zhdana".hex()


def write(pk: int, words: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM finding_words WHERE rowid = %s", [pk])
        cursor.execute("INSERT INTO finding_words (rowid, words) VALUES (%s, %s)", [pk, words])


def pieces_with_the_word() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM finding_words_data WHERE instr(hex(block), %s)", [WORD.upper()])
        return int(cursor.fetchone()[0])


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has its VACUUM")
def test_no_piece_of_an_index_that_was_emptied_once_keeps_a_word() -> None:
    for pk in range(1, 21):
        write(pk, " ".join(f"w{pk}x{number}" for number in range(300)))
    overwrite()  # all of it in one piece, far down
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM finding_words")
    write(500, "zhdana anna")
    write(501, "other")
    write(500, "anna")
    assert pieces_with_the_word() > 0
    overwrite()
    assert pieces_with_the_word() == 0
