"""What is downloaded after somebody was forgotten knows nothing of her either, whoever asks and by whatever way."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from otklik.api.tests.program import Program
from otklik.site.forget import forget
from otklik.site.moving import give_out
from tests.make.people import signed_in
from tests.make.town import Town, make_town
from tests.planted import MARKS, NICK, plant, settle

pytestmark = pytest.mark.django_db(transaction=True)
DOWNLOADS = ("admin/journal/export/", "metrics/export.csv", "statistics/export.csv", "promises/table/?tab=ahead")
LISTS = ("cards", "messages", "answers")


@pytest.fixture
def town(tmp_path: Path, settings: Settings) -> Town:
    settings.DATA = tmp_path / "data"
    settings.MEDIA_ROOT = settings.DATA / "media"
    settings.FORGOTTEN_FILE = settings.DATA / "forgotten.txt"
    settings.DATA.mkdir()
    return make_town()


def everything(town: Town, folder: Path) -> Iterator[tuple[str, str]]:
    """(which, what stands in it) of each thing that can be taken out, by whoever may take most."""
    client, program = signed_in(town.admin), Program(town.admin)
    day = timezone.localdate().isoformat()
    for address in DOWNLOADS:
        yield address, text_of(got(client, f"/{address}"))
    for ending in ("docx", "xlsx"):
        yield ending, text_of(got(client, f"/reports/file/?cycle=weekly&day={day}&ending={ending}"))
    for name in LISTS:
        yield name, repr(program.everything(f"/{name}"))
    for login in ("", town.admin.username):
        path = folder / "out.xlsx"
        assert give_out(str(path), "", "", login) == 0
        yield f"export im {login}", text_of(path.read_bytes())


def got(client: Client, address: str) -> bytes:
    response: Any = client.get(address)
    assert response.status_code == 200, (address, response.content[:300])
    return b"".join(response.streaming_content) if response.streaming else response.content


def text_of(content: bytes) -> str:
    """Of an office file all that is packed in it."""
    if content[:2] != b"PK":
        return content.decode("utf-8-sig")
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return "\n".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())


def traces(town: Town, folder: Path) -> set[tuple[str, str]]:
    return {(which, mark) for which, text in everything(town, folder) for mark in MARKS if mark in text.lower()}


def test_no_download_knows_of_whoever_was_forgotten(town: Town, tmp_path: Path) -> None:
    plant(town)
    before = {which for which, _mark in traces(town, tmp_path)}
    assert before >= {"messages", "answers", f"export im {town.admin.username}"}, (
        "where she was, this test must see her"
    )
    assert forget(f"vk.com/{NICK}", do=True, with_open=True) == 0
    settle()
    assert traces(town, tmp_path) == set()
