"""«Оповещение программ», «Доступ программ» and «Списки»: added, shown, tried, revoked; a key and a link are shown once,
a list is looked at before it is written."""

import re
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, override_settings
from django.utils import timezone
from openpyxl import load_workbook
from pytest_django import Settings

from otklik.desk.admin.hooks import lines_of, rows_of
from otklik.desk.tests.pages import assert_answers, assert_shows, journal_verbs, page_at, reread, sheet
from otklik.journal.models import Entry
from otklik.lib import clock
from otklik.notify.hooks import keeping, kinds
from otklik.notify.hooks.models import Call, Subscription
from otklik.notify.hooks.tell import neighbour_client
from otklik.people import programs
from otklik.people.models import Agency, ProgramToken, User
from tests.make.people import person, signed_in
from tests.make.town import Town

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("names")]
ADD, PROGRAMS, LISTS = "/admin/hooks/addition/", "/admin/programs/", "/admin/lists/"
USERS = f"{LISTS}users/"
HERE = "https://pos.example.ru/otklik"
FORM: dict[str, Any] = {"name": "ПОС", "address": HERE, "kinds": ["card.new", "card.closed"], "agency": ""}


@pytest.fixture
def hook(town: Town) -> Subscription:
    return keeping.add(keeping.HookInput("ПОС", HERE, kinds.KINDS), town.admin, clock.now())[0]


def a_call(hook: Subscription, number: int = 1, **more: object) -> Call:
    when = {"made_at": clock.now(), "until": clock.now() + timedelta(days=3)}
    fields = {"uid": uuid4(), "entry": number, "kind": kinds.NEW, "number": number, "body": "{}"} | when
    return Call.objects.create(subscription=hook, **(fields | more))


def at(hook: Subscription, rest: str = "") -> str:
    return f"/admin/hooks/{hook.pk}/{rest}"


def test_a_program_is_added_if_allowed_and_its_key_shown_once(town: Town, admin: Client, settings: Settings) -> None:
    answer = admin.post(ADD, FORM)
    here = Subscription.objects.get()
    assert_answers(answer, 200, here.secret)
    assert answer["Cache-Control"] == "no-store"
    assert (here.kinds, here.agency, here.due_at is not None) == (["card.new", "card.closed"], None, True)
    for address in ("/admin/hooks/", at(here), at(here, "calls/"), at(here, "secret/")):
        assert here.secret not in page_at(admin, address)
    entry = Entry.objects.get(verb="hook.add")
    before = Entry.objects.filter(pk__lt=entry.pk)
    assert not before.filter(pk__gt=here.entry).exists(), "what was before it is no event of its own"
    assert here.entry is not None
    assert here.entry < entry.pk
    assert here.secret not in f"{entry.data} {entry.free_reason.text}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM hooks_subscription")
        assert cursor.fetchone()[0].startswith("gAAAA")
    inside = FORM | {"address": "http://127.0.0.1:9000/"}
    assert admin.post(ADD, inside).status_code == 200
    settings.HOOKS_INSIDE, settings.MODE = ["10.20.0.0/16"], "real"
    neighbour_client.cache_clear()
    assert admin.post(ADD, inside).status_code == 422
    assert admin.post(ADD, inside | {"address": "https://127.0.0.1:9000/"}).status_code == 422
    assert admin.post(ADD, FORM | {"address": "https://inside.example.ru/"}).status_code == 200
    neighbour_client.cache_clear()


def test_a_new_key_is_asked_for_first_and_shown_once_whatever_the_old_one(admin: Client, hook: Subscription) -> None:
    earlier, address = hook.secret, at(hook, "secret/")
    assert "Сменить ключ" in page_at(admin, address)
    assert admin.post(address).status_code == 200
    assert reread(hook).secret == earlier, "nobody has said that he is sure"
    assert_answers(admin.post(address, {"sure": "1"}), 200, reread(hook).secret)
    assert (hook.secret != earlier, hook.earlier) == (True, earlier)
    assert "перестанет действовать сразу" in page_at(admin, address)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE hooks_subscription SET secret = 'gAAAA-sealed-with-a-lost-key'")
    for page in ("/admin/hooks/", at(hook), at(hook, "calls/")):
        assert admin.get(page).status_code == 200
    assert admin.post(address, {"sure": "1"}).status_code == 200
    assert (reread(hook).secret[:6], hook.earlier) == ("whsec_", "")


def test_it_is_switched_off_and_on_and_tried_and_told_of_when_long_silent(admin: Client, hook: Subscription) -> None:
    def press(verb: str) -> str:
        return admin.post(at(hook, verb), follow=True).content.decode()

    admin.post(at(hook, "switching-off/"), {"sure": "1"})
    assert (reread(hook).off_why, hook.due_at) == ("person", None)
    assert admin.get(at(hook, "switching-off/")).status_code == 409
    assert "сначала включите" in press("ping/")
    assert not Call.objects.exists()
    admin.post(at(hook, "switching-on/"))
    assert "кто-то успел раньше" in press("switching-on/")
    assert "Проверка связи" in press("ping/")
    call = Call.objects.get()
    assert (call.kind, call.due_at is not None) == (kinds.PING, True)
    assert journal_verbs(subject=f"hook:{hook.pk}") == ["hook.add", "hook.off", "hook.on", "hook.ping"]
    now, for_long = clock.now(), "не отвечает больше суток или отказалась"
    assert "ещё не вызывалась" in page_at(admin, "/admin/hooks/")
    Subscription.objects.update(failing_since=now, misses=1)
    assert "не получается" in page_at(admin, "/admin/hooks/")
    assert for_long not in page_at(admin, "/health/")
    Subscription.objects.update(told_at=now)
    assert for_long in page_at(admin, "/health/")
    assert "не отвечает больше суток" in page_at(admin, "/admin/hooks/")
    Subscription.objects.update(off_at=now, off_why="gone", failing_since=None)
    assert "больше не присылайте" in page_at(admin, "/admin/hooks/")


def test_the_log_says_what_became_of_each_call(admin: Client, hook: Subscription) -> None:
    now = clock.now()
    a_call(hook, 1, done_at=now, status=204, took=84, tries=1)
    failed_call = a_call(hook, 2, given_up_at=now, words="связи нет", tries=29)
    a_call(hook, 3, status=503, tries=2, due_at=now, reply="<script>alert(1)</script>")
    a_call(hook, 4)
    a_call(hook, 5, kind=kinds.PING, given_up_at=now, status=500, tries=1)
    assert [(line.state, line.outcome, line.again) for line in lines_of(hook)] == [
        ("не принят", "код 500", False),
        ("ждёт очереди", "", False),
        ("повторим", "код 503", False),
        ("больше не повторяем", "связи нет", True),
        ("принят", "код 204", False),
    ]
    assert "<script>alert(1)" not in page_at(admin, at(hook, "calls/"))
    assert (rows_of([hook])[0].waiting, rows_of([hook])[0].abandoned) == (2, 1)
    again = f"/admin/hooks/calls/{failed_call.pk}/repetition/"
    assert_answers(admin.post(again, follow=True), 200, "ещё трое суток")
    assert (reread(failed_call).given_up_at, failed_call.tries, failed_call.aside) == (None, 0, True)
    assert_answers(admin.post(again, follow=True), 200, "кто-то успел раньше")


# Programs that ask us.
def new(somebody: User, **changes: object) -> dict[str, object]:
    until = timezone.localdate() + timedelta(days=90)
    return {"name": "СЭД края", "owner": somebody.pk, "scopes": ["cards:read"], "until": until.isoformat()} | changes


def test_the_key_is_shown_once_and_opens_what_the_description_says_until_revoked(town: Town, admin: Client) -> None:
    answer = admin.post(f"{PROGRAMS}addition/", new(town.operator))
    assert "no-store" in answer.headers["Cache-Control"]
    (secret,) = set(re.findall(r"otk_[\w-]{40,}", answer.content.decode()))
    token = programs.known(secret, clock.now())
    assert token is not None
    assert (token.owner, token.scopes, token.made_by) == (town.operator, ["cards:read"], town.admin)
    for address in ("", f"{token.pk}/"):
        assert_shows(page_at(admin, f"{PROGRAMS}{address}"), token.shown, hides=[secret])
    assert secret[4:] not in repr(Entry.objects.get(verb="program.make").data)
    assert_shows(page_at(admin, "/admin/journal/"), "Выдан ключ программе", "СЭД края")
    admin.post(f"{PROGRAMS}{token.pk}/revocation/")
    assert (reread(token).revoked_at is not None, token.revoked_by) == (True, town.admin)
    assert Entry.objects.get(verb="program.revoke").subject == f"program:{token.pk}"
    assert "отозван" in page_at(admin, PROGRAMS)
    page = page_at(admin, f"{PROGRAMS}description/")
    words = ("/api/v1/cards/{card}/assignment", "answers:approve", "Idempotency-Key", "curl -H", "обязательно")
    assert_shows(page, *words)
    assert "<script" not in page.split("<main", 1)[-1].split("</main>")[0]


def test_what_will_not_do_is_said_at_its_field_and_nobody_who_is_blocked_gets_a_key(town: Town, admin: Client) -> None:
    def wrong_at(**changes: object) -> list[str]:
        answer = admin.post(f"{PROGRAMS}addition/", new(town.operator, **changes))
        assert answer.status_code == 422
        return list(answer.context["form"].errors)

    assert (wrong_at(name=" "), wrong_at(owner=10**9)) == (["name"], ["owner"])
    assert [wrong_at(scopes=scopes) for scopes in ([], ["everything"])] == [["scopes"]] * 2
    assert [wrong_at(until=day) for day in ("2020-01-01", "2099-01-01", "завтра")] == [["until"]] * 3
    User.objects.filter(pk=town.operator.pk).update(is_active=False)
    assert wrong_at() == ["owner"]
    assert not ProgramToken.objects.exists()


# Lists of Excel.
HEADER = ["Логин", "Фамилия", "Имя", "Почта", "Роль"]
ONE = ["new.one", "Ли", "Анна", "one@example.ru", "оператор"]
TWO = ["new.two", "Ким", "Пак", "", "оператор"]


def table(*rows: list[Any], content: bytes | None = None) -> dict[str, Any]:
    return {"table": SimpleUploadedFile("a.xlsx", sheet(*rows) if content is None else content)}


def preview_form(page: Any) -> dict[str, str]:
    """What the button of a preview sends."""
    return {"sealed": page.context["sealed"], "seen": page.context["mark"]}


def looked(client: Client, address: str, *rows: list[Any]) -> dict[str, str]:
    page = client.post(address, table(*rows))
    assert_answers(page, 200)
    return preview_form(page)


def cell(answer: Any, where: str) -> object:
    return load_workbook(BytesIO(answer.content)).worksheets[0][where].value


def test_a_look_writes_nothing_and_the_button_writes_what_was_seen(admin: Client) -> None:
    assert f"{USERS}template/" in page_at(admin, LISTS)
    assert cell(admin.get(f"{USERS}template/"), "A1") == "Логин"
    page = admin.post(USERS, table(HEADER, ONE, TWO))
    assert_answers(page, 200, "новая: <strong>2</strong>")
    assert not User.objects.filter(username__startswith="new.").exists()
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"):
        done = admin.post(USERS, preview_form(page))
    assert_answers(done, 200, "Записано. Новых: 2, изменено: 0, без изменений: 0.")
    assert [letter.to for letter in mail.outbox] == [["one@example.ru"]]
    assert User.objects.filter(username__startswith="new.").count() == 2
    assert_answers(admin.post(USERS, table(HEADER, ONE, TWO)), 200, "Всё это уже есть")


def test_wrong_rows_and_no_list_are_refused_in_words_and_links_are_shown_once(admin: Client, town: Town) -> None:
    page = admin.post(USERS, table(HEADER, ONE, ["", "Ким", "Пак", "", "царь"]))
    assert_answers(page, 422, "Строк с ошибками: 1.", "столбец «Роль»: бывает", hides=['name="sealed"'])
    wrong = ((b"", "файл пуст"), (b"a;b\n1;2", "это не файл .xlsx"), (b"x" * 6 * 1024 * 1024, "файл больше 5 МБ"))
    for content, words in wrong:
        assert_answers(admin.post(USERS, table(content=content)), 422, words)
    assert "выберите файл" in admin.post(USERS).content.decode()
    done = admin.post(USERS, looked(admin, USERS, HEADER, TWO))
    assert done.headers["Cache-Control"].startswith("max-age=0")
    [(login, _name, address)] = done.context["links"]
    assert login == "new.two"
    links, fields = f"{LISTS}links/", {"sealed": done.context["sealed_links"]}
    assert cell(admin.post(links, fields), "C2") == address
    assert signed_in(town.auditor).post(links, fields).status_code == 403
    assert admin.post(links, {"sealed": "made:up"}).status_code == 404


def test_what_has_changed_since_the_look_or_somebody_else_has_looked_at_is_not_written(admin: Client) -> None:
    address = f"{LISTS}agencies/"
    fields = looked(admin, address, ["Короткое название", "Полное название"], ["Новое", "Новое дело"])
    agency = Agency.objects.create(code="x", name="Иное", short_name="Новое")
    page = admin.post(address, fields)
    assert_answers(page, 409, "Пока вы смотрели, что-то изменилось.")
    assert reread(agency).name == "Иное"
    assert admin.post(address, preview_form(page)).status_code == 200
    assert reread(agency).name == "Новое дело"
    fields = looked(admin, USERS, HEADER, ONE)
    second = signed_in(person("second-admin", "administrator"))
    for client, posted_fields in ((second, fields), (admin, {**fields, "sealed": fields["sealed"][:-2]})):
        assert_answers(client.post(USERS, posted_fields), 422, "Выберите файл ещё раз")
    assert admin.post(f"{LISTS}agencies/", fields).status_code == 422
    assert not User.objects.filter(username="new.one").exists()
