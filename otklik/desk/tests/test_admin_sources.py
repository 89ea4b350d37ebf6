"""«Сети» and «Источники»: what may be read, by whose word; lists are added, what is wrong is said."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from openpyxl import Workbook

from otklik.desk.admin.source_facts import rows_of
from otklik.desk.admin.source_list import NotAList, cells_of, lines_of
from otklik.desk.tests.account_data import an_account
from otklik.desk.tests.pages import assert_answers, assert_shows, page_at, reread
from otklik.incidents.models import Incident, State
from otklik.journal.models import Entry
from otklik.lib import clock
from otklik.networks import legal, reading
from otklik.networks.models import Account, LegalSwitch, Source
from tests.make.town import Town

ADD = "/admin/sources/addition/"
HERE = "/admin/networks/vk/"


@pytest.fixture
def account(town: Town) -> Account:
    Source.objects.update(kind=Source.Kind.LINK)  # what the town reads already is none of these tests' matter
    return an_account(town)


def added() -> set[str]:
    return set(Source.objects.exclude(kind=Source.Kind.LINK).values_list("external_id", flat=True))


def given(account: Account, **more: object) -> dict[str, object]:
    return {"account": account.pk, "kind": "foreign", "pasted": "", "place": "", **more}


def a_source(account: Account, **more: object) -> Source:
    told = {"network": "vk", "kind": "foreign", "external_id": "77", "title": "Подслушано", **more}
    return Source.objects.create(account=account, **told)


def table(*rows: list[object]) -> bytes:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_pasted_list_is_read_from_now_on_and_what_is_known_stays(admin: Client, account: Account) -> None:
    a_source(account, title="Своё название")
    pasted = "https://vk.com/club77\nvk.com/gorod_sochi; club12\n\n"
    answer = admin.post(ADD, given(account, pasted=pasted), follow=True)
    assert "Добавлено источников: 2. 1 уже читается." in answer.content.decode()
    assert added() == {"77", "gorod_sochi", "12"}
    found = {one.external_id: one for one in Source.objects.filter(kind="foreign")}
    assert found["77"].title == "Своё название"
    assert found["12"].due_at is not None
    assert found["gorod_sochi"].url == "vk.com/gorod_sochi"
    assert Entry.objects.filter(verb="source.add").count() == 2


def test_what_is_no_address_is_named_and_nothing_is_added(admin: Client, account: Account) -> None:
    answer = admin.post(ADD, given(account, pasted="vk.com/club5\nне адрес <b>"))
    assert_answers(answer, 422, "Не разобрать: не адрес &lt;b&gt;")
    assert added() == set()
    assert admin.post(ADD, given(account)).status_code == 422


def test_addresses_are_taken_out_of_a_table(admin: Client, account: Account) -> None:
    content = table(
        ["Сообщество", "Ссылка", "Людей"], ["Город", "https://vk.com/club501", 900], ["Двор", "vk.com/dvor", 7]
    )
    file = SimpleUploadedFile("list.xlsx", content)
    assert admin.post(ADD, given(account, table=file)).status_code == 302
    assert added() == {"501", "dvor"}


@pytest.mark.parametrize(
    "content", [b"", b"not a table", b"PK\x03\x04broken", zipfile.ZipFile.__name__.encode() * 10, b"x" * 3_000_000]
)
def test_a_file_that_is_no_table_is_refused(admin: Client, account: Account, content: bytes) -> None:
    answer = admin.post(ADD, given(account, table=SimpleUploadedFile("list.xlsx", content)))
    assert answer.status_code == 422
    assert added() == set()


def test_a_table_that_unpacks_to_too_much_is_not_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (65 * 1024 * 1024))
    with pytest.raises(NotAList):
        cells_of(out.getvalue())


def test_words_are_looked_for_only_where_the_network_has_a_search(admin: Client, account: Account) -> None:
    answer = admin.post(ADD, given(account, kind="link", pasted="x"))
    assert answer.status_code == 422
    assert added() == set()


def test_lines_are_cut_and_cleaned() -> None:
    assert lines_of(" a , b;c\n\n\u202ed\x00 ") == ["a", "b", "c", "d"]
    assert len(lines_of("\n".join(map(str, range(5000))))) == 1000


def test_the_list_says_first_what_is_wrong_and_what_to_do(town: Town, admin: Client, account: Account) -> None:
    now = timezone.now()
    a_source(account, last_poll_at=now, last_event_at=now)
    a_source(account, external_id="78", title="Сломан", set_aside_at=now, error="Доступ к стене закрыт")
    page = page_at(admin, "/admin/sources/")
    assert page.index("Сломан") < page.index("Подслушано")
    assert_shows(page, "Доступ к стене закрыт", "Прочесть сейчас")
    assert "Подслушано" not in page_at(admin, "/admin/sources/?state=wrong")
    legal.decide("vk", False, False, "", legal.seen("vk"), town.admin, clock.now())
    assert "Сеть «ВКонтакте» выключена." in page_at(admin, "/admin/sources/")


def test_a_name_that_nobody_has_is_said_plainly_and_a_settled_one_is_shown(admin: Client, account: Account) -> None:
    words = "Чата с именем @nobody в Telegram нет: сверьте имя. У закрытого чата имени нет, добавьте его по номеру"
    a_source(account, failures=1, error=f"NeedsPerson: {words}")
    assert_shows(page_at(admin, "/admin/sources/"), words, hides=["NeedsPerson"])
    settled = a_source(account, external_id="tg:-1001", name="@gorod", network="telegram")
    assert "<bdi>@gorod</bdi>, <bdi>tg:-1001</bdi>" in page_at(admin, f"/admin/sources/{settled.pk}/")
    assert "tg:-1001" not in page_at(admin, "/admin/sources/?q=@nothing")
    assert str(settled.title) in page_at(admin, "/admin/sources/?q=@gorod")


def test_yield_and_noise_are_of_the_last_week(town: Town, account: Account) -> None:
    source = a_source(account)
    cards = [town.card() for _ in range(4)]
    for card in cards:
        message = card.links.get(main=True).message
        message.source, message.captured_at = source, timezone.now()
        message.posted_at = message.captured_at - timedelta(seconds=7)
        message.save()
    Incident.objects.filter(pk=cards[0].pk).update(state=State.NOISE)
    message = cards[3].links.get(main=True).message
    message.captured_at = timezone.now() - timedelta(days=8)
    message.save()
    (row,) = rows_of([source], timezone.now())
    assert (row.messages, row.cards, row.noise) == (3, 2, 33)


def test_what_is_said_of_a_source_changes_once_and_late_words_are_kept(
    town: Town, admin: Client, account: Account
) -> None:
    here = a_source(account)
    told = {"title": "Город", "place": str(town.city.pk), "guests": "no", "seen": reading.seen(here)}
    assert admin.post(f"/admin/sources/{here.pk}/", told).status_code == 302
    assert (reread(here).title, here.place, here.guests_may_speak) == ("Город", town.city, False)
    assert_answers(admin.post(f"/admin/sources/{here.pk}/", {**told, "title": "Иначе"}), 409, "Иначе")


def test_a_source_is_switched_off_and_on_and_read_at_once(admin: Client, account: Account) -> None:
    here = a_source(account, set_aside_at=timezone.now(), error="x")
    off = f"/admin/sources/{here.pk}/switching-off/"
    assert "Не читать" in admin.post(off).content.decode()
    admin.post(off, {"sure": "1"})
    assert (reread(here).active, here.due_at) == (False, None)
    admin.post(f"/admin/sources/{here.pk}/look/")
    assert reread(here).due_at is None
    admin.post(f"/admin/sources/{here.pk}/switching-on/")
    admin.post(f"/admin/sources/{here.pk}/look/")
    assert (reread(here).active, here.set_aside_at, here.due_at is None) == (True, None, False)
    verbs = Entry.objects.filter(subject=f"source:{here.pk}").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["source.off", "source.on", "source.read"]


def told(**more: str) -> dict[str, str]:
    return {"seen": legal.seen("vk"), **more}


def test_a_network_is_switched_off_and_its_list_says_who_did(town: Town, admin: Client) -> None:
    answer = admin.post(HERE, told(read="on", reason="Проверка"), follow=True)
    assert "Записано." in answer.content.decode()
    assert (legal.allowed("vk").read, legal.allowed("vk").speak) == (True, False)
    assert_shows(page_at(admin, "/admin/networks/"), town.admin.initials, "Проверка")


def test_switching_on_without_a_reason_is_refused_beside_the_field(town: Town, admin: Client) -> None:
    admin.post(HERE, told(reason=""))
    assert_answers(admin.post(HERE, told(read="on", reason="")), 422, "Напишите, на каком основании")
    assert not legal.allowed("vk").read


def test_nothing_is_published_where_nothing_is_read(town: Town, admin: Client) -> None:
    assert_answers(admin.post(HERE, told(speak="on", reason="Надо")), 422, "нужно и читать")


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
