"""«Списки»: a template to take, a look at what would change, the change, and links that are shown once."""

import io
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from openpyxl import Workbook, load_workbook

from otklik.desk.tests.pages import assert_answers, page_at
from otklik.people.models import Agency, User
from tests.make.people import person, signed_in
from tests.make.town import Town

USERS = "/admin/lists/users/"
HEADER = ["Логин", "Фамилия", "Имя", "Почта", "Роль"]
ONE = ["new.one", "Ли", "Анна", "one@example.ru", "оператор"]
TWO = ["new.two", "Ким", "Пак", "", "оператор"]


def sheet(*rows: list[Any]) -> SimpleUploadedFile:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile("a.xlsx", out.getvalue())


def looked(client: Client, address: str, *rows: list[Any]) -> dict[str, str]:
    """What the button of a preview sends."""
    page = client.post(address, {"table": sheet(*rows)})
    assert page.status_code == 200, page.content.decode()
    return {"told": page.context["sealed"], "seen": page.context["mark"]}


def test_a_template_is_taken_from_the_list_of_lists(admin: Client) -> None:
    assert "/admin/lists/users/template/" in page_at(admin, "/admin/lists/")
    answer = admin.get("/admin/lists/users/template/")
    assert load_workbook(io.BytesIO(answer.content)).worksheets[0]["A1"].value == "Логин"


def test_a_look_writes_nothing_and_the_button_writes_what_was_seen(admin: Client) -> None:
    page = admin.post(USERS, {"table": sheet(HEADER, ONE, TWO)})
    assert "новая: <strong>2</strong>" in page.content.decode()
    assert not User.objects.filter(username__startswith="new.").exists()
    given = looked(admin, USERS, HEADER, ONE, TWO)
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"):
        done = admin.post(USERS, given)
    assert "Записано. Новых: 2, изменено: 0, без изменений: 0." in done.content.decode()
    assert [letter.to for letter in mail.outbox] == [["one@example.ru"]]
    assert User.objects.filter(username__startswith="new.").count() == 2
    assert "Всё это уже есть" in admin.post(USERS, {"table": sheet(HEADER, ONE, TWO)}).content.decode()


def test_links_that_no_letter_has_carried_are_shown_once_and_can_be_taken_as_a_file(admin: Client) -> None:
    done = admin.post(USERS, looked(admin, USERS, HEADER, TWO))
    assert done.headers["Cache-Control"].startswith("max-age=0")
    [(login, _name, address)] = done.context["links"]
    assert login == "new.two"
    file = admin.post("/admin/lists/links/", {"told": done.context["sealed_links"]})
    assert load_workbook(io.BytesIO(file.content)).worksheets[0]["C2"].value == address
    other = signed_in(User.objects.get(username="auditor"))
    assert other.post("/admin/lists/links/", {"told": done.context["sealed_links"]}).status_code == 403
    assert admin.post("/admin/lists/links/", {"told": "made:up"}).status_code == 404


def test_wrong_rows_leave_no_button(admin: Client) -> None:
    page = admin.post(USERS, {"table": sheet(HEADER, ONE, ["", "Ким", "Пак", "", "царь"])})
    said = page.content.decode()
    assert page.status_code == 422
    assert "Строк с ошибками: 1." in said
    assert "столбец «Роль»: бывает" in said
    assert 'name="told"' not in said


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "файл пуст"), (b"a;b\n1;2", "это не файл .xlsx"), (b"x" * 6 * 1024 * 1024, "файл больше 5 МБ")],
)
def test_a_file_that_is_no_list_is_refused_in_words(admin: Client, content: bytes, said: str) -> None:
    assert_answers(admin.post(USERS, {"table": SimpleUploadedFile("a.xlsx", content)}), 422, said)
    assert "выберите файл" in admin.post(USERS).content.decode()


def test_what_has_changed_since_the_look_is_shown_anew_and_nothing_is_written(admin: Client) -> None:
    given = looked(admin, "/admin/lists/agencies/", ["Короткое название", "Полное название"], ["Новое", "Новое дело"])
    Agency.objects.create(code="x", name="Иное", short_name="Новое")
    page = admin.post("/admin/lists/agencies/", given)
    assert_answers(page, 409, "Пока вы смотрели, что-то изменилось.")
    assert Agency.objects.get(short_name="Новое").name == "Иное"
    again = {"told": page.context["sealed"], "seen": page.context["mark"]}
    assert admin.post("/admin/lists/agencies/", again).status_code == 200
    assert Agency.objects.get(short_name="Новое").name == "Новое дело"


def test_rows_that_somebody_else_has_looked_at_or_changed_are_not_taken(admin: Client, town: Town) -> None:
    given = looked(admin, USERS, HEADER, ONE)
    second = signed_in(person("second-admin", "administrator"))
    for client, told in ((second, given), (admin, {**given, "told": given["told"][:-2]})):
        assert_answers(client.post(USERS, told), 422, "Выберите файл ещё раз")
    assert admin.post("/admin/lists/agencies/", given).status_code == 422
    assert not User.objects.filter(username="new.one").exists()
