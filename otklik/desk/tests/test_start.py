"""«Запуск»: what a new region's administrator is led through, and what the list says is missing."""

import re
from datetime import time, timedelta

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from otklik.backups.models import Run
from otklik.desk.admin.start.lacks import lines, there
from otklik.desk.models import StartStep
from otklik.desk.tests.pages import assert_answers, assert_shows, at_most, page_at
from otklik.flow.models import Worker
from otklik.incidents.models import Incident
from otklik.journal.models import Entry
from otklik.lib import clock
from otklik.networks.legal import all_allowed
from otklik.networks.models import Account, Source, Token
from otklik.people.models import Agency, Role, User
from otklik.places.models import Place
from otklik.routing.models import Calendar, Norm
from otklik.themes import shipped
from tests.make.people import grant, person, signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db
LIST = (
    "level,name,kind,streets\nregion,Озёрный край,,\nmunicipality,Луговой район,,\nsettlement,Луговск,город,ул Мира\n"
)
REGION, CALENDAR, MAIL = (f"/admin/start/{step}/" for step in ("region", "calendar", "mail"))
HOURS = {"opens": "08:00", "closes": "17:00", "preset": "day"}
TO_HER = {"address": "ivanova@example.ru"}


@pytest.fixture
def chief() -> User:
    """The only user of a new region."""
    return person("chief", Role.ADMINISTRATOR)


@pytest.fixture
def desk(chief: User) -> Client:
    return signed_in(chief)


def missing(user: User) -> set[str]:
    return {line.code for line in lines(there(user, clock.now(), all_allowed())) if not line.there}


def test_whoever_sets_up_a_new_region_lands_here_until_its_steps_are_behind(desk: Client) -> None:
    assert desk.get("/")["Location"] == "/admin/start/"
    for step in ("", "region/", "calendar/", "mail/", "network/"):
        with at_most(10):
            assert desk.get(f"/admin/start/{step}").status_code == 200
    for step in ("region", "calendar", "mail", "network"):
        assert desk.post(f"/admin/start/{step}/leaving/", {"passed": "1"}).status_code == 302
    assert desk.get("/")["Location"] != "/admin/start/"
    assert list(Entry.objects.values_list("verb", "subject").order_by("pk"))[-1] == ("start.pass", "start:network")


def test_where_people_write_already_nobody_is_led_away_and_hours_stay(town: Town, admin: Client) -> None:
    Incident.objects.create(number=1, started_at=clock.now(), created_at=clock.now())
    assert admin.get("/")["Location"] != "/admin/start/"
    norms = Norm.objects.count()
    assert "У жителей уже идут сроки" in page_at(admin, CALENDAR)
    admin.post(CALENDAR, {**HOURS, "preset": "four"})
    assert Norm.objects.count() == norms


def test_each_line_is_missing_until_what_it_asks_for_is_there(desk: Client, chief: User) -> None:
    now = clock.now()
    gone = missing(chief)
    assert gone == {line.code for line in lines(there(chief, now, all_allowed()))}, "a new region has nothing"

    def gives(*codes: str) -> None:
        """What was done since the last look has brought just these."""
        nonlocal gone
        was, gone = gone, missing(chief)
        assert was - gone == set(codes)
        assert gone <= was

    Worker.objects.create(name="old", started_at=now, seen_at=now - timedelta(hours=1))
    gives()
    Worker.objects.create(name="one", started_at=now, seen_at=now)
    gives("worker")
    shipped.put(now.date())
    gives("theme")
    agency = Agency.objects.create(code="water", name="Водоканал", short_name="Водоканал")
    gives("agency")
    account = Account.objects.create(network="telegram", external_id="1", title="Бот")
    gives()
    Token.objects.create(account=account, kind="bot", secret="x" * 20)
    gives("account")
    ours = Account.objects.create(network="vk", external_id="1", title="Регион")
    Token.objects.create(account=ours, kind="group", secret="x" * 20)
    gives("speech")
    source = Source.objects.create(network="vk", kind="own", external_id="1", title="Регион", account=ours)
    gives("source")
    Source.objects.filter(pk=source.pk).update(last_poll_at=now)
    gives("reading")
    Norm.objects.create(clock=Norm.Clock.FIRST_ANSWER, minutes=60)
    gives("norm")
    alone = page_at(desk, "/admin/start/")
    assert_shows(alone, "Для первого ответа есть всё", "может на первых порах заменить администратор")
    grant(User.objects.create(username="invited", password="!"), Role.OPERATOR)
    gives()
    for role, its in ((Role.OPERATOR, None), (Role.EXECUTOR, agency), (Role.APPROVER, None)):
        person(role, role, its)
        gives(role)
    Run.objects.create(kind=Run.Kind.COPY, at=now, ok=False)
    gives()
    Run.objects.create(kind=Run.Kind.COPY, at=now, ok=True)
    gives("copy")
    person("second", Role.ADMINISTRATOR)
    gives("second")
    assert len(re.findall("не хватает:", page_at(desk, "/admin/start/"))) == len(gone)
    Worker.objects.all().delete()
    assert_shows(page_at(desk, "/admin/start/"), "До первого ответа не хватает 1 строки из списка.")
    Account.objects.update(stopped_at=now)
    assert {"account", "speech", "source"} <= missing(chief), "a stopped voice is no voice"


def places(content: str | bytes) -> dict[str, SimpleUploadedFile]:
    return {"file": SimpleUploadedFile("places.csv", content if isinstance(content, bytes) else content.encode())}


def test_a_list_of_places_is_loaded_whole_or_not_at_all(desk: Client, settings: Settings) -> None:
    ready = "Загрузить готовый список"
    settings.REGION = "Омская область"
    assert_shows(page_at(desk, REGION), hides=[ready])
    settings.REGION = "краснодарский край"
    assert_shows(page_at(desk, REGION), f"{ready}: Краснодарский край")
    for body in (b"", b"\x00\xff\xfe", b"PK\x03\x04"):
        assert_answers(desk.post(REGION, places(body)), 422, "ad-trouble")
    wrong = LIST.replace("settlement,Луговск", "town,Луговск")
    assert_answers(desk.post(REGION, places(wrong)), 422, "Ничего не загружено", "Строка 4")
    assert not Place.objects.exists()
    assert desk.post(REGION, places(LIST)).status_code == 302
    assert_shows(page_at(desk, REGION), "Муниципалитетов: 1, населённых пунктов: 1, улиц: 1.")
    other = LIST.replace("Озёрный край", "Горный край")
    assert_answers(desk.post(REGION, places(other)), 422, "в базе уже другой регион")


def test_a_step_stays_done_and_hours_and_norms_are_written_at_once_or_told_at_their_field(desk: Client) -> None:
    for passed in ("1", "0", "1"):
        assert desk.post(f"{MAIL}leaving/", {"passed": passed})["Location"] == "/admin/start/network/"
    assert StartStep.objects.get().passed is False
    assert Entry.objects.filter(subject="start:mail").count() == 2
    assert desk.post("/admin/start/nothing/leaving/").status_code == 404
    assert desk.post("/admin/start/network/leaving/")["Location"] == "/admin/start/"
    backwards = {"opens": "17:00", "closes": "08:00"}
    for form in (HOURS | backwards, HOURS | {"opens": ""}, HOURS | {"preset": "никакой"}, {}):
        assert_answers(desk.post(CALENDAR, form), 422, "ad-error")
    assert not Norm.objects.exists()
    for _twice in range(2):
        assert desk.post(CALENDAR, HOURS)["Location"] == MAIL
        norms = Norm.objects.values_list("clock", "minutes", "working").order_by("pk")
        assert list(norms) == [("first_answer", 1440, False), ("second_answer", 720, False)]
    assert Calendar.objects.values_list("opens", "closes").get(default=True) == (time(8), time(17))
    assert StartStep.objects.get(name="calendar").passed is False
    assert_shows(page_at(desk, CALENDAR), '<option value="day" selected')


@pytest.mark.enable_socket
def test_a_letter_of_trial_is_sent_and_the_step_is_behind(desk: Client, settings: Settings) -> None:
    settings.MAIL_GOES = False
    assert "OTKLIK_MAIL_HOST" in page_at(desk, MAIL), "the lines of the settings file"
    desk.post(MAIL, TO_HER)
    settings.MAIL_GOES, there = True, settings.EMAIL_BACKEND
    assert desk.post(MAIL, {"address": "не адрес"}).status_code == 422
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 1, 1
    assert_answers(desk.post(MAIL, TO_HER), 422, "Почтовый сервер")
    assert (mail.outbox, StartStep.objects.exists()) == ([], False)
    settings.EMAIL_BACKEND = there
    assert desk.post(MAIL, TO_HER).status_code == 302
    assert [letter.to for letter in mail.outbox] == [["ivanova@example.ru"]]
    assert StartStep.objects.get(name="mail").passed is False
