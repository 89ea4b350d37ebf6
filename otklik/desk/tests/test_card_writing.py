"""Writing an answer: templates, questions and holes, what an ending rests on, and personal data that all would see."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from otklik.answers.models import Answer, Template
from otklik.desk.tests.pages import assert_answers, assert_shows, page_at, reread
from otklik.inbox.models import Author, Message
from otklik.incidents.cards import main_message
from otklik.incidents.models import Incident, State
from otklik.publishing.models import Sent
from tests.make.people import signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db
FRAGMENT = {"X-Fragment": "1"}
NASTY = "<script>alert(1)</script>\u202e\u200b{{ 7|add:7 }}"
SOLVED = {"text": "Вчера рабочие горсвета заменили лампу у подъезда.", "kind": "final", "outcome": "solved"}
EXPLAINED = {"text": "Лавку здесь не поставим: земля под ней частная.", "kind": "final", "outcome": "explained"}
PHONE = "Воду дали. Вопросы по телефону 8 (861) 211-22-33."
PROOF = {"outcome": "solved", "proof": "phone", "proof_words": "Позвонили автору"}
FINAL = {"kind": "final", **PROOF}


def listed(client: Client, pk: int, part: str = "templates", **query: str) -> str:
    answer = client.get(f"/incidents/{pk}/{part}/", query, headers=FRAGMENT)
    assert answer.status_code == 200
    return answer.content.decode()


def in_order(page: str, *titles: str) -> bool:
    places = [page.find(title) for title in titles]
    return -1 not in places and places == sorted(places)


def test_the_theme_s_templates_come_first_then_the_group_s_then_all_others(town: Town) -> None:
    Template.objects.create(title="Общий", text="Общий")
    town.hole.templates.create(title="Яма заделана", text="Яма")
    town.pipe.group.templates.create(title="Для ЖКХ", text="Группа")
    town.pipe.templates.create(title="Про воду", text="Тема")
    page = listed(signed_in(town.executor), town.assigned().pk)
    assert in_order(page, "Про воду", "Для ЖКХ", "Общий", "Яма заделана")


def test_a_new_cards_questions_go_by_the_suggested_theme(town: Town) -> None:
    Template.objects.create(title="Общий", kind="question", text="Общий")
    town.pipe.templates.create(title="Какой дом без воды", kind="question", text="Тема")
    card = town.card()
    assert card.theme is None
    page = listed(signed_in(town.operator), card.pk, "questions")
    assert in_order(page, "Какой дом без воды", "Общий")


def test_templates_fit_the_kind_and_the_survey_is_never_among_them(town: Town) -> None:
    for kind in Answer.Kind.values:
        Template.objects.create(title=f"Вид {kind}", kind=kind, text="т")
    client, pk = signed_in(town.executor), town.assigned().pk
    assert "Вид interim" in listed(client, pk, kind="interim")
    assert "Вид final" not in listed(client, pk, kind="interim")
    for kind in ("survey", "", "x" * 5000, "\u202e"):
        assert_shows(listed(client, pk, kind=kind), "Вид final", hides=["Вид survey"])


def test_another_agency_s_templates_are_its_own(town: Town) -> None:
    town.roads.templates.create(title="Дорожный", text="т")
    town.water.templates.create(title="Водный", text="т")
    assert_shows(listed(signed_in(town.executor), town.assigned().pk), "Водный", hides=["Дорожный"])


@pytest.mark.parametrize(
    ("typed", "found"),
    [("вода", True), ("ЗАМЕН труб", True), ("ж" * 5000, False), ("%_'\"\\", False), ("", True), ("водаа", False)],
)
def test_a_template_is_found_by_the_beginnings_of_its_words(town: Town, typed: str, found: bool) -> None:
    Template.objects.create(title="Вода есть", text="Заменили трубы")
    assert ("Вода есть" in listed(signed_in(town.executor), town.assigned().pk, q=typed)) == found


def test_a_template_is_filled_from_the_card_and_nothing_of_it_is_markup(town: Town) -> None:
    Template.objects.create(title=NASTY, text=f"{{обращение}} {{адрес}} {{мастер}} {NASTY}")
    page = listed(signed_in(town.executor), town.assigned().pk)
    assert "Анна, здравствуйте! улица Мира, 5 {мастер}" in page
    assert '<mark class="hole">{мастер}</mark>' in page
    assert "<script" not in page


def test_the_promised_day_that_was_typed_is_the_day_that_is_named(town: Town) -> None:
    Template.objects.create(title="До", kind="interim", text="Сделаем до {срок}.")
    client, pk = signed_in(town.executor), town.assigned().pk
    assert "Сделаем до 15 января." in listed(client, pk, kind="interim", promised_on="2027-01-15")
    senseless = {"promised_on": "9999-99-99", "reply_to": "9" * 30}
    assert client.get(f"/incidents/{pk}/templates/", senseless).status_code == 200


def test_ready_questions_are_those_of_the_theme_the_group_and_general_ones(town: Town) -> None:
    town.pipe.templates.create(title="Давно ли", kind="question", text="{имя}, давно ли нет воды?")
    town.hole.templates.create(title="Где яма", kind="question", text="Где яма?")
    Template.objects.create(title="Адрес", kind="question", text="Какой адрес?")
    page = listed(signed_in(town.executor), town.assigned().pk, "questions")
    assert in_order(page, "Анна, давно ли нет воды?", "Какой адрес?")
    assert "Где яма" not in page


@pytest.mark.parametrize("part", ["templates", "questions"])
def test_templates_have_the_card_s_door_and_bound(
    town: Town, part: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    Template.objects.bulk_create(
        Template(title=f"№ {number}", kind=kind, text="{имя} " * 50, theme=town.pipe)
        for number in range(300)
        for kind in ("final", "question")
    )
    pk = town.assigned().pk
    address = f"/incidents/{pk}/{part}/"
    client = signed_in(town.executor)
    with django_assert_max_num_queries(8):
        assert client.get(address, headers=FRAGMENT).content.count(b"data-starter") <= 30
    assert signed_in(town.executor).post(address).status_code == 405


def test_an_answer_with_open_holes_is_saved_and_not_sent_on(town: Town) -> None:
    card = town.assigned()
    words = {"text": "Сделаем до {срок}, {мастер}", **PROOF}
    answer = signed_in(town.executor).post(f"/incidents/{card.pk}/submission/", words, headers=FRAGMENT)
    assert_answers(answer, 422, "Заполните: {срок}, {мастер}")
    kept = Answer.objects.get(incident=card)
    assert (kept.text, kept.state) == (words["text"], "draft")


def test_braces_of_no_hole_do_not_hold_an_answer_back(town: Town) -> None:
    card = town.assigned()
    words = {"text": "Шифр {12} и скобки {}", **PROOF}
    assert signed_in(town.executor).post(f"/incidents/{card.pk}/submission/", words).status_code == 302


def test_words_of_whoever_was_signed_in_before_are_not_saved_as_mine(town: Town) -> None:
    card = town.assigned()
    for address in ("draft", "submission"):
        words = {"text": "Слова другого", **PROOF, "writer": str(town.executor.pk)}
        answer = signed_in(town.operator).post(f"/incidents/{card.pk}/{address}/", words, headers=FRAGMENT)
        assert answer.status_code == 403
        assert answer.headers["X-Refusal"]
    assert not Answer.objects.exists()
    assert signed_in(town.executor).post(f"/incidents/{card.pk}/draft/", words, headers=FRAGMENT).status_code == 200


def test_what_the_author_wrote_after_our_question_is_new_until_we_speak_again(town: Town) -> None:
    card = town.replied("Живём в доме 7", kind="question", outcome="")
    client = signed_in(town.executor)
    for part in ("", "thread/"):
        page = page_at(client, f"/incidents/{card.pk}/{part}")
        assert page.count("said-new") == 1, part
        assert "новое" in page
    assert "Автор написал ещё раз: показать" in page_at(client, f"/incidents/{card.pk}/")
    Sent.objects.update(at=timezone.now() + timedelta(seconds=1))
    assert "said-new" not in page_at(client, f"/incidents/{card.pk}/")


def test_nothing_is_new_on_a_card_on_which_we_have_not_spoken(town: Town) -> None:
    card = town.assigned()
    assert "said-new" not in page_at(town.executor, f"/incidents/{card.pk}/")


def test_a_thread_cut_at_fifty_leads_to_the_whole_of_it(town: Town) -> None:
    card = town.assigned()
    main = main_message(card)
    main.thread.url = "https://vk.com/wall-1_1"
    main.thread.save()
    client = signed_in(town.executor)
    assert "Вся ветка в сети" not in page_at(client, f"/incidents/{card.pk}/thread/")
    author = Author.objects.create(network="vk", external_id="long", name="Ъ" * 200)
    for number in range(60):
        town.say(main.thread, author, f"x{number}", NASTY, timezone.now(), Message.Place.COMMENT)
    page = page_at(client, f"/incidents/{card.pk}/thread/")
    assert_shows(page, "Вся ветка в сети", 'href="https://vk.com/wall-1_1"')
    assert page.count("<article") == 50
    assert "<script>alert" not in page


def submitted(town: Town, card: Incident, told: dict[str, str]) -> tuple[int, str]:
    version = Answer.objects.filter(incident=card).values_list("version", flat=True).first() or 0
    sent = {**told, "version": str(version)}
    page = signed_in(town.executor).post(f"/incidents/{card.pk}/submission/", sent, headers=FRAGMENT)
    return page.status_code, page.content.decode()


def test_solved_without_evidence_stays_a_draft_and_says_why(town: Town) -> None:
    card = town.assigned()
    status, page = submitted(town, card, SOLVED)
    assert (status, "Чем подтверждается" in page) == (422, True)
    assert Answer.objects.get(incident=card).state == Answer.State.DRAFT
    status, _page = submitted(town, card, {**SOLVED, "proof": "phone", "proof_words": "Позвонили, свет горит"})
    assert status == 200
    answer = Answer.objects.get(incident=card)
    assert (answer.ground, answer.ground_words) == ("phone", "Позвонили, свет горит")
    assert_shows(page_at(town.approver, "/approvals/"), "подтверждение:", "Позвонили, свет горит")


def test_explained_shows_the_approver_that_nothing_is_solved(town: Town) -> None:
    card = town.assigned()
    assert submitted(town, card, EXPLAINED)[0] == 422
    assert submitted(town, card, {**EXPLAINED, "why": "private"})[0] == 422
    told = {**EXPLAINED, "why": "private", "why_words": "земля не городская"}
    assert submitted(town, card, told)[0] == 200
    for address in ("/approvals/", f"/incidents/{card.pk}/"):
        page = page_at(town.approver, address)
        assert_shows(page, "закрывается без решения:", "частная собственность")


@pytest.mark.parametrize("kind", ["informational", "unsolvable"])
def test_where_nothing_can_be_done_nothing_is_asked_for(town: Town, kind: str) -> None:
    card = town.assigned()
    Incident.objects.filter(pk=card.pk).update(kind=kind)
    assert 'name="proof"' not in page_at(town.executor, f"/incidents/{card.pk}/")
    assert submitted(town, card, SOLVED)[0] == 200
    assert reread(card).state == State.APPROVAL


@pytest.mark.parametrize(
    "told",
    [
        {"proof": "no_money", "proof_words": "денег нет"},
        {"proof": "' OR 1=1 --", "proof_words": "x" * 9000},
        {"proof": "phone", "proof_words": "\x00\n  \n"},
        {"why": "private", "why_words": "чужое"},
    ],
)
def test_what_is_no_evidence_is_not_kept_as_one(town: Town, told: dict[str, str]) -> None:
    card = town.assigned()
    assert submitted(town, card, {**SOLVED, **told})[0] == 422
    answer = Answer.objects.get(incident=card)
    assert len(answer.ground_words) <= 500
    assert answer.ground in {"", "phone"}


def submit(town: Town, pk: int, *, fragment: bool = True, **fields: object) -> tuple[int, str]:
    headers = {"X-Fragment": "1"} if fragment else {}
    answer = signed_in(town.executor).post(f"/incidents/{pk}/submission/", {**FINAL, **fields}, headers=headers)
    return answer.status_code, answer.content.decode()


def box(page: str) -> str:
    found = re.search(r'name="exposing" value="(\w+)"', page)
    return found[1] if found else ""


def test_a_flat_in_a_public_answer_stops_it_whatever_is_ticked(town: Town) -> None:
    card = town.assigned()
    status, page = submit(town, card.pk, text="В кв. 41 заменён стояк.", exposing="anything")
    assert (status, box(page)) == (422, "")
    assert "номер квартиры" in page
    assert reread(card).state == "in_work"


@pytest.mark.parametrize("fragment", [True, False])
def test_a_phone_goes_to_approval_once_its_writer_says_that_it_is_the_agencys(town: Town, fragment: bool) -> None:
    card = town.assigned()
    status, page = submit(town, card.pk, text=PHONE, fragment=fragment)
    assert status == 422
    assert "8 (861) 211-22-33" in page
    saved = Answer.objects.get(incident=card)
    assert saved.state == "draft"
    status, _page = submit(town, card.pk, text=PHONE, version=saved.version, exposing=box(page))
    assert status == 200
    assert reread(card).state == "approval"


def test_another_phone_needs_another_look(town: Town) -> None:
    card = town.assigned()
    _status, page = submit(town, card.pk, text=PHONE)
    version = Answer.objects.get(incident=card).version
    status, again = submit(town, card.pk, text=PHONE + " Или 8-938-111-22-33.", version=version, exposing=box(page))
    assert status == 422
    assert box(again) not in ("", box(page))


def test_a_private_answer_is_not_asked_about(town: Town) -> None:
    card = town.assigned()
    card.messages.update(place="direct")
    assert submit(town, card.pk, text=PHONE + " Вашу кв. 41 проверим.")[0] == 200


def test_the_approver_is_shown_what_everybody_will_see(town: Town) -> None:
    card = town.assigned()
    _status, page = submit(town, card.pk, text=PHONE)
    submit(town, card.pk, text=PHONE, version=Answer.objects.get(incident=card).version, exposing=box(page))
    client = signed_in(town.approver)
    for address in ("/approvals/", f"/incidents/{card.pk}/"):
        assert re.search(r"Увидят все:\s+8 \(861\) 211-22-33", page_at(client, address)), address
