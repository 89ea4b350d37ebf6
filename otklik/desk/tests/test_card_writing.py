"""Writing an answer: templates, questions and holes, what an ending rests on, and personal data that all would see."""

import re
from datetime import timedelta

from django.utils import timezone

from otklik.answers.models import Answer, Template
from otklik.desk.tests.pages import FRAGMENT, assert_answers, assert_shows, at_most, page_at, part_at, press, reread
from otklik.incidents.models import Incident, State
from otklik.people.models import Grant, Role
from otklik.publishing.models import Sent
from tests.make.people import signed_in
from tests.make.town import Town

NASTY = "<script>alert(1)</script>\u202e\u200b{{ 7|add:7 }}"
SOLVED = {"text": "Вчера рабочие горсвета заменили лампу у подъезда.", "kind": "final", "outcome": "solved"}
EXPLAINED = {"text": "Лавку здесь не поставим: земля под ней частная.", "kind": "final", "outcome": "explained"}
PHONE = "Воду дали. Вопросы по телефону 8 (861) 211-22-33."
PROOF = {"proof": "phone", "proof_words": "Позвонили жителю"}
FINAL = {**SOLVED, **PROOF}


def listed(town: Town, pk: int = 0, part: str = "templates", **query: str) -> str:
    """The executor's list of texts to begin with."""
    return part_at(town.executor, f"/incidents/{pk or town.assigned().pk}/{part}/", **query)


def in_order(page: str, *titles: str) -> bool:
    places = [page.find(title) for title in titles]
    return -1 not in places and places == sorted(places)


def test_templates_come_theme_first_of_ones_own_agency_and_kind_by_their_words(town: Town) -> None:
    Template.objects.create(title="Общий", text="Общий")
    town.hole.templates.create(title="Яма заделана", text="Яма")
    town.pipe.group.templates.create(title="Для ЖКХ", text="Группа")
    town.pipe.templates.create(title="Про воду", text="Тема")
    town.roads.templates.create(title="Дорожный", text="т")
    town.water.templates.create(title="Водный", text="т")
    page = listed(town)
    assert in_order(page, "Про воду", "Для ЖКХ", "Общий")
    assert_shows(page, "Водный", hides=["Дорожный", "Яма заделана"])  # of another matter only who asks for it
    for kind in Answer.Kind.values:
        Template.objects.create(title=f"Вид {kind}", kind=kind, text="т")
    pk = town.assigned().pk
    assert_shows(listed(town, pk, kind="interim"), "Вид interim", hides=["Вид final"])
    for kind in ("survey", "", "x" * 5000, "\u202e"):
        assert_shows(listed(town, pk, kind=kind), "Вид final", hides=["Вид survey"])
    Template.objects.create(title="Вода есть", text="Заменили трубы")
    typed = {"вода": True, "ЗАМЕН труб": True, "": True, "ж" * 5000: False, "%_'\"\\": False, "водаа": False}
    assert {words: "Вода есть" in listed(town, pk, q=words) for words in typed} == typed


def test_templates_fit_the_place_and_the_ending_and_an_empty_list_says_how_to_make_one(town: Town) -> None:
    pk = town.assigned().pk
    assert_shows(listed(town, pk), "шаблонов ещё нет", "попросите", hides=["/admin/templates/addition/"])
    Grant.objects.create(user=town.executor, role=Role.ADMINISTRATOR)
    assert_shows(listed(town, pk), "/admin/templates/addition/", hides=["попросите"])
    texts = {"Готово": "Подачу восстановили", "Почему": "Разъясняем порядок", "Нейтральный": "Спасибо"}
    for title, text in {**texts, "Здесь": f"{town.city.name}: разъясняем порядок"}.items():
        town.pipe.templates.create(title=title, text=text)
    assert in_order(listed(town, pk, outcome="solved"), "Здесь", "Готово", "Нейтральный", "Почему")
    assert in_order(listed(town, pk, outcome="explained"), "Здесь", "Почему", "Нейтральный", "Готово")
    town.hole.templates.create(title="Аварийная яма", text="Яма и подача")
    page = listed(town, pk, q="подач")
    assert in_order(page, "Готово", "О другом, по вашим словам", "Аварийная яма")
    assert page.count("data-other") == 1


def test_a_template_is_filled_from_the_card_as_text_and_questions_are_those_of_its_theme(town: Town) -> None:
    Template.objects.create(title=NASTY, text=f"{{обращение}} {{адрес}} {{мастер}} {NASTY}")
    Template.objects.create(title="До", kind="interim", text="Сделаем до {срок}.")
    pk = town.assigned().pk
    words = ("Анна, здравствуйте! улица Мира, 5 {мастер}", '<mark class="hole">{мастер}</mark>')
    assert_shows(listed(town, pk), *words, hides=["<script"])
    assert "Сделаем до 15 января." in listed(town, pk, kind="interim", promised_on="2027-01-15")
    assert listed(town, pk, promised_on="9999-99-99", reply_to="9" * 30)
    town.pipe.templates.create(title="Давно ли", kind="question", text="{имя}, давно ли нет воды?")
    town.hole.templates.create(title="Где яма", kind="question", text="Где яма?")
    Template.objects.create(title="Адрес", kind="question", text="Какой адрес?")
    page = listed(town, part="questions")
    assert in_order(page, "Анна, давно ли нет воды?", "Какой адрес?")
    assert "Где яма" not in page
    card = town.card()
    assert card.theme is None
    page = part_at(town.operator, f"/incidents/{card.pk}/questions/")
    assert in_order(page, "Анна, давно ли нет воды?", "Какой адрес?")


def test_templates_have_their_bound(town: Town) -> None:
    Template.objects.bulk_create(
        Template(title=f"№ {number}", kind=kind, text="{имя} " * 50, theme=town.pipe)
        for number in range(300)
        for kind in ("final", "question")
    )
    pk, client = town.assigned().pk, signed_in(town.executor)
    for part in ("templates", "questions"):
        with at_most(8):
            answer = client.get(f"/incidents/{pk}/{part}/", headers=FRAGMENT)
        assert answer.content.count(b"data-starter") <= 30
        assert client.post(f"/incidents/{pk}/{part}/").status_code == 405


def test_what_the_author_wrote_after_our_question_is_new_until_we_speak_again(town: Town) -> None:
    card = town.replied("Живём в доме 7", kind="question", outcome="")
    client = signed_in(town.executor)
    for part in ("", "thread/"):
        page = page_at(client, f"/incidents/{card.pk}/{part}")
        assert page.count("said-new") == 1, part
        assert "новое" in page
    assert "Житель написал ещё раз: показать" in page_at(client, f"/incidents/{card.pk}/")
    Sent.objects.update(at=timezone.now() + timedelta(seconds=1))
    assert "said-new" not in page_at(client, f"/incidents/{card.pk}/")


def submit(town: Town, card: Incident, fields: dict[str, str]) -> tuple[int, str]:
    """The answer on the card goes on to the approver, with this in its fields."""
    version = Answer.objects.filter(incident=card).values_list("version", flat=True).first() or 0
    answer = press(town.executor, f"/incidents/{card.pk}/submission/", **fields, version=version)
    return answer.status_code, answer.content.decode()


def test_an_answer_with_open_holes_is_saved_not_sent_and_anothers_words_are_neither(town: Town) -> None:
    card = town.assigned()
    words = {**FINAL, "writer": str(town.executor.pk)}
    for verb in ("draft", "submission"):
        answer = press(town.operator, f"/incidents/{card.pk}/{verb}/", **words)
        assert answer.status_code == 403
        assert answer.headers["X-Refusal"]
    assert not Answer.objects.exists()
    assert press(town.executor, f"/incidents/{card.pk}/draft/", **words).status_code == 200
    card = town.assigned()
    words = {**FINAL, "text": "Сделаем до {срок}, {мастер}"}
    status, page = submit(town, card, words)
    assert (status, "Заполните: {срок}, {мастер}" in page) == (422, True)
    kept = Answer.objects.get(incident=card)
    assert (kept.text, kept.state) == (words["text"], "draft")
    assert submit(town, card, {**FINAL, "text": "Шифр {12} и скобки {}"})[0] == 200


def test_an_ending_rests_on_evidence_that_the_approver_sees_where_something_can_be_done(town: Town) -> None:
    card = town.assigned()
    status, page = submit(town, card, SOLVED)
    assert (status, "Чем подтверждается" in page) == (422, True)
    assert Answer.objects.get(incident=card).state == Answer.State.DRAFT
    assert submit(town, card, {**SOLVED, "proof": "phone", "proof_words": "Позвонили, свет горит"})[0] == 200
    answer = Answer.objects.get(incident=card)
    assert (answer.ground, answer.ground_words) == ("phone", "Позвонили, свет горит")
    assert_shows(page_at(town.approver, "/approvals/"), "подтверждение:", "Позвонили, свет горит")
    card = town.assigned()
    assert submit(town, card, EXPLAINED)[0] == 422
    assert submit(town, card, {**EXPLAINED, "why": "private"})[0] == 422
    assert submit(town, card, {**EXPLAINED, "why": "private", "why_words": "земля не городская"})[0] == 200
    for address in ("/approvals/", f"/incidents/{card.pk}/"):
        assert_shows(page_at(town.approver, address), "закрывается без решения:", "частная собственность")
    for fields in (
        {"proof": "no_money", "proof_words": "денег нет"},
        {"proof": "' OR 1=1 --", "proof_words": "x" * 9000},
        {"proof": "phone", "proof_words": "\x00\n  \n"},
        {"why": "private", "why_words": "чужое"},
    ):
        card = town.assigned()
        assert submit(town, card, {**SOLVED, **fields})[0] == 422, fields
        answer = Answer.objects.get(incident=card)
        assert len(answer.ground_words) <= 500
        assert answer.ground in {"", "phone"}, fields
    for kind in ("informational", "unsolvable"):
        card = town.assigned()
        Incident.objects.filter(pk=card.pk).update(kind=kind)
        assert 'name="proof"' not in page_at(town.executor, f"/incidents/{card.pk}/")
        assert submit(town, card, SOLVED)[0] == 200
        assert reread(card).state == State.APPROVAL


def box(page: str) -> str:
    match = re.search(r'name="exposing" value="(\w+)"', page)
    return match[1] if match else ""


def test_a_flat_stops_a_public_answer_and_a_phone_till_its_writer_vouches_for_it(town: Town) -> None:
    card, private = town.assigned(), town.assigned()
    status, page = submit(town, card, {**FINAL, "text": "В кв. 41 заменён стояк.", "exposing": "anything"})
    assert (status, box(page), "номер квартиры" in page) == (422, "", True)
    assert reread(card).state == "in_work"
    private.messages.update(place="direct")
    assert submit(town, private, {**FINAL, "text": PHONE + " Вашу кв. 41 проверим."})[0] == 200
    card, words = town.assigned(), {**FINAL, "text": PHONE}
    plain = signed_in(town.executor).post(f"/incidents/{card.pk}/submission/", words)
    first = box(assert_answers(plain, 422, "8 (861) 211-22-33"))
    assert Answer.objects.get(incident=card).state == "draft"
    status, page = submit(town, card, {**words, "text": PHONE + " Или 8-938-111-22-33.", "exposing": first})
    assert status == 422, "another phone needs another look"
    assert box(page) not in ("", first)
    status, page = submit(town, card, words)
    assert (status, box(page)) == (422, first)
    assert submit(town, card, {**words, "exposing": first})[0] == 200
    assert reread(card).state == "approval"
    for address in ("/approvals/", f"/incidents/{card.pk}/"):
        assert re.search(r"Увидят все:\s+8 \(861\) 211-22-33", page_at(town.approver, address)), address
