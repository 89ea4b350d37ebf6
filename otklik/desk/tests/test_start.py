"""«Запуск»: what a new region's administrator is led through, and what the list says is missing."""

import re
from datetime import time, timedelta

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from otklik.backups.models import Run
from otklik.desk.models import StartStep
from otklik.desk.start.lacks import lines, there
from otklik.desk.tests.pages import assert_answers, at_most
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
    for step in ("region", "calendar", "mail", "network"):
        assert desk.post(f"/admin/start/{step}/leaving/", {"passed": "1"}).status_code == 302
    assert desk.get("/")["Location"] != "/admin/start/"
    assert list(Entry.objects.values_list("verb", "subject").order_by("pk"))[-1] == ("start.pass", "start:network")


def somebody_writes() -> None:
    now = clock.now()
    Incident.objects.create(number=1, started_at=now, created_at=now)


def test_where_people_already_write_nobody_is_led_away_from_his_work(town: Town) -> None:
    somebody_writes()
    assert signed_in(town.admin).get("/")["Location"] != "/admin/start/"


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
    invited = User.objects.create(username="invited", password="!")
    grant(invited, Role.OPERATOR)
    gives()
    person("operator", Role.OPERATOR)
    gives("operator")
    person("executor", Role.EXECUTOR, agency)
    gives("executor")
    person("approver", Role.APPROVER)
    gives("approver")
    Run.objects.create(kind=Run.Kind.COPY, at=now, ok=False)
    gives()
    Run.objects.create(kind=Run.Kind.COPY, at=now, ok=True)
    gives("copy")
    person("second", Role.ADMINISTRATOR)
    gives("second")
    page = assert_answers(desk.get("/admin/start/"), 200, "До первого ответа не хватает 1 строки из списка.")
    assert len(re.findall("не хватает:", page)) == len(gone)


def test_a_stopped_voice_is_no_voice(chief: User) -> None:
    stopped = Account.objects.create(network="vk", external_id="1", title="Р", stopped_at=clock.now())
    Token.objects.create(account=stopped, kind="group", secret="x" * 20)
    Source.objects.create(network="vk", kind="own", external_id="1", title="Р", account=stopped)
    assert {"account", "speech", "source"} <= missing(chief)


def test_the_page_asks_few_questions(desk: Client) -> None:
    for address in ("", "region/", "calendar/", "mail/", "network/"):
        with at_most(10):
            assert desk.get(f"/admin/start/{address}").status_code == 200


def test_a_list_of_places_is_loaded_whole_or_not_at_all(desk: Client) -> None:
    address = "/admin/start/region/"
    wrong = LIST.replace("settlement,Луговск", "town,Луговск")
    assert_answers(desk.post(address, places(wrong)), 422, "Ничего не загружено", "Строка 4")
    assert not Place.objects.exists()
    assert desk.post(address, places(LIST)).status_code == 302
    assert_answers(desk.get(address), 200, "Муниципалитетов: 1, населённых пунктов: 1, улиц: 1.")
    other = LIST.replace("Озёрный край", "Горный край")
    assert_answers(desk.post(address, places(other)), 422, "в базе уже другой регион")


def places(content: str | bytes) -> dict[str, SimpleUploadedFile]:
    return {"file": SimpleUploadedFile("places.csv", content if isinstance(content, bytes) else content.encode())}


def test_what_is_no_list_is_told_so(desk: Client) -> None:
    for body in (b"", b"\x00\xff\xfe", b"PK\x03\x04"):
        assert_answers(desk.post("/admin/start/region/", places(body)), 422, "ad-trouble")


def test_the_list_that_comes_along_is_offered_to_its_own_region_alone(desk: Client, settings: Settings) -> None:
    settings.REGION = "Омская область"
    assert "Загрузить готовый список" not in desk.get("/admin/start/region/").content.decode()
    settings.REGION = "краснодарский край"
    assert "Загрузить готовый список: Краснодарский край" in desk.get("/admin/start/region/").content.decode()


def test_hours_and_norms_are_written_at_once(desk: Client) -> None:
    told = {"opens": "08:00", "closes": "17:00", "preset": "day"}
    assert desk.post("/admin/start/calendar/", told)["Location"] == "/admin/start/mail/"
    assert Calendar.objects.values_list("opens", "closes").get(default=True) == (time(8), time(17))
    assert Norm.objects.values_list("clock", "minutes", "working").get(until=None) == ("first_answer", 1440, False)
    assert StartStep.objects.get(name="calendar").passed is False
    assert desk.post("/admin/start/calendar/", told).status_code == 302
    assert Norm.objects.count() == 1
    assert_answers(desk.get("/admin/start/calendar/"), 200, '<option value="day" selected')


def test_senseless_hours_and_norms_are_told_beside_their_field(desk: Client) -> None:
    sound = {"opens": "08:00", "closes": "17:00", "preset": "day"}
    backwards = {"opens": "17:00", "closes": "08:00"}
    for told in (sound | backwards, sound | {"opens": ""}, sound | {"preset": "никакой"}, {}):
        assert_answers(desk.post("/admin/start/calendar/", told), 422, "ad-error")
    assert not Norm.objects.exists()


def test_where_clocks_run_the_calendar_is_changed_elsewhere(town: Town) -> None:
    somebody_writes()
    client, norms = signed_in(town.admin), Norm.objects.count()
    assert "У жителей уже идут сроки" in client.get("/admin/start/calendar/").content.decode()
    told = {"opens": "08:00", "closes": "17:00", "preset": "four"}
    client.post("/admin/start/calendar/", told)
    assert Norm.objects.count() == norms


def test_a_letter_of_trial_is_sent_and_the_step_is_behind(desk: Client, settings: Settings) -> None:
    settings.MAIL_GOES = True
    assert desk.post("/admin/start/mail/", {"address": "не адрес"}).status_code == 422
    assert mail.outbox == []
    assert desk.post("/admin/start/mail/", {"address": "ivanova@example.ru"}).status_code == 302
    assert [letter.to for letter in mail.outbox] == [["ivanova@example.ru"]]
    assert StartStep.objects.get(name="mail").passed is False


@pytest.mark.enable_socket
def test_a_mail_server_that_does_not_answer_is_told(desk: Client, settings: Settings) -> None:
    settings.MAIL_GOES, settings.EMAIL_BACKEND = True, "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 1, 1
    assert_answers(desk.post("/admin/start/mail/", {"address": "ivanova@example.ru"}), 422, "Почтовый сервер")
    assert not StartStep.objects.exists()


def test_without_mail_the_lines_of_the_settings_file_are_shown(desk: Client, settings: Settings) -> None:
    settings.MAIL_GOES = False
    assert "OTKLIK_MAIL_HOST" in desk.get("/admin/start/mail/").content.decode()
    desk.post("/admin/start/mail/", {"address": "ivanova@example.ru"})
    assert mail.outbox == []
    assert not StartStep.objects.exists()


def test_a_step_that_was_done_is_not_undone_by_passing_it_over(desk: Client) -> None:
    for passed in ("1", "0", "1"):
        assert desk.post("/admin/start/mail/leaving/", {"passed": passed})["Location"] == "/admin/start/network/"
    assert StartStep.objects.get().passed is False
    assert Entry.objects.filter(subject="start:mail").count() == 2
    assert desk.post("/admin/start/nothing/leaving/").status_code == 404
    assert desk.post("/admin/start/network/leaving/")["Location"] == "/admin/start/"
