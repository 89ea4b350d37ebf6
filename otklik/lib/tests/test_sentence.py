"""Sentences that remember their parts, on their way through errors, redaction and columns."""

import copy
import json
import pickle

import pytest
from django.db import connection
from django.utils import translation

from otklik.lib.redact import redact
from otklik.lib.sentence import MARK, Sentence, joined, read, written
from otklik.lib.sentence_field import ShortSentenceField
from otklik.networks.errors import RetryAt, unsure
from otklik.networks.models import Account
from otklik.work.translated import translated

PLAIN = Sentence("Скидка 50%, это не %(hole)s.")
WORDS = Sentence("Ждём %(days)s дней: %(why)s") % {"days": 7, "why": PLAIN}
TEXT = "Ждём 7 дней: Скидка 50%, это не %(hole)s."


def parts(text: str) -> object:
    if not isinstance(text, Sentence):
        return text
    return text.template, {name: parts(one) for name, one in text.values.items()}


def test_a_sentence_is_its_finished_text_and_keeps_what_it_was_made_of() -> None:
    assert WORDS == TEXT
    assert json.dumps([WORDS]) == json.dumps([TEXT])
    assert parts(WORDS) == ("Ждём %(days)s дней: %(why)s", {"days": "7", "why": (PLAIN.template, {})})
    assert parts(joined("; ", [PLAIN, "слова"])) == ("%(part0)s; %(part1)s", {"part0": (PLAIN, {}), "part1": "слова"})
    for same in (str(WORDS), copy.deepcopy(WORDS), pickle.loads(pickle.dumps(WORDS))):  # noqa: S301 our own
        assert (same, parts(same)) == (TEXT, parts(WORDS))
    assert not isinstance(WORDS[:3], Sentence)


def test_an_error_hands_its_sentence_on() -> None:
    error = unsure(WORDS, write=True)
    assert str(error) == f"{TEXT}; неизвестно, выполнено ли действие"
    assert parts(str(error)) == ("%(words)s; неизвестно, выполнено ли действие", {"words": parts(WORDS)})
    assert parts(str(unsure(WORDS, write=False))) == parts(WORDS)
    assert type(unsure(WORDS, write=False)) is RetryAt


def test_redaction_leaves_a_sentence_without_secrets_alone() -> None:
    assert parts(redact(WORDS)) == parts(WORDS)
    secret = Sentence("Ключ %(key)s") % {"key": "access_token=abcdefgh"}
    for text in (redact(secret), redact(WORDS, 5)):
        assert not isinstance(text, Sentence)
    assert "abcdefgh" not in redact(secret)


@pytest.mark.parametrize(
    "text", ["", "Слова человека", "50% %(x)s", "\ud800", PLAIN, WORDS, joined(" ", [WORDS, "«да»\n\"'"])]
)
def test_a_column_begins_with_the_text_and_gives_back_what_it_was_made_of(text: str) -> None:
    column = written(text)
    assert column.partition(MARK)[0] == text
    assert (MARK in column) == isinstance(text, Sentence)
    assert (read(column), parts(read(column))) == (text, parts(text))


def test_nobody_types_a_sentence_and_what_is_none_is_read_as_it_was_written() -> None:
    typed = f"Всё{MARK}{json.dumps(['Нет %(x)s', {'x': 'да'}])}"
    assert read(written(typed)) == typed.replace(MARK, "")
    assert not isinstance(read(written(typed)), Sentence)
    for behind in ("b", "5", "[]", '["%(x)s", {}]', '["x", 5]'):
        assert read(f"a{MARK}{behind}") == f"a{MARK}{behind}"
    assert read(written(Sentence("%(a)s") % {"a": typed})) == typed


def test_a_short_column_keeps_the_text_where_the_parts_do_not_fit() -> None:
    field = ShortSentenceField(max_length=len(TEXT) + 30)
    assert field.get_prep_value(WORDS) == TEXT
    assert field.get_prep_value(PLAIN) == PLAIN + MARK
    assert field.get_prep_value(None) is None
    assert field.deconstruct()[1] == "django.db.models.CharField"


def test_the_database_keeps_readable_text_and_rows_from_before(db: None) -> None:
    account = Account.objects.create(network="vk", external_id="7")
    mine = Account.objects.filter(pk=account.pk)
    for text in (WORDS, PLAIN, "Записано человеком", ""):
        mine.update(stop_reason=text)
        account.refresh_from_db()
        shown = mine.values_list("stop_reason", flat=True).get()
        assert (account.stop_reason, parts(account.stop_reason), parts(shown)) == (text, parts(text), parts(text))
        assert mine.filter(stop_reason=text).exists()
        assert mine.filter(stop_reason__startswith=str(text)[:8]).exists()
    with connection.cursor() as cursor:
        mine.update(stop_reason=WORDS)
        cursor.execute("SELECT stop_reason FROM networks_account")
        assert cursor.fetchone()[0].startswith(TEXT)
        for old in (TEXT, "Ключ доступа истёк", "100 %(x)s"):
            cursor.execute("UPDATE networks_account SET stop_reason = %s", [old])
            account.refresh_from_db()
            assert (account.stop_reason, isinstance(account.stop_reason, Sentence)) == (old, False)
            with translation.override("en"):
                assert translated(account.stop_reason) == old
