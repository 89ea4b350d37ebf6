"""«Аккаунты»: what an administrator does with an account beside its keys."""

import pytest
from django.test import Client
from django.utils import timezone

from otklik.desk.tests.account_data import an_account, network, source, text_of, verbs, waiting
from otklik.desk.tests.forms import save
from otklik.desk.tests.pages import assert_shows, reread
from otklik.journal.models import Entry
from otklik.networks.models import Account, Source
from tests.make.town import Town

pytestmark = [pytest.mark.django_db, pytest.mark.enable_socket]
__all__ = ["network"]


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
    assert "Уйдут ответы, которые ждали: 1." in text_of(admin, on)
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
    assert "есть" in text_of(admin, f"/admin/accounts/{account.pk}/")
    assert admin.get(f"/admin/accounts/{account.pk}/key/").status_code == 404
