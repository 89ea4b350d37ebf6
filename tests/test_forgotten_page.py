"""«Забыть жителя»: found, shown, erased, and an act is left in which nothing of the person stands."""

from collections import Counter
from datetime import timedelta

import pytest
from django.apps import apps
from django.utils.html import escape

from otklik.desk.admin.forgotten_words import ALIKE, KINDS, in_words
from otklik.inbox.models import Author
from otklik.incidents.models import Incident
from otklik.journal.models import Entry
from otklik.lib import clock
from otklik.privacy import acts
from otklik.privacy.parts import PARTS
from otklik.privacy.words import everything
from otklik.site.forget import forget
from tests.forgotten_person import COMPLAINT, MARKS, NAME, NICK, NUMBER, hear_comment, leave_traces, settle, traces
from tests.make.journal import an_act
from tests.make.people import signed_in
from tests.make.town import Town
from tests.test_forgotten import town

__all__ = ["town"]
PAGE = "/admin/forgetting/"


@pytest.mark.django_db(transaction=True)
def test_a_data_officer_finds_a_person_sees_what_will_go_erases_it_and_prints_an_act(town: Town) -> None:
    card, officer = leave_traces(town), signed_in(town.auditor)
    her = Author.objects.get(external_id=f"id{NUMBER}")
    for typed in (f"https://m.vk.com/{NICK}", f"vk:id{NUMBER}", str(NUMBER), "перепелкина ЖДАНА", NICK):
        assert officer.post(PAGE, {"author": typed})["Location"] == f"{PAGE}{her.pk}/", typed
    namesake = Author.objects.create(network="vk", external_id="id700000009", name="Ждана Сергеева")
    assert [one.name for one in officer.post(PAGE, {"author": "ждана"}).context["authors"]] == [NAME, namesake.name]
    namesake.delete()
    assert officer.post(PAGE, {"author": "club_of_nobody"}).status_code == 404
    before = traces()
    shown = officer.get(f"{PAGE}{her.pk}/")
    kinds = {str(kind): number for kind, number in shown.context["kinds"]}
    assert (kinds["Метки"], kinds["Имя, номер и адрес жителя"]) == (1, 1)
    assert f"№ {card.number}</a>" in shown.content.decode()
    assert officer.post(f"{PAGE}{her.pk}/").status_code == 200, "without a confirmation it is only shown again"
    assert traces() == before
    done = officer.post(f"{PAGE}{her.pk}/", {"sure": "1", "with_open": "1"}, follow=True)
    settle()
    assert traces() == set()
    entry = Entry.objects.get(verb="person.forgotten")
    assert (entry.actor, done.redirect_chain[-1][0]) == (f"user:{town.auditor.pk}", f"{PAGE}acts/{entry.pk}/")
    page = done.content.decode()
    assert "Акт об уничтожении персональных данных № 1" in page.replace("\n", "")
    assert (escape(town.auditor.get_full_name()) in page, "Сообщения" in page, "Метки" in page) == (True, True, True)
    assert [mark for mark in MARKS if mark in page.lower()] == []
    assert "№ 1</a>" in officer.get(PAGE).content.decode()
    assert officer.get(f"{PAGE}{her.pk}/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_whoever_waits_for_an_answer_is_forgotten_only_when_that_is_said(town: Town) -> None:
    hear_comment(town, 11, COMPLAINT, clock.now() - timedelta(hours=1))
    officer, her = signed_in(town.auditor), Author.objects.get(external_id=f"id{NUMBER}")
    refused = officer.post(f"{PAGE}{her.pk}/", {"sure": "1"})
    assert (refused.status_code, list(refused.context["open"])) == (409, [Incident.objects.get()])
    assert officer.post(f"{PAGE}{her.pk}/", {"sure": "1", "with_open": "1"}).status_code == 302
    assert Incident.objects.get().state == "new"


@pytest.mark.django_db(transaction=True)
def test_the_command_names_cards_and_kinds_in_words(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    leave_traces(town)
    assert forget(f"vk.com/{NICK}", do=True, with_open=True) == 0
    output = capsys.readouterr().out
    assert "ВКонтакте, карточки № 1, 2. Стёрто:" in output
    assert "  Метки: 1\n" in output
    assert "Акт об уничтожении № 1" in output
    labels = {model._meta.label for model in apps.get_models()}
    assert {label for label in labels if label in output} == set()


def test_every_kind_of_row_has_words_and_the_words_belong_to_rows() -> None:
    models = {kept.model for kept in everything()} | {part.model for part in PARTS}
    models |= {"networks.RawEvent", "inbox.Author", "inbox.Message"}
    rows = Counter(dict.fromkeys(models, 1))
    assert sum(number for _kind, number in in_words(rows)) == len(models)
    labels = {model._meta.label_lower for model in apps.get_models()}
    assert {*KINDS, *ALIKE} - labels == {""}
    assert set(ALIKE.values()) <= set(KINDS)


@pytest.mark.django_db
def test_acts_are_counted_without_holes(town: Town) -> None:
    first, second = an_act(), an_act()
    assert [(act.number, act.entry) for act in acts.newest(5)] == [(2, second.pk), (1, first.pk)]
    one = acts.act(second.pk)
    assert one is not None
    assert one.number == 2
    assert acts.act(Entry.objects.exclude(verb="person.forgotten").values_list("pk", flat=True).first() or 0) is None
