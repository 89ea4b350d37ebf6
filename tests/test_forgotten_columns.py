import pytest
from django.db.models import Model

from otklik.inbox.models import Author, Message
from otklik.incidents.models import Incident
from otklik.lib import clock
from otklik.privacy.forget import forget
from tests.forgotten_columns import Ground, plant
from tests.forgotten_person import NUMBER, leave_traces, settle, traces
from tests.make.town import Town
from tests.test_forgotten import town

__all__ = ["town"]


@pytest.mark.django_db
def test_no_column_of_any_model_keeps_a_word_of_her(town: Town) -> None:
    card = leave_traces(town)
    her = Author.objects.get(external_id=f"id{NUMBER}")
    neighbour = Author.objects.get(external_id="id700000001")
    hers = ground(Message.objects.get(author=her, place=Message.Place.DIRECT), card, town)
    others = ground(Message.objects.get(author=neighbour), Incident.objects.get(messages__author=neighbour), town)
    planted, wanted = plant(hers, others)
    assert planted == wanted
    now = clock.now()
    forget(her, now, now, actor="user:1", with_open=True)
    settle()
    merged = "finding_words_data"  # in one transaction the pieces of the index cannot be merged
    assert sorted((where, mark) for where, mark in traces() if where != merged) == []


def ground(message: Message, card: Incident, town: Town) -> Ground:
    rows: tuple[Model, ...] = (message, card, message.author, message.thread, town.account, town.source, town.operator)
    return {type(row): row for row in (*rows, town.water)}
