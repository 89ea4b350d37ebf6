"""«Доступ программ»: making a key, what it says once, revoking it, what the journal and the description say."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from otklik.desk.tests.pages import assert_shows, reread
from otklik.journal.models import Entry
from otklik.lib import clock
from otklik.people import programs
from otklik.people.models import ProgramToken, User
from tests.make.people import signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db
ADDRESS = "/admin/programs/"


def new(somebody: User, **changes: object) -> dict[str, object]:
    until = timezone.localdate() + timedelta(days=90)
    return {"name": "СЭД края", "owner": somebody.pk, "scopes": ["cards:read"], "until": until.isoformat()} | changes


def made(town: Town) -> ProgramToken:
    assert signed_in(town.admin).post(f"{ADDRESS}addition/", new(town.operator)).status_code == 200
    return ProgramToken.objects.latest("pk")


def test_only_an_administrator_of_the_whole_region_gets_in(town: Town) -> None:
    token = made(town)
    for user in (town.water_admin, town.auditor, town.operator):
        for address in ("", "addition/", f"{token.pk}/", f"{token.pk}/revocation/", "description/"):
            assert signed_in(user).get(f"{ADDRESS}{address}").status_code == 403
        assert signed_in(user).post(f"{ADDRESS}addition/", new(user)).status_code == 403
        assert signed_in(user).post(f"{ADDRESS}{token.pk}/revocation/").status_code == 403
    assert ProgramToken.objects.get(revoked_at=None) == token


def test_the_key_is_shown_once_and_opens_what_it_says(town: Town, admin: Client) -> None:
    answer = admin.post(f"{ADDRESS}addition/", new(town.operator))
    assert "no-store" in answer.headers["Cache-Control"]
    (secret,) = set(re.findall(r"otk_[\w-]{40,}", answer.content.decode()))
    found = programs.known(secret, clock.now())
    assert found is not None
    assert (found.owner, found.scopes, found.made_by) == (town.operator, ["cards:read"], town.admin)
    for address in ("", f"{found.pk}/"):
        assert_shows(admin.get(f"{ADDRESS}{address}").content.decode(), found.shown, hides=[secret])
    entry = Entry.objects.get(verb="program.make")
    assert secret[4:] not in repr(entry.data)
    line = admin.get("/admin/journal/").content.decode()
    assert "Выдан ключ программе" in line
    assert "СЭД края" in line


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"owner": 10**9}, "owner"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["everything"]}, "scopes"),
        ({"until": "2020-01-01"}, "until"),
        ({"until": "2099-01-01"}, "until"),
        ({"until": "завтра"}, "until"),
    ],
)
def test_what_will_not_do_is_said_at_its_field(
    town: Town, admin: Client, changes: dict[str, object], field: str
) -> None:
    answer = admin.post(f"{ADDRESS}addition/", new(town.operator, **changes))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert not ProgramToken.objects.exists()


def test_nobody_who_is_blocked_gets_one(town: Town, admin: Client) -> None:
    User.objects.filter(pk=town.operator.pk).update(is_active=False)
    assert admin.post(f"{ADDRESS}addition/", new(town.operator)).status_code == 422


def test_it_is_revoked_after_a_second_look_and_once(town: Town, admin: Client) -> None:
    token = made(town)
    assert "перестанет" in admin.get(f"{ADDRESS}{token.pk}/revocation/").content.decode()
    for _again in range(2):
        admin.post(f"{ADDRESS}{token.pk}/revocation/")
    assert (reread(token).revoked_at is not None, token.revoked_by) == (True, town.admin)
    assert Entry.objects.filter(verb="program.revoke", subject=f"program:{token.pk}").count() == 1
    assert "отозван" in admin.get(ADDRESS).content.decode()


def test_the_list_asks_the_same_however_many_there_are(town: Town, admin: Client) -> None:
    for _ in range(12):
        made(town)
    assert len(admin.get(ADDRESS).context["rows"]) == 12


def test_the_api_is_described_on_a_page(town: Town, admin: Client) -> None:
    page = admin.get(f"{ADDRESS}description/").content.decode()
    for told in ("/api/v1/cards/{card}/assignment", "answers:approve", "Idempotency-Key", "curl -H", "обязательно"):
        assert told in page
    assert "<script" not in page.split("<main", 1)[-1].split("</main>")[0]
