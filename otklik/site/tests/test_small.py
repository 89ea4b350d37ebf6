import gc
import io
import logging
import subprocess
import sys

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from gunicorn.config import Config

from otklik.lib.logs import LineFormatter
from otklik.networks.registry import NETWORKS
from otklik.site import registers
from otklik.site.audit import PRIVATE, Spoken, Standing, Wanted, compare
from otklik.site.commands.base import known_networks, typed
from otklik.site.processes import not_free, openable
from otklik.site.web import OurLog, settle
from tests.make.people import person, signed_in
from tests.make.town import make_town

UNDERSTAND = """
import io, sys
from otklik.site import cli
sys.stdin = io.TextIOWrapper(io.BytesIO('{"id": 1, "text": "Яма на дороге"}'.encode()))
assert cli.main(["understand", "--no-embeddings"]) == 0
print({name.partition(".")[0] for name in sys.modules} & {"django", "sklearn", "scipy"}, file=sys.stderr)
"""
SITE = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "otklik.site.settings"
import django
django.setup()
from otklik.site.web import settle
settle()
print({name.partition(".")[0] for name in sys.modules} & {"openpyxl", "sklearn", "scipy", "pandas"})
"""


def test_the_networks_that_may_be_named_are_those_of_the_registry() -> None:
    assert known_networks() == sorted(NETWORKS)


def test_understanding_waits_for_nothing_that_it_does_not_need() -> None:
    done = subprocess.run([sys.executable, "-c", UNDERSTAND], capture_output=True, text=True, check=True)
    assert '"id": 1' in done.stdout
    assert done.stderr == "set()\n"


def test_the_site_loads_nothing_large_that_its_pages_seldom_need() -> None:
    done = subprocess.run([sys.executable, "-c", SITE], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_what_is_loaded_is_looked_through_no_more() -> None:
    before = gc.get_freeze_count()
    try:
        settle()
        assert gc.get_freeze_count() > before
    finally:
        gc.unfreeze()


def test_the_servers_own_lines_pass_our_log(capsys: pytest.CaptureFixture[str]) -> None:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(LineFormatter())
    logging.getLogger().addHandler(handler)
    try:
        OurLog(Config()).error("Error handling request %s", "/s/CANARY_1234-abcdefgh/?token=CANARY5678")
    finally:
        logging.getLogger().removeHandler(handler)
    assert "Error handling request /s/" in written.getvalue()
    output = capsys.readouterr()
    assert "CANARY" not in written.getvalue() + output.out + output.err


DEEP, BESIDE = Wanted("comment 2", "да", ("comment 1", "post")), Wanted("comment 3", "да", ("comment 1", "post"))
HERE, ABOVE, POST = Standing("comment 2", "да"), Standing("comment 1", "да"), Standing("post", "да")
PRIVATELY = Wanted("comment 1", "да", (PRIVATE,))
NEWS, NO = Standing("post", "новости"), Standing("comment 1", "нет")


def test_each_text_explains_one_wanted_and_what_stands_in_its_own_place_or_is_private_no_other() -> None:
    for wanted, standing, spoken in (
        ([DEEP, DEEP], [HERE] * 3, Spoken(2, 1, 0)),  # two that want the same words are said by two texts
        ([DEEP], [ABOVE], Spoken(1, 0, 0)),  # a network may hang an answer higher
        ([DEEP], [ABOVE] * 2, Spoken(1, 1, 0)),
        ([DEEP], [POST], Spoken(1, 0, 0)),
        ([DEEP], [POST] * 2, Spoken(1, 1, 0)),
        ([DEEP, BESIDE], [ABOVE] * 2, Spoken(2, 0, 0)),  # the same words to two people under one comment are two
        ([DEEP, BESIDE], [ABOVE] * 3, Spoken(2, 1, 0)),
        ([], [NEWS, NO], Spoken(0, 0, 1)),  # under its own post an office needs nobody
    ):
        assert compare(wanted, standing, {"post"}) == spoken
    wanted = [Wanted("a", "да"), Wanted("b", "нет")]
    standing = [Standing("a", "да"), Standing("a", "да"), Standing("a", "нет"), Standing("c", "да")]
    assert compare(wanted, standing) == Spoken(1, 1, 2)
    assert compare([DEEP], [HERE, ABOVE]) == compare([DEEP], [ABOVE, HERE]) == Spoken(1, 0, 1)
    assert compare([PRIVATELY], [Standing("dialogue", "да", private=True)]) == Spoken(1, 0, 0)
    assert compare([PRIVATELY], [Standing("comment 2", "да")]) == Spoken(0, 0, 1)


@pytest.mark.django_db
def test_the_command_brings_everything_up_to_date_and_says_what_was_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    make_town().assigned()
    assert registers.bring_up() == 1
    assert registers.bring_up() == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first == "Реестры: просмотрено карточек 1, исправлено строк 1"
    assert second == "Реестры: просмотрено карточек 1, исправлено строк 0"


@pytest.mark.django_db
def test_an_answer_to_an_old_session_leaves_a_new_cookie_alone_and_signing_out_takes_it_away() -> None:
    browser = signed_in(person())
    Session.objects.all().delete()
    answer = browser.get("/queue/changes/", headers={"X-Fragment": "1"})
    assert answer.status_code == 401
    assert settings.SESSION_COOKIE_NAME not in answer.cookies
    answer = signed_in(person()).post("/accounts/logout/")
    assert answer.cookies[settings.SESSION_COOKIE_NAME].value == ""
    assert not Session.objects.exists()


def test_a_command_is_proposed_as_it_can_be_typed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    for called, words in ((".venv/bin/otklik", ".venv/bin/otklik"), ("/opt/otklik/site/cli.py", "otklik")):
        monkeypatch.setattr(sys, "argv", [called, "init"])
        assert typed() == words


@pytest.mark.enable_socket
def test_a_port_that_cannot_be_listened_on_is_told_by_its_reason() -> None:
    assert not_free("127.0.0.1", 0, "OTKLIK_PORT") == ""
    assert "нет такого адреса" in not_free("192.0.2.1", 0, "OTKLIK_PORT")
    assert openable("::", 80) == "http://[::1]:80"
    assert [openable(host, 80) for host in ("::1", "10.0.0.1")] == ["http://[::1]:80", "http://10.0.0.1:80"]
