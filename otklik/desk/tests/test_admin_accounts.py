"""«Аккаунты»: states in plain words, and keys that are tried in the network before and shown to nobody after."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format

from otklik.desk.tests.account_data import NEW, OLD, an_account, fresh, network, source, verbs, waiting
from otklik.desk.tests.forms import save
from otklik.desk.tests.pages import assert_answers, assert_shows, page_at, reread
from otklik.journal.models import Entry, Reason
from otklik.networks import keeping
from otklik.networks.models import Account, Source, Token
from otklik.networks.vk.tests.scripted import error, ok
from otklik.people.scope import Refused
from tests.make.scripted import Script
from tests.make.town import Town

pytestmark = [pytest.mark.django_db, pytest.mark.enable_socket]
__all__ = ["network"]


def test_the_list_says_who_works_and_what_to_do_with_who_does_not(town: Town, admin: Client) -> None:
    works = an_account(town)
    an_account(town, external_id="13", title="Стоит", stopped_at=timezone.now(), stop_reason=f"Отказ, token={OLD}")
    an_account(town, external_id="14", title="Спит", active=False)
    Token.objects.filter(account=an_account(town, external_id="15", title="Пустой")).delete()
    source(works, 1), source(works, 2), source(works, 3, active=False)
    waiting(town, works), waiting(town, works, "unknown"), waiting(town, works, "sent")
    page = page_at(admin, "/admin/accounts/")
    for words in ("работает", "остановлен", "Отказ", "Запишите новый ключ", "выключен", "без ключа", "учебный"):
        assert words in page
    (row,) = [row for row in admin.get("/admin/accounts/").context["rows"] if row.account == works]
    assert (row.sources, row.waiting) == (2, 2)
    expected = {"works": "Город отвечает", "stopped": "Стоит", "off": "Спит", "keyless": "Пустой"}
    for state, title in expected.items():
        found = admin.get(f"/admin/accounts/?state={state}").context["rows"]
        assert title in [one.account.title for one in found]
        assert not {one.account.title for one in found} & (set(expected.values()) - {title})
    assert [one.account.title for one in admin.get("/admin/accounts/?q=стоит").context["rows"]] == ["Стоит"]


def test_a_key_is_tried_in_the_network_and_then_kept_sealed(town: Town, admin: Client, network: Script) -> None:
    account = an_account(town, stopped_at=timezone.now(), stop_reason="Отказ")
    read = source(account)
    answer = admin.post(f"/admin/accounts/{account.pk}/key/", {"kind": "community", "secret": f"  {NEW}\n"})
    assert answer["Location"] == f"/admin/accounts/{account.pk}/"
    assert Token.objects.get(account=account).secret == NEW
    assert {asked.token for asked in network.asked} == {NEW}
    account.refresh_from_db()
    read.refresh_from_db()
    assert (account.stopped_at, account.stop_reason) == (None, "")
    assert read.due_at is not None
    assert verbs() == ["account.key", "account.resume"]
    assert Entry.objects.get(verb="account.key").data == {"network": "vk", "kind": "community"}
    assert_shows(page_at(admin, f"/admin/accounts/{account.pk}/"), "записан", "Записан новый ключ аккаунта")
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM networks_token")
        assert NEW not in str(cursor.fetchall())


@pytest.mark.parametrize(
    ("method", "says", "words"),
    [
        ("groups.getById", error(27), "Ключ сообщества не подходит или отозван"),
        ("groups.getById", ok({"groups": [{"id": 77}]}), "Ключ выдан другому сообществу"),
        ("groups.getById", error(6), "ВКонтакте просит не обращаться так часто"),
        ("groups.getTokenPermissions", ok({"permissions": [{"name": "wall"}]}), "отметьте это право"),
    ],
)
def test_a_wrong_key_is_refused_with_the_networks_words_and_nothing_changes(
    town: Town, admin: Client, network: Script, method: str, says: dict[str, Any], words: str
) -> None:
    account = an_account(town, stopped_at=timezone.now(), stop_reason="Отказ")
    network.say(method, says)
    answer = admin.post(f"/admin/accounts/{account.pk}/key/", {"kind": "community", "secret": NEW})
    assert_answers(answer, 422, words, "Ничего не изменено", hides=[NEW])
    assert Token.objects.get().secret == OLD
    assert Account.objects.get(pk=account.pk).stopped_at is not None
    assert verbs() == []


@pytest.mark.parametrize("kind", ["service", "user"])
def test_keys_of_other_kinds_are_tried_by_what_they_are_for(
    town: Town, admin: Client, network: Script, kind: str
) -> None:
    account = an_account(town)
    address = f"/admin/accounts/{account.pk}/key/"
    network.say("wall.get", error(5))
    network.say("groups.getById", error(5))
    assert admin.post(address, {"kind": kind, "secret": NEW}).status_code == 422
    assert not Token.objects.filter(kind=kind).exists()
    network.say("wall.get", ok({"count": 0, "items": []}))
    network.say("groups.getById", ok({"groups": [{"id": 12, "is_admin": 1}]}))
    assert admin.post(address, {"kind": kind, "secret": NEW}).status_code == 302
    assert Token.objects.get(kind=kind).secret == NEW
    assert Token.objects.get(kind="community").secret == OLD
    assert verbs() == ["account.key"]


def test_the_secret_stands_in_no_journal_row_log_or_page(
    town: Town, admin: Client, network: Script, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    account = an_account(town, stop_reason=f"https://api.vk.ru/?access_token={OLD}", stopped_at=timezone.now())
    seen = [admin.post(f"/admin/accounts/{account.pk}/key/", {"kind": "community", "secret": NEW}, follow=True)]
    network.say("groups.getById", error(5))
    another = NEW + "-2"
    seen.append(admin.post(f"/admin/accounts/{account.pk}/key/", {"kind": "community", "secret": another}))
    seen.append(admin.post("/admin/accounts/addition/", fresh(number="44", community=another)))
    seen.append(admin.post("/admin/accounts/addition/", fresh(number="no", community=another)))
    addresses = ("", f"{account.pk}/", f"{account.pk}/key/", "addition/")
    seen += [admin.get(f"/admin/accounts/{address}") for address in addresses]
    seen.append(admin.get("/admin/journal/"))
    shown = "".join(answer.content.decode() for answer in seen)
    rows = str(list(Entry.objects.values())) + str(list(Reason.objects.values()))
    logged = "".join(record.getMessage() for record in caplog.records)
    assert Token.objects.get(account=account).secret == NEW
    for place in (shown, rows, logged):
        assert "CANARY" not in place


@pytest.mark.parametrize(
    "secret",
    [
        "",
        " ",
        "short",
        "vkontakte-sochi",
        "с русскими буквами",
        "two words12",
        "vk1\r\nX-Header: 1",
        "a\x00bcdefgh",
        "k" * 200_000,
    ],
)
def test_what_is_no_key_never_reaches_the_network(town: Town, admin: Client, network: Script, secret: str) -> None:
    account = an_account(town)
    assert admin.post(f"/admin/accounts/{account.pk}/key/", {"kind": "community", "secret": secret}).status_code == 422
    assert admin.post(f"/admin/accounts/{account.pk}/key/", {"kind": "<b>", "secret": NEW}).status_code == 422
    assert admin.post("/admin/accounts/addition/", fresh(number="44", community=secret)).status_code == 422
    assert network.asked == []
    assert Token.objects.get().secret == OLD


def test_a_new_key_mends_an_account_whose_old_one_cannot_be_read(town: Town, admin: Client, network: Script) -> None:
    account = an_account(town)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE networks_token SET secret = 'gAAAA-sealed-with-a-lost-key'")
        cursor.execute("UPDATE networks_account SET hook_secret = 'gAAAA-sealed-with-a-lost-key'")
    assert page_at(admin, "/admin/accounts/")
    assert page_at(admin, f"/admin/accounts/{account.pk}/")
    assert admin.post(f"/admin/accounts/{account.pk}/key/", {"kind": "community", "secret": NEW}).status_code == 302
    assert Token.objects.get().secret == NEW


def test_a_new_account_is_kept_when_its_key_works(town: Town, admin: Client, network: Script) -> None:
    number = str(town.water.pk)
    address = "https://vk.com/club12?w=1"
    answer = admin.post("/admin/accounts/addition/", fresh(number=address, agency=number, title=" <b>Город</b>\u202e "))
    assert answer.status_code == 302, answer.context["form"].errors
    account = Account.objects.get(external_id="12")
    assert answer["Location"] == f"/admin/accounts/{account.pk}/"
    assert (account.network, account.agency, account.sandbox) == ("vk", town.water, True)
    assert (account.active, account.stopped_at) == (True, None)
    assert Token.objects.get(account=account).secret == NEW
    assert verbs() == ["account.add", "account.key"]
    assert_shows(page_at(admin, f"/admin/accounts/{account.pk}/"), hides=["<b>Город", "\u202e"])


def test_a_new_account_with_a_wrong_key_or_a_known_voice_is_not_kept(
    town: Town, admin: Client, network: Script
) -> None:
    known = an_account(town, external_id="club12")
    before = Account.objects.count()
    answer = admin.post("/admin/accounts/addition/", fresh(number="-12"))
    assert_answers(answer, 422, f'href="/admin/accounts/{known.pk}/"')
    assert network.asked == []
    network.say("groups.getById", error(27))
    assert admin.post("/admin/accounts/addition/", fresh(number="44")).status_code == 422
    assert Account.objects.count() == before
    assert verbs() == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": "rechnoy"},
        {"number": "id5"},
        {"number": "0"},
        {"number": "9" * 300},
        {"community": ""},
        {"service": "short"},
        {"title": ""},
        {"title": "\u200b\u200b"},
        {"title": "я" * 201},
        {"agency": "999999"},
        {"agency": "1 OR 1"},
    ],
)
def test_what_is_typed_wrong_stays_on_the_page(
    town: Town, admin: Client, network: Script, wrong: dict[str, str]
) -> None:
    before = Account.objects.count()
    assert_answers(admin.post("/admin/accounts/addition/", fresh(**wrong)), 422, "ad-error")
    assert (Account.objects.count(), network.asked) == (before, [])


def test_a_second_click_and_a_colleague_add_one_account(town: Town) -> None:
    told, now = keeping.Told("Город"), timezone.now()
    keeping.add(keeping.unsaved("vk", "12"), told, {"community": NEW}, town.admin, now)
    with pytest.raises(Refused) as refused:
        keeping.add(keeping.unsaved("vk", "club12"), told, {"community": NEW}, town.admin, now)
    assert refused.value.code == "double"
    assert verbs() == ["account.add", "account.key"]


@pytest.mark.parametrize(("days", "told"), [(20, False), (10, True)])
def test_a_key_that_dies_soon_is_told_with_its_day(town: Town, admin: Client, days: int, told: bool) -> None:
    account = an_account(town, network="facebook", external_id="105")
    dies = timezone.now() + timedelta(days=days)
    Token.objects.create(account=account, kind="page", secret="page-token-000000001", expires_at=dies)
    day = date_format(timezone.localtime(dies), "j E")
    for page in ("/admin/accounts/", f"/admin/accounts/{account.pk}/"):
        words = f"Ключ «Ключ страницы» умрёт {day}: запишите новый до этого дня."
        assert (words in page_at(admin, page)) == told


def test_a_key_that_the_network_renews_by_itself_warns_nobody(town: Town, admin: Client) -> None:
    account = an_account(town, network="x", external_id="105")
    Token.objects.create(account=account, kind="user", secret="user-token-000000001", expires_at=timezone.now())
    assert "умрёт" not in page_at(admin, "/admin/accounts/")


def test_an_account_takes_another_title_and_agency(town: Town, admin: Client) -> None:
    account = an_account(town)
    address = f"/admin/accounts/{account.pk}/"
    save(admin, address, {"title": "Дороги", "agency": str(town.roads.pk)})
    assert (reread(account).title, account.agency) == ("Дороги", town.roads)
    was = {"agency": town.water.pk}
    assert Entry.objects.get(verb="account.edit").data == {"agency": town.roads.pk, "before": was}
    save(admin, address, {"title": "Регион", "agency": ""})
    assert (reread(account).agency, account.hook_secret) == (None, "HOOK-CANARY")
    assert admin.post(address, {"title": "", "agency": "x"}).status_code == 422


def test_switching_off_says_first_what_stops(town: Town, admin: Client) -> None:
    account = an_account(town)
    read = source(account)
    source(account, 2), waiting(town, account), waiting(town, account, "sent")
    address = f"/admin/accounts/{account.pk}/switching-off/"
    assert_shows(admin.post(address).content.decode(), "Перестанут читаться источники: 2.", "Не уйдёт 1 ответ.")
    assert Account.objects.get(pk=account.pk).active
    admin.post(address, {"sure": "1"})
    admin.post(address, {"sure": "1"})
    assert not Account.objects.get(pk=account.pk).active
    assert admin.get(address).status_code == 409
    on = f"/admin/accounts/{account.pk}/switching-on/"
    assert "Уйдут ответы, которые ждали: 1." in page_at(admin, on)
    Source.objects.update(due_at=None)
    admin.post(on, {"sure": "1"})
    admin.post(on, {"sure": "1"})
    read.refresh_from_db()
    assert Account.objects.get(pk=account.pk).active
    assert read.due_at is not None
    assert verbs() == ["account.off", "account.on"]


def test_a_stopped_account_is_let_try_again_once(town: Town, admin: Client) -> None:
    account = an_account(town, stopped_at=timezone.now(), stop_reason="Отказ")
    for _click in range(2):
        admin.post(f"/admin/accounts/{account.pk}/resumption/")
    assert Account.objects.get(pk=account.pk).stopped_at is None
    assert verbs() == ["account.resume"]


def test_an_account_of_a_network_that_we_do_not_speak_takes_no_key(town: Town, admin: Client) -> None:
    account = an_account(town, network="other", external_id="5")
    assert "есть" in page_at(admin, f"/admin/accounts/{account.pk}/")
    assert admin.get(f"/admin/accounts/{account.pk}/key/").status_code == 404
