from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from otklik.exchange.lists import plan
from otklik.exchange.lists.kinds import KINDS
from otklik.exchange.lists.plan import Done, Line, State
from otklik.exchange.lists.sheet import read
from otklik.networks.models import Account, Source, Token
from otklik.people.models import Grant, Role, User
from tests.region import Region
from tests.sandbox.town import Town

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
AT = datetime(2026, 9, 1, 9, tzinfo=UTC)
HEADER = ["Название", "Сеть", "Адрес или номер", "Ведомство", "ВКонтакте: Ключ сообщества", "ВКонтакте: Сервисный ключ"]


@pytest.fixture(autouse=True)
def _nobody_speaks(region: Region) -> None:
    Source.objects.all().delete()
    Account.objects.all().delete()


def planned(folder: Path, *rows: list[Any]) -> list[Line]:
    book = Workbook()
    for row in [HEADER, *rows]:
        book.worksheets[0].append(row)
    book.save(folder / "accounts.xlsx")
    kind = KINDS["accounts"]
    by, _made = User.objects.get_or_create(username="root")
    Grant.objects.get_or_create(user=by, role=Role.ADMINISTRATOR)
    return plan.planned(kind, read(folder / "accounts.xlsx", kind.columns()), by, AT)


def load(folder: Path, *rows: list[Any]) -> Done:
    return plan.carry_out(planned(folder, *rows), AT)


def test_an_account_comes_once_with_the_keys_that_the_network_takes(town: Town, region: Region, tmp_path: Path) -> None:
    agency = region.agency.short_name
    row = ["Город", "ВКонтакте", f"https://vk.com/club{town.group}", agency, town.token, town.service]
    done = load(tmp_path, row)
    assert (done.new, done.refused) == (1, [])
    account = Account.objects.get()
    assert (account.title, account.agency, account.external_id) == ("Город", region.agency, str(town.group))
    assert set(Token.objects.values_list("kind", flat=True)) == {"community", "service"}
    assert planned(tmp_path, row)[0].state == State.SAME
    (line,) = planned(tmp_path, ["Наш город", "ВКонтакте", f"club{town.group}", agency, town.token, ""])
    assert line.words == ["Название: Город → Наш город"], "an empty key stays as it is"
    (line,) = planned(tmp_path, ["Город", "ВКонтакте", f"club{town.group}", agency, "vk1.a.another", ""])
    assert line.words == ["новый ключ: Ключ сообщества"], "and no key is shown"


def test_wrong_keys_make_no_account_and_nonsense_asks_nobody(town: Town, region: Region, tmp_path: Path) -> None:
    wrong = "vk1.a.wrong-wrong-wrong"
    done = load(tmp_path, ["Город", "ВКонтакте", f"club{town.group}", "", wrong, town.service])
    assert (done.new, Account.objects.count()) == (0, 0)
    ((number, refusal),) = done.refused
    assert number == 2
    assert "ключи не подошли" in refusal
    assert wrong not in refusal
    lines = planned(
        tmp_path,
        ["Без ключа", "ВКонтакте", "club5", "", "", ""],
        ["Никто", "ВКонтакте", "???", "", town.token, town.service],
        ["Чужой ключ", "Telegram", "777", "", town.token, ""],
        ["Два", "ВКонтакте", "club6", "", town.token, town.service],
        ["Раз", "ВКонтакте", "https://vk.com/club6", "", town.token, town.service],
    )
    words = {line.number: " ".join(line.words) for line in lines}
    assert "без него аккаунт не работает" in words[2]
    assert "не разобрать" in words[3]
    assert "ключ другой сети" in words[4]
    assert "уже есть в строке 5" in words[6]
    assert town.token not in " ".join(words.values())
