from pathlib import Path

import pytest
from pytest_django import Settings

from otklik.incidents.models import Incident
from otklik.site.audit import audit
from otklik.site.replay import replay
from tests.make import inbox
from tests.region import Region, listen
from tests.sandbox.process import CONTROL_TOKEN
from tests.sandbox.town import Town

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


@pytest.fixture
def reachable(town: Town, region: Region, settings: Settings) -> Town:
    """Both communities are read."""
    settings.SANDBOX_TOKEN = CONTROL_TOKEN
    town.sandbox.control("vk/communities", id=town.guest, name="Дорожная служба", guests="any")
    inbox.source(region.own, str(town.guest), kind="foreign")
    return town


def write(folder: Path, text: str, encoding: str = "utf-8") -> str:
    path = folder / "texts.csv"
    path.write_bytes(text.encode(encoding))
    return str(path)


def test_every_text_of_a_file_becomes_a_card(reachable: Town, tmp_path: Path) -> None:
    file = write(tmp_path, 'id,text\n1,"Темно\nво дворе"\n2,\n3,Яма на дороге 🔥\n4,"И ещё, с запятой"\n')
    assert replay(file, "text", "100/s", 0, "vk") == 0
    listen()
    assert Incident.objects.count() == 3, "an empty row is no comment"
    assert audit(as_json=True) == 0


def test_no_real_letter_is_lost_or_doubled(reachable: Town, shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert replay(str(shared / "data" / "kursk_train.csv"), "text", "1000/s", 40, "vk") == 0
    for _ in range(3):
        listen()
    assert audit(as_json=True) == 0
    assert Incident.objects.count() == 40


def test_what_cannot_be_posted_is_said_in_one_sentence(
    reachable: Town, tmp_path: Path, capsys: pytest.CaptureFixture[str], settings: Settings
) -> None:
    for text, rate, sentence in (
        ("id,body\n1,x\n", "5/s", "нет столбца «text»"),
        *(("id,text\n1,x\n", rate, "нужно число в секунду") for rate in ("fast", "0/s")),
    ):
        assert replay(write(tmp_path, text), "text", rate, 0, "vk") == 2
        (line,) = capsys.readouterr().err.splitlines()
        assert sentence in line
    assert replay(str(tmp_path / "none.csv"), "text", "5/s", 0, "vk") == 2
    assert replay(write(tmp_path, "id,text\n1,Привет\n", "cp1251"), "text", "5/s", 0, "vk") == 2
    settings.SANDBOX_ADDRESS = "http://127.0.0.1:9"
    assert replay(write(tmp_path, "id,text\n1,x\n"), "text", "5/s", 0, "vk") == 2
    assert len(capsys.readouterr().err.splitlines()) == 3
