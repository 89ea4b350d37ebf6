"""«Аккаунты»: states in plain words, and keys that are tried in the network before and shown to nobody after."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format
from pytest_django import DjangoAssertNumQueries

from otklik.desk.tests.account_data import NEW, OLD, an_account, fresh, network, source, text_of, verbs, waiting
from otklik.desk.tests.pages import assert_shows
from otklik.journal.models import Entry, Reason
from otklik.networks import keeping
from otklik.networks.models import Account, Token
from otklik.networks.vk.tests.scripted import Script, error, ok
from otklik.people.scope import Refused
from tests.make.people import signed_in
from tests.make.town import Town

pytestmark = [pytest.mark.django_db, pytest.mark.enable_socket]
__all__ = ["network"]


def test_accounts_are_for_an_administrator_of_the_whole_region_alone(town: Town) -> None:
    account = an_account(town, stopped_at=timezone.now())
    one = f"accounts/{account.pk}/"
    acts = [f"{one}key/", f"{one}switching-off/", f"{one}switching-on/", f"{one}resumption/"]
    for address in ["accounts/", "accounts/addition/", one, *acts]:
        for user in (town.water_admin, town.auditor, town.operator, town.executor, town.stranger):
            client = signed_in(user)
            assert client.get(f"/admin/{address}").status_code in (403, 405)
            assert client.post(f"/admin/{address}", {**fresh(), "sure": "1"}).status_code in (403, 405)
        way = Client().post if address.endswith("/resumption/") else Client().get
        assert "/login/" in way(f"/admin/{address}")["Location"]
    assert verbs() == []
    assert Account.objects.filter(pk=account.pk, active=True, stopped_at__isnull=False).exists()
    assert Token.objects.get().secret == OLD
    assert "/admin/accounts/" not in text_of(signed_in(town.water_admin), "/admin/people/")
    assert "/admin/accounts/" in text_of(signed_in(town.admin), "/admin/people/")


def test_made_up_ids_are_not_found(admin: Client) -> None:
    for act in ("", "key/", "switching-off/", "switching-on/"):
        assert admin.get(f"/admin/accounts/999999/{act}").status_code == 404
    assert admin.post("/admin/accounts/999999/resumption/").status_code == 404
    assert admin.get("/admin/accounts/?after=99999999999999999999999&state=no&q=%ff%E2%80%AE").status_code == 200


def test_looking_changes_nothing(town: Town, admin: Client) -> None:
    account = an_account(town, stopped_at=timezone.now())
    assert admin.get(f"/admin/accounts/{account.pk}/resumption/").status_code == 405
    for act in ("", "key/", "switching-off/", "switching-on/"):
        admin.get(f"/admin/accounts/{account.pk}/{act}?sure=1")
    assert verbs() == []
    assert Account.objects.get(pk=account.pk).stopped_at == account.stopped_at


def test_the_list_says_who_works_and_what_to_do_with_who_does_not(town: Town, admin: Client) -> None:
    works = an_account(town)
    an_account(town, external_id="13", title="Стоит", stopped_at=timezone.now(), stop_reason=f"Отказ, token={OLD}")
    an_account(town, external_id="14", title="Спит", active=False)
    Token.objects.filter(account=an_account(town, external_id="15", title="Пустой")).delete()
    source(works, 1), source(works, 2), source(works, 3, active=False)
    waiting(town, works), waiting(town, works, "unknown"), waiting(town, works, "sent")
    page = text_of(admin, "/admin/accounts/")
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


def test_pages_take_at_most_ten_queries_however_many_accounts(
    town: Town, admin: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(100, 160):
        source(an_account(town, external_id=str(number)), number)
    account = Account.objects.latest("pk")
    waiting(town, account)
    # Two of them are the session and its user.
    with django_assert_max_num_queries(12):
        listed = admin.get("/admin/accounts/")
    with django_assert_max_num_queries(12):
        admin.get(f"/admin/accounts/{account.pk}/")
    assert len(listed.context["rows"]) == 50
    rest = admin.get("/admin/accounts/" + listed.context["next"]).context["rows"]
    assert len({one.account.pk for one in [*listed.context["rows"], *rest]}) == Account.objects.count()


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
    assert_shows(text_of(admin, f"/admin/accounts/{account.pk}/"), "записан", "Записан новый ключ аккаунта")
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
    assert answer.status_code == 422
    assert_shows(answer.content.decode(), words, "Ничего не изменено", hides=[NEW])
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
    assert text_of(admin, "/admin/accounts/")
    assert text_of(admin, f"/admin/accounts/{account.pk}/")
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
    assert_shows(text_of(admin, f"/admin/accounts/{account.pk}/"), hides=["<b>Город", "\u202e"])


def test_a_new_account_with_a_wrong_key_or_a_known_voice_is_not_kept(
    town: Town, admin: Client, network: Script
) -> None:
    known = an_account(town, external_id="club12")
    before = Account.objects.count()
    answer = admin.post("/admin/accounts/addition/", fresh(number="-12"))
    assert answer.status_code == 422
    assert f'href="/admin/accounts/{known.pk}/"' in answer.content.decode()
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
    answer = admin.post("/admin/accounts/addition/", fresh(**wrong))
    assert answer.status_code == 422
    assert "ad-error" in answer.content.decode()
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
        assert (words in admin.get(page).content.decode()) == told


def test_a_key_that_the_network_renews_by_itself_warns_nobody(town: Town, admin: Client) -> None:
    account = an_account(town, network="x", external_id="105")
    Token.objects.create(account=account, kind="user", secret="user-token-000000001", expires_at=timezone.now())
    assert "умрёт" not in admin.get("/admin/accounts/").content.decode()
