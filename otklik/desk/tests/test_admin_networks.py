"""«Сети»: what may be read and answered in, and by whose word."""

from django.test import Client

from otklik.desk.tests.pages import assert_shows
from otklik.networks import legal
from otklik.networks.models import LegalSwitch
from tests.make.town import Town

HERE = "/admin/networks/vk/"


def told(**more: str) -> dict[str, str]:
    return {"seen": legal.seen("vk"), **more}


def test_a_network_is_switched_off_and_its_list_says_who_did(town: Town, admin: Client) -> None:
    answer = admin.post(HERE, told(read="on", reason="Проверка"), follow=True)
    assert "Записано." in answer.content.decode()
    assert (legal.allowed("vk").read, legal.allowed("vk").speak) == (True, False)
    assert_shows(admin.get("/admin/networks/").content.decode(), town.admin.initials, "Проверка")


def test_switching_on_without_a_reason_is_refused_beside_the_field(town: Town, admin: Client) -> None:
    admin.post(HERE, told(reason=""))
    answer = admin.post(HERE, told(read="on", reason=""))
    assert answer.status_code == 422
    assert "Напишите, на каком основании" in answer.content.decode()
    assert not legal.allowed("vk").read


def test_nothing_is_published_where_nothing_is_read(town: Town, admin: Client) -> None:
    answer = admin.post(HERE, told(speak="on", reason="Надо"))
    assert answer.status_code == 422
    assert "нужно и читать" in answer.content.decode()


def test_who_saves_second_sees_what_stands_and_keeps_what_he_typed(town: Town, admin: Client) -> None:
    late = told(read="on", reason="Моё слово")
    admin.post(HERE, told(reason="Чужое слово"))
    answer = admin.post(HERE, late)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert_shows(page, "сеть переключил кто-то ещё", "Моё слово")
    assert LegalSwitch.objects.get().reason == "Чужое слово"


def test_there_is_no_page_for_a_network_that_is_not_there(town: Town, admin: Client) -> None:
    assert admin.get("/admin/networks/nowhere/").status_code == 404
