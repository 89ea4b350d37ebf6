"""«Аккаунты», «Источники» and «Сети»: states in plain words, keys that are tried in the network before and shown to
nobody after, what is read, and by whose word."""

import io
import logging
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format

from otklik.desk.admin.source_facts import rows_of
from otklik.desk.admin.source_list import NotAList, cells_of, lines_of
from otklik.desk.tests.account_data import NEW, OLD, an_account, fresh, network, source, verbs, waiting
from otklik.desk.tests.forms import save
from otklik.desk.tests.pages import assert_answers, assert_shows, journal_verbs, page_at, reread, sheet
from otklik.incidents.models import Incident, State
from otklik.journal.models import Entry, Reason
from otklik.lib import clock
from otklik.lib.refusal import Refused
from otklik.networks import keeping, legal
from otklik.networks.models import Account, Reconciliation, Source, Token
from otklik.networks.vk.tests.scripted import error, ok
from tests.make.scripted import Script
from tests.make.town import Town

pytestmark = [pytest.mark.django_db, pytest.mark.enable_socket]
__all__ = ["network"]
ADDING, ADDING_SOURCES = "/admin/accounts/addition/", "/admin/sources/addition/"


def key(kind: str = "community", secret: str = NEW) -> dict[str, str]:
    return {"kind": kind, "secret": secret}


def test_the_list_says_who_works_and_what_to_do_with_who_does_not(town: Town, admin: Client) -> None:
    works = an_account(town)
    an_account(town, external_id="13", title="Стоит", stopped_at=timezone.now(), stop_reason=f"Отказ, token={OLD}")
    an_account(town, external_id="14", title="Спит", active=False)
    Token.objects.filter(account=an_account(town, external_id="15", title="Пустой")).delete()
    source(works, 1), source(works, 2), source(works, 3, active=False)
    waiting(town, works), waiting(town, works, "unknown"), waiting(town, works, "sent")
    words = ("работает", "остановлен", "Отказ", "Запишите новый ключ", "выключен", "без ключа", "учебный")
    assert_shows(page_at(admin, "/admin/accounts/"), *words)

    def titles(query: str) -> set[str]:
        return {one.account.title for one in admin.get(f"/admin/accounts/{query}").context["rows"]}

    (row,) = [row for row in admin.get("/admin/accounts/").context["rows"] if row.account == works]
    assert (row.sources, row.waiting) == (2, 2)
    of_states = {"works": "Город отвечает", "stopped": "Стоит", "off": "Спит", "keyless": "Пустой"}
    for state, title in of_states.items():
        assert titles(f"?state={state}") & set(of_states.values()) == {title}
    assert titles("?q=стоит") == {"Стоит"}


def test_a_key_is_tried_in_the_network_and_then_kept_sealed(town: Town, admin: Client, network: Script) -> None:
    account = an_account(town, stopped_at=timezone.now(), stop_reason="Отказ")
    read, address = source(account), f"/admin/accounts/{account.pk}/"
    assert admin.post(f"{address}key/", key(secret=f"  {NEW}\n"))["Location"] == address
    assert Token.objects.get(account=account).secret == NEW
    assert {asked.token for asked in network.asked} == {NEW}
    assert (reread(account).stopped_at, account.stop_reason) == (None, "")
    assert reread(read).due_at is not None
    assert verbs() == ["account.key", "account.resume"]
    assert Entry.objects.get(verb="account.key").data == {"network": "vk", "kind": "community"}
    assert_shows(page_at(admin, address), "записан", "Записан новый ключ аккаунта")
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM networks_token")
        assert NEW not in str(cursor.fetchall())


def test_a_wrong_key_is_refused_in_the_networks_words_and_not_kept(town: Town, admin: Client, network: Script) -> None:
    account = an_account(town, stopped_at=timezone.now(), stop_reason="Отказ")
    for method, says, words in (
        ("groups.getById", error(27), "Ключ сообщества не подходит или отозван"),
        ("groups.getById", ok({"groups": [{"id": 77}]}), "Ключ выдан другому сообществу"),
        ("groups.getTokenPermissions", ok({"permissions": [{"name": "wall"}]}), "отметьте это право"),
        ("groups.getById", error(6), "ВКонтакте просит не обращаться так часто"),
    ):
        network.say("groups.getById", ok({"groups": [{"id": 12, "name": "Город"}]}))
        network.say(method, says)
        answer = admin.post(f"/admin/accounts/{account.pk}/key/", key())
        assert_answers(answer, 422, words, "Ничего не изменено", hides=[NEW])
    assert Token.objects.get().secret == OLD
    assert reread(account).stopped_at is not None
    assert verbs() == []


def test_keys_of_other_kinds_are_tried_by_what_they_are_for(town: Town, admin: Client, network: Script) -> None:
    address = f"/admin/accounts/{an_account(town).pk}/key/"
    for kind in ("service", "user"):
        network.say("wall.get", error(5))
        network.say("groups.getById", error(5))
        assert admin.post(address, key(kind)).status_code == 422
        assert not Token.objects.filter(kind=kind).exists()
        network.say("wall.get", ok({"count": 0, "items": []}))
        network.say("groups.getById", ok({"groups": [{"id": 12, "is_admin": 1}]}))
        assert admin.post(address, key(kind)).status_code == 302
        assert Token.objects.get(kind=kind).secret == NEW
    assert Token.objects.get(kind="community").secret == OLD
    assert verbs() == ["account.key"] * 2


def test_the_secret_stands_in_no_journal_row_log_or_page(
    town: Town, admin: Client, network: Script, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    account = an_account(town, stop_reason=f"https://api.vk.ru/?access_token={OLD}", stopped_at=timezone.now())
    address = f"/admin/accounts/{account.pk}/"
    seen = [admin.post(f"{address}key/", key(), follow=True)]
    network.say("groups.getById", error(5))
    another = NEW + "-2"
    seen.append(admin.post(f"{address}key/", key(secret=another)))
    seen += [admin.post(ADDING, fresh(number=number, community=another)) for number in ("44", "no")]
    seen += map(admin.get, ("/admin/accounts/", address, f"{address}key/", ADDING, "/admin/journal/"))
    shown = "".join(answer.content.decode() for answer in seen)
    rows = str(list(Entry.objects.values())) + str(list(Reason.objects.values()))
    logged = "".join(record.getMessage() for record in caplog.records)
    assert Token.objects.get(account=account).secret == NEW
    for place in (shown, rows, logged):
        assert "CANARY" not in place


def test_what_is_no_key_goes_nowhere_and_a_new_one_mends_a_lost_one(town: Town, admin: Client, network: Script) -> None:
    account = an_account(town)
    address = f"/admin/accounts/{account.pk}/key/"
    assert admin.post(address, key("<b>")).status_code == 422
    for secret in (
        *("", " ", "short", "vkontakte-sochi", "с русскими буквами", "two words12", "vk1\r\nX-Header: 1"),
        *("a\x00bcdefgh", "k" * 200_000),
    ):
        for answer in (
            admin.post(address, key(secret=secret)),
            admin.post(ADDING, fresh(number="44", community=secret)),
        ):
            assert answer.status_code == 422, secret[:20]
    assert network.asked == []
    assert Token.objects.get().secret == OLD
    with connection.cursor() as cursor:
        cursor.execute("UPDATE networks_token SET secret = 'gAAAA-sealed-with-a-lost-key'")
        cursor.execute("UPDATE networks_account SET hook_secret = 'gAAAA-sealed-with-a-lost-key'")
    assert page_at(admin, "/admin/accounts/")
    assert page_at(admin, f"/admin/accounts/{account.pk}/")
    assert admin.post(address, key()).status_code == 302
    assert Token.objects.get().secret == NEW


def test_a_new_account_is_kept_when_its_key_works_and_is_added_once(town: Town, admin: Client, network: Script) -> None:
    new = fresh(number="https://vk.com/club12?w=1", agency=str(town.water.pk), title=" <b>Город</b>\u202e ")
    answer = admin.post(ADDING, new)
    assert answer.status_code == 302, answer.context["form"].errors
    account = Account.objects.get(external_id="12")
    assert answer["Location"] == f"/admin/accounts/{account.pk}/"
    assert (account.network, account.agency, account.sandbox) == ("vk", town.water, True)
    assert (account.active, account.stopped_at) == (True, None)
    assert Token.objects.get(account=account).secret == NEW
    assert_shows(page_at(admin, answer["Location"]), hides=["<b>Город", "\u202e"])
    same, account_input = keeping.unsaved("vk", "club12"), keeping.AccountInput("Город")
    with pytest.raises(Refused, match="double"):
        keeping.add(same, account_input, {"community": NEW}, town.admin, timezone.now())
    assert verbs() == ["account.add", "account.key"]


def test_wrong_fields_a_wrong_key_and_a_known_voice_are_not_kept(town: Town, admin: Client, network: Script) -> None:
    known = an_account(town, external_id="club12")
    before = Account.objects.count()
    assert_answers(admin.post(ADDING, fresh(number="-12")), 422, f'href="/admin/accounts/{known.pk}/"')
    for wrong in (
        *({"number": number} for number in ("rechnoy", "id5", "0", "9" * 300)),
        *({"community": ""}, {"service": "short"}, {"title": ""}, {"title": "\u200b\u200b"}, {"title": "я" * 201}),
        *({"agency": "999999"}, {"agency": "1 OR 1"}),
    ):
        assert_answers(admin.post(ADDING, fresh(**{"number": "44", **wrong})), 422, "ad-error")
    assert network.asked == []
    network.say("groups.getById", error(27))
    assert admin.post(ADDING, fresh(number="44")).status_code == 422
    assert (Account.objects.count(), verbs()) == (before, [])


def test_a_key_that_dies_soon_is_told_of_and_a_foreign_network_takes_none(town: Town, admin: Client) -> None:
    renewed = an_account(town, network="x", external_id="105")
    Token.objects.create(account=renewed, kind="user", secret="user-token-000000001", expires_at=timezone.now())
    account = an_account(town, network="facebook", external_id="105")
    token = Token.objects.create(account=account, kind="page", secret="page-token-000000001")
    for days, expected in ((20, False), (10, True)):
        dies = timezone.now() + timedelta(days=days)
        Token.objects.filter(pk=token.pk).update(expires_at=dies)
        words = (
            f"Ключ «Ключ страницы» умрёт {date_format(timezone.localtime(dies), 'j E')}: запишите новый до этого дня."
        )
        for page in ("/admin/accounts/", f"/admin/accounts/{account.pk}/"):
            shown = page_at(admin, page)
            assert (words in shown, "умрёт" in shown) == (expected, expected)
    account = an_account(town, network="other", external_id="5")
    assert "есть" in page_at(admin, f"/admin/accounts/{account.pk}/")
    assert admin.get(f"/admin/accounts/{account.pk}/key/").status_code == 404


def test_switching_off_says_first_what_stops_and_on_again_what_goes_on(town: Town, admin: Client) -> None:
    account = an_account(town)
    read, address = source(account), f"/admin/accounts/{account.pk}/"
    source(account, 2), waiting(town, account), waiting(town, account, "sent")
    off = f"{address}switching-off/"
    assert_shows(admin.post(off).content.decode(), "Перестанут читаться источники: 2.", "Не уйдёт 1 ответ.")
    admin.post(off, {"sure": "1"})
    assert not reread(account).active
    assert admin.get(off).status_code == 409
    assert "Уйдут ответы, которые ждали: 1." in page_at(admin, f"{address}switching-on/")
    Source.objects.update(due_at=None)
    admin.post(f"{address}switching-on/", {"sure": "1"})
    assert reread(account).active
    assert reread(read).due_at is not None
    Account.objects.update(stopped_at=timezone.now(), stop_reason="Отказ")
    for _click in range(2):
        admin.post(f"{address}resumption/")
    assert reread(account).stopped_at is None
    save(admin, address, {"title": "Регион", "agency": ""})
    assert (reread(account).agency, account.hook_secret) == (None, "HOOK-CANARY")
    assert verbs() == ["account.off", "account.on", "account.resume", "account.edit"]


# What is read with their keys.
@pytest.fixture
def account(town: Town) -> Account:
    Source.objects.update(kind=Source.Kind.LINK)  # what the town reads already is none of these tests' matter
    return an_account(town)


def added() -> set[str]:
    return set(Source.objects.exclude(kind=Source.Kind.LINK).values_list("external_id", flat=True))


def sources_form(account: Account, **more: object) -> dict[str, object]:
    return {"account": account.pk, "kind": "foreign", "pasted": "", "place": "", **more}


def a_source(account: Account, **more: object) -> Source:
    named = {"network": "vk", "kind": "foreign", "external_id": "77", "title": "Подслушано", **more}
    return Source.objects.create(account=account, **named)


def test_pasted_lines_and_a_table_are_read_from_now_on_and_no_list_adds_none(admin: Client, account: Account) -> None:
    assert lines_of(" a , b;c\n\n\u202ed\x00 ") == ["a", "b", "c", "d"]
    assert len(lines_of("\n".join(map(str, range(5000))))) == 1000
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (65 * 1024 * 1024))
    with pytest.raises(NotAList):
        cells_of(out.getvalue())
    answer = admin.post(ADDING_SOURCES, sources_form(account, pasted="vk.com/club5\nне адрес <b>"))
    assert_answers(answer, 422, "Не разобрать: не адрес &lt;b&gt;")
    tables = (b"", b"not a table", b"PK\x03\x04broken", b"ZipFile" * 10, b"x" * 3_000_000)
    words = {"kind": "link", "pasted": "x"}  # they are looked for only where the network has a search
    files: list[dict[str, Any]] = [{"table": SimpleUploadedFile("list.xlsx", content)} for content in tables]
    for wrong in ({}, words, *files):
        assert admin.post(ADDING_SOURCES, sources_form(account, **wrong)).status_code == 422
    assert added() == set()
    rows = (["Сообщество", "Ссылка", "Людей"], ["Город", "https://vk.com/club501", 900], ["Двор", "vk.com/dvor", 7])
    file = SimpleUploadedFile("list.xlsx", sheet(*rows))
    assert admin.post(ADDING_SOURCES, sources_form(account, table=file)).status_code == 302
    assert added() == {"501", "dvor"}
    a_source(account, title="Своё название")
    pasted = "https://vk.com/club77\nvk.com/gorod_sochi; club12\n\n"
    answer = admin.post(ADDING_SOURCES, sources_form(account, pasted=pasted), follow=True)
    assert "Добавлено источников: 2. 1 уже читается." in answer.content.decode()
    assert added() == {"501", "dvor", "77", "gorod_sochi", "12"}
    sources = {one.external_id: one for one in Source.objects.filter(kind="foreign")}
    assert sources["77"].title == "Своё название"
    assert sources["12"].due_at is not None
    assert sources["gorod_sochi"].url == "vk.com/gorod_sochi"
    assert Entry.objects.filter(verb="source.add").count() == 4


def test_the_list_says_first_what_is_wrong_and_what_to_do(town: Town, admin: Client, account: Account) -> None:
    now, words = timezone.now(), "Чата с именем @nobody в Telegram нет: сверьте имя. У закрытого чата имени нет"
    a_source(account, last_poll_at=now, last_event_at=now)
    a_source(account, external_id="78", title="Сломан", set_aside_at=now, error="Доступ к стене закрыт")
    a_source(account, external_id="79", title="Без имени", failures=1, error=f"NeedsPerson: {words}")
    settled = a_source(account, external_id="tg:-1001", title="Чат", name="@gorod", network="telegram")
    page = page_at(admin, "/admin/sources/")
    assert page.index("Сломан") < page.index("Подслушано")
    assert_shows(page, "Доступ к стене закрыт", "Прочесть сейчас", words, hides=["NeedsPerson"])
    assert "<bdi>@gorod</bdi>, <bdi>tg:-1001</bdi>" in page_at(admin, f"/admin/sources/{settled.pk}/")
    assert "Подслушано" not in page_at(admin, "/admin/sources/?state=wrong")
    assert "tg:-1001" not in page_at(admin, "/admin/sources/?q=@nothing")
    assert_shows(page_at(admin, "/admin/sources/?q=@gorod"), "Чат", hides=["Сломан"])
    for number in ("2", "9" * 18, "9" * 5000, "-5", "--5", "²"):
        assert "Подслушано" in page_at(admin, f"/admin/sources/?page={number}"), number[:20]
    whole = a_source(account, external_id="80", title="Полон", last_poll_at=now)
    Reconciliation.objects.create(source=whole, whole_until=now)
    Source.objects.filter(pk=settled.pk).update(last_poll_at=now)
    assert_shows(page_at(admin, "/admin/sources/"), "полно до", "сверяется с сетью", "один раз")
    assert_shows(page_at(admin, f"/admin/sources/{whole.pk}/"), "полно до", hides=["сверяется"])
    legal.decide("vk", False, False, "", legal.seen("vk"), town.admin, clock.now())
    assert "Сеть «ВКонтакте» выключена." in page_at(admin, "/admin/sources/")


def test_yield_and_noise_are_of_the_last_week(town: Town, account: Account) -> None:
    source, cards, now = a_source(account), [town.card() for _ in range(4)], timezone.now()
    for card, days in zip(cards, (0, 0, 0, 8), strict=True):
        message = card.links.get(main=True).message
        message.source, message.captured_at = source, now - timedelta(days=days)
        message.posted_at = message.captured_at - timedelta(seconds=7)
        message.save()
    Incident.objects.filter(pk=cards[0].pk).update(state=State.NOISE)
    (row,) = rows_of([source], timezone.now())
    assert (row.messages, row.cards, row.noise) == (3, 2, 33)


def test_a_source_and_a_network_are_switched_off_and_on_again(admin: Client, account: Account, town: Town) -> None:
    here = a_source(account, set_aside_at=timezone.now(), error="x")
    address = f"/admin/sources/{here.pk}"
    admin.post(f"{address}/switching-off/", {"sure": "1"})
    assert (reread(here).active, here.due_at) == (False, None)
    admin.post(f"{address}/look/")
    assert reread(here).due_at is None
    admin.post(f"{address}/switching-on/")
    admin.post(f"{address}/look/")
    assert (reread(here).active, here.set_aside_at, here.due_at is None) == (True, None, False)
    assert journal_verbs(subject=f"source:{here.pk}") == ["source.off", "source.on", "source.read"]
    address = "/admin/networks/vk/"
    fields = {"seen": legal.seen("vk"), "read": "on", "reason": "Проверка"}
    assert_answers(admin.post(address, fields, follow=True), 200, "Записано.")
    assert (legal.allowed("vk").read, legal.allowed("vk").speak) == (True, False)
    assert_shows(page_at(admin, "/admin/networks/"), town.admin.initials, "Проверка")
    admin.post(address, {"seen": legal.seen("vk"), "reason": ""})
    answer = admin.post(address, {"seen": legal.seen("vk"), "read": "on", "reason": ""})
    assert_answers(answer, 422, "Напишите, на каком основании")
    assert not legal.allowed("vk").read
    assert admin.get("/admin/networks/nowhere/").status_code == 404
