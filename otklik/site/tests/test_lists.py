import re
import stat
from collections.abc import Sequence
from pathlib import Path

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.test import override_settings
from openpyxl import Workbook, load_workbook

from otklik.exchange.lists.kinds import KINDS
from otklik.people.models import Role, User
from otklik.site.cli import main
from otklik.site.commands import lists as command
from tests.make import people

pytestmark = pytest.mark.django_db
Capture = pytest.CaptureFixture[str]
HEADER = "Логин,Фамилия,Имя,Почта,Роль"


class Closed(BaseEmailBackend):
    """A mail server that does not answer."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        raise ConnectionRefusedError


@pytest.fixture
def admin() -> User:
    return people.person("root", Role.ADMINISTRATOR)


def users(folder: Path, *rows: str) -> str:
    """A list of users, each with its cells apart by commas."""
    book = Workbook()
    for row in (HEADER, *rows):
        book.worksheets[0].append(row.split(","))
    book.save(folder / "u.xlsx")
    return str(folder / "u.xlsx")


def load(path: str, *options: str, by: str = "root") -> int:
    return main(["lists", "load", "users", path, "--as", by, *options])


def test_every_kind_is_offered_and_a_template_can_be_filled_in(tmp_path: Path, capsys: Capture) -> None:
    assert list(command.KINDS) == list(KINDS)
    assert main(["lists", "template", "users", "--output", str(tmp_path / "t.xlsx")]) == 0
    assert load_workbook(tmp_path / "t.xlsx").worksheets[0]["A1"].value == "Логин"
    assert "otklik lists load users" in capsys.readouterr().out


def test_a_check_and_wrong_rows_are_said_and_change_nothing(admin: User, tmp_path: Path, capsys: Capture) -> None:
    path = users(tmp_path, "one,А,Б,,оператор")
    assert load(path, "--check") == 0
    assert "строка 2: новая: one А Б\nОшибок нет. Новых: 1, изменится: 0, без изменений: 0." in capsys.readouterr().out
    assert not User.objects.filter(username="one").exists()
    path = users(tmp_path, "one,А,Б,,оператор", "two,,Б,,царь")
    assert load(path) == 2
    stderr = capsys.readouterr().err
    assert "u.xlsx, строка 3: столбец «Роль»: бывает «оператор»" in stderr
    assert stderr.endswith("Строк с ошибками: 1. Ничего не загружено.\n")
    assert not User.objects.filter(username="one").exists()


def test_new_users_get_a_letter_or_a_private_link_also_if_it_fails(
    admin: User, tmp_path: Path, capsys: Capture
) -> None:
    path = users(tmp_path, "one,А,Б,one@example.ru,оператор", "two,В,Г,,оператор")
    links = tmp_path / "links.xlsx"
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"):
        assert load(path, "--links", str(links)) == 0
    assert [letter.to for letter in mail.outbox] == [["one@example.ru"]]
    assert "Приглашено: 2, писем ушло: 1." in capsys.readouterr().out
    assert stat.S_IMODE(links.stat().st_mode) == 0o600
    rows = list(load_workbook(links).worksheets[0].iter_rows(values_only=True))
    assert [row[0] for row in rows] == ["Логин", "two"]
    assert re.search(r"/accounts/invitation/\d+/[\w-]+/$", str(rows[1][2]))
    path = users(tmp_path, "three,А,Б,three@example.ru,оператор")
    with override_settings(EMAIL_BACKEND=f"{__name__}.Closed"):
        assert load(path) == 0
    assert re.search(r"three: http\S+/accounts/invitation/", capsys.readouterr().out)
    assert User.objects.filter(username="three").exists()


def test_only_an_administrator_of_the_whole_region_loads(tmp_path: Path, capsys: Capture) -> None:
    people.person("plain")
    path = users(tmp_path, "one,А,Б,,оператор")
    for login, message in (("nobody", "или доступ ему закрыт: nobody."), ("plain", "нужны права на весь регион")):
        assert load(path, by=login) == 2
        assert message in capsys.readouterr().err
