"""«Шаблоны»: kept by the region's administrator, and by an agency's for his own agencies."""

import pytest
from django.test import Client

from otklik.answers.models import Template
from otklik.desk.tests.forms import save
from otklik.desk.tests.pages import assert_answers, assert_shows, journal_verbs, page_at, reread
from otklik.journal.models import Entry
from tests.make.people import signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db


def given(**changed: str) -> dict[str, str]:
    told = {"kind": "final", "title": "Починим", "about": "", "agency": "", "text": "{обращение} Починим.", "card": ""}
    return {**told, **changed}


def test_an_agencys_administrator_keeps_his_own_and_sees_no_others(town: Town) -> None:
    mine = Template.objects.create(title="Про насосы", text="Текст", agency=town.pumps)
    common = Template.objects.create(title="Общий", text="Текст")
    alien = Template.objects.create(title="Про дороги", text="Текст", agency=town.roads)
    client = signed_in(town.water_admin)
    assert_shows(page_at(client, "/admin/templates/"), "Про насосы", hides=["Общий", "Про дороги"])
    for other in (common, alien):
        for verb in ("", "removal/"):
            assert client.post(f"/admin/templates/{other.pk}/{verb}", given(sure="1")).status_code == 404
    for agency in ("", str(town.roads.pk)):
        assert client.post("/admin/templates/addition/", given(agency=agency)).status_code == 422
        assert client.post(f"/admin/templates/{mine.pk}/", given(agency=agency)).status_code == 422
    assert save(client, f"/admin/templates/{mine.pk}/", given(agency=str(town.pumps.pk))).status_code == 302
    assert Entry.objects.get().verb == "template.edit"


def test_a_template_is_added_changed_and_removed(town: Town, admin: Client) -> None:
    about = f"g{town.pipe.group_id}"
    assert admin.post("/admin/templates/addition/", given(about=about)).status_code == 302
    made = Template.objects.get()
    assert (made.group, made.theme, made.agency) == (town.pipe.group, None, None)
    changed = given(about=f"t{town.pipe.pk}", title="<b>Новое</b>", text="Первая\nвторая")
    save(admin, f"/admin/templates/{made.pk}/", changed)
    assert (reread(made).group, made.theme, made.text) == (None, town.pipe, "Первая\nвторая")
    assert "<b>Новое" not in page_at(admin, "/admin/templates/")
    admin.post(f"/admin/templates/{made.pk}/removal/")
    assert Template.objects.exists()
    for _twice in range(2):
        admin.post(f"/admin/templates/{made.pk}/removal/", {"sure": "1"})
    assert not Template.objects.exists()
    assert journal_verbs() == ["template.add", "template.edit", "template.remove"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"title": ""}, "Заполните"),
        ({"title": "Ы" * 200}, "не больше 120"),
        ({"text": "Ы" * 200_000}, "не больше 4000"),
        ({"text": " \n "}, "Заполните"),
        ({"kind": "letter"}, "Такого в списке нет"),
        ({"agency": "9" * 30}, "Такого в списке нет"),
        ({"kind": "survey", "text": "Оцените нас"}, "Впишите {link}"),
        ({"text": "{имя <script>"}, "Это ничем не заполнится: «{имя &lt;script&gt;»"),
        ({"text": "{обращение} {неведомое} {link}"}, "не заполнится: «{неведомое}», «{link}». Есть такие: {имя}, {обр"),
        ({"text": "имя}"}, "не заполнится: «}»"),
        ({"text": "{" * 4000}, "не заполнится: «{»"),
        ({"kind": "survey", "text": "{имя}, оцените: {link}"}, "только {link}. Уберите или исправьте: «{имя}»"),
    ],
)
def test_what_cannot_be_a_template_is_told(admin: Client, changed: dict[str, str], said: str) -> None:
    assert_answers(admin.post("/admin/templates/addition/", given(**changed)), 422, said)
    assert not Template.objects.exists()


def test_holes_are_known_in_any_case_and_with_blanks(admin: Client) -> None:
    text = "{ Имя }, {АДРЕС}: {обращение} {место} {дата} {срок} {ведомство}"
    assert admin.post("/admin/templates/addition/", given(text=text)).status_code == 302
    assert Template.objects.get().text == text


def test_one_owner_has_one_title_of_a_kind(town: Town, admin: Client) -> None:
    first = Template.objects.create(title="Починим", kind="final", text="Т")
    other = Template.objects.create(title="Иначе", kind="final", text="Т")
    for answer in (
        admin.post("/admin/templates/addition/", given(title="починим ")),
        save(admin, f"/admin/templates/{other.pk}/", given()),
    ):
        assert_answers(answer, 422, "Шаблон этого вида с таким названием здесь уже есть")
    assert not Entry.objects.exists()
    assert admin.post("/admin/templates/addition/", given(kind="question")).status_code == 302
    assert admin.post("/admin/templates/addition/", given(agency=str(town.pumps.pk))).status_code == 302
    assert save(admin, f"/admin/templates/{first.pk}/", given(text="Другой")).status_code == 302


def test_the_text_of_the_survey_is_one_for_all_and_its_last_is_missed(town: Town, admin: Client) -> None:
    text = "Оцените нас: {link}"
    mine = given(kind="survey", text=text, agency=str(town.pumps.pk))
    assert "один для всех" in admin.post("/admin/templates/addition/", mine).content.decode()
    admin.post("/admin/templates/addition/", given(kind="survey", text=text))
    made = Template.objects.get()
    assert "последний текст опроса" in page_at(admin, f"/admin/templates/{made.pk}/removal/")


def test_a_look_fills_the_text_from_a_card_and_saves_nothing(town: Town, admin: Client) -> None:
    card = town.card()
    text = "{обращение}\n<i>{место}</i> {незнакомое}"
    shown = admin.post("/admin/templates/addition/", given(text=text, show="1")).content.decode()
    assert_shows(shown, "Анна, здравствуйте!", "<mark>{незнакомое}</mark>", hides=["<i>{"])
    named = admin.post("/admin/templates/addition/", given(text=text, show="1", card=f"№ {card.number}"))
    assert named.status_code == 200
    for card_number in ("999999", "x", "9" * 12):
        asked = admin.post("/admin/templates/addition/", given(show="1", card=card_number))
        assert_answers(asked, 422, "Такой карточки вы не видите")
    assert not Template.objects.exists()
    # Another agency's card is not looked into.
    client = signed_in(town.water_admin)
    own = given(show="1", card=str(card.number), agency=str(town.pumps.pk))
    assert client.post("/admin/templates/addition/", own).status_code == 422
