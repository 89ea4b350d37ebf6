"""The page of reports: who may, what he gets, what is refused in words, and who is sent what."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils import timezone
from openpyxl import load_workbook
from pytest_django import Settings

from otklik.desk.statistics.ask import ask
from otklik.desk.statistics.tiles import tiles
from otklik.desk.tests.pages import assert_answers, at_most
from otklik.people.models import Role, User
from otklik.reports import blank
from otklik.reports.models import Letterhead, Schedule, Sending
from otklik.reports.tests.region import NOW, asked, made, page_of
from tests.make.people import grant, signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
ORDER = {"cycle": "daily", "ending": "pdf", "hour": "8"}


def came(response: Any) -> str:
    sheet = load_workbook(BytesIO(response.content))["Главное"]
    return next((str(row[1].value) for row in sheet.iter_rows() if row[0].value == "Пришло"), "0")


def asks(user: User, **more: Any) -> Any:
    asked_for = {"cycle": "monthly", "day": TODAY().isoformat(), "ending": "xlsx", **more}
    return signed_in(user).get("/reports/file/", asked_for)


def test_a_report_is_a_file_with_a_name_of_its_own(town: Town) -> None:
    town.published()
    for ending, begins in (("pdf", b"%PDF"), ("docx", b"PK"), ("xlsx", b"PK")):
        response = asks(town.auditor, ending=ending, cycle="daily")
        assert response.content.startswith(begins)
        assert response["Content-Disposition"] == f'attachment; filename="otklik-{TODAY()}.{ending}"'


def test_its_figures_are_those_of_the_readers_own_reach_and_filters(town: Town) -> None:
    now = timezone.now()  # of today, however young that is
    town.assigned(at=now)
    town.assigned(at=now)
    town.assigned(agency=town.roads, at=now)
    grant(town.stranger, Role.CURATOR, town.roads)
    assert came(asks(town.auditor)) == "3"
    assert came(asks(town.stranger)) == "1"
    assert came(asks(town.auditor, agency=town.water.pk)) == "2"
    assert came(asks(town.stranger, agency=town.water.pk)) == "0"


def test_titles_and_definitions_are_those_of_the_page_of_figures(town: Town) -> None:
    town.published()
    question = asked("2026-06")
    page = tiles(page_of(question), ask(QueryDict(), question.names, NOW))
    report = made("2026-06")
    assert [(one.title, one.explained) for one in report.measures] == [(one.title, one.explained) for one in page]
    assert [one.under for one in report.measures] == [one.under for one in page]


def test_what_cannot_be_made_is_told_on_the_page(town: Town) -> None:
    client = signed_in(town.auditor)
    days = ("", "2999-01-01", "9999-12-31", "0001-01-01", "9" * 400)
    for query in (
        *("", "cycle=monthly&ending=exe&day=2026-06-01", "cycle=%01&ending=pdf&day=2026-06-01"),
        *(f"cycle=daily&ending=pdf&day={day}" for day in days),
    ):
        assert_answers(client.get(f"/reports/file/?{query}"), 400, 'role="alert"')


def test_whoever_reads_orders_for_himself_alone(town: Town) -> None:
    signed_in(town.auditor).post("/reports/schedules/", ORDER | {"reader": [town.admin.pk]})
    (row,) = Schedule.objects.all()
    assert (list(row.readers.all()), row.hour, row.cycle, row.ending) == ([town.auditor], 8, "daily", "pdf")
    assert row.due_at is not None
    assert timedelta(0) < row.due_at - timezone.now() <= timedelta(days=1)


def test_whoever_leads_orders_for_readers_of_figures_and_for_nobody_else(town: Town) -> None:
    chosen = [town.auditor.pk, town.operator.pk, town.executor.pk, town.stranger.pk, "x", 10**30]
    signed_in(town.admin).post("/reports/schedules/", ORDER | {"reader": chosen})
    assert set(Schedule.objects.get().readers.all()) == {town.auditor, town.operator}
    page = signed_in(town.admin).post("/reports/schedules/", ORDER | {"reader": [town.executor.pk]})
    assert_answers(page, 409, "хотя бы одного")


def test_an_order_that_makes_no_sense_is_told_and_kept_as_typed(town: Town) -> None:
    client = signed_in(town.auditor)
    senseless: list[dict[str, str]] = [
        *({"hour": hour} for hour in ("24", "-1", "")),
        *({"cycle": "yearly"}, {"ending": "exe"}, {"cycle": "weekly", "weekday": "7"}),
        *({"cycle": "monthly", "month_day": "31"}, {"cycle": "monthly"}),
    ]
    for wrong in senseless:
        page = client.post("/reports/schedules/", ORDER | wrong)
        assert_answers(page, 409, 'role="alert"')
        assert page.context["typed"]["ending"] == (ORDER | wrong)["ending"]
    assert not Schedule.objects.exists()


def test_an_order_is_seen_by_whoever_made_or_gets_it_and_stopped_by_its_maker(town: Town) -> None:
    signed_in(town.admin).post("/reports/schedules/", ORDER | {"reader": [town.auditor.pk]})
    (row,) = Schedule.objects.all()
    assert "Аудитова" in signed_in(town.auditor).get("/reports/").content.decode()
    assert len(signed_in(town.operator).get("/reports/").context["orders"]) == 0
    address = f"/reports/schedules/{row.pk}/removal/"
    assert signed_in(town.operator).post(address).status_code == 404
    assert signed_in(town.auditor).post(address).status_code == 403
    assert signed_in(town.admin).get(address).status_code == 405
    assert signed_in(town.admin).post(address).status_code == 302
    assert not Schedule.objects.exists()


def test_a_reader_may_leave_and_the_others_still_get_it(town: Town) -> None:
    chosen = [town.auditor.pk, town.operator.pk]
    signed_in(town.admin).post("/reports/schedules/", ORDER | {"reader": chosen})
    (row,) = Schedule.objects.all()
    now = timezone.now()
    for one in (town.auditor, town.operator):
        Sending.objects.create(schedule=row, user=one, period="2026-06-14", made_at=now, due_at=now)
    assert signed_in(town.auditor).post(f"/reports/schedules/{row.pk}/leaving/").status_code == 302
    assert list(row.readers.all()) == [town.operator]
    assert list(Sending.objects.values_list("user", flat=True)) == [town.operator.pk]


def test_without_a_mail_server_the_page_says_so(town: Town, settings: Settings) -> None:
    settings.MAIL_GOES = False
    assert "Почта в этой установке не подключена" in signed_in(town.auditor).get("/reports/").content.decode()
    settings.MAIL_GOES = True
    assert "Почта в этой установке не подключена" not in signed_in(town.auditor).get("/reports/").content.decode()


def test_ten_queries_are_enough(town: Town) -> None:
    for hour in range(5):
        chosen = [town.auditor.pk, town.operator.pk]
        signed_in(town.admin).post("/reports/schedules/", ORDER | {"hour": hour, "reader": chosen})
    for row in Schedule.objects.all():
        Sending.objects.create(schedule=row, user=town.auditor, period="2026-06-14", made_at=timezone.now())
    client = signed_in(town.admin)
    with at_most(10):
        assert len(client.get("/reports/").context["orders"]) == 5


def upload(content: bytes, name: str = "бланк.docx") -> dict[str, SimpleUploadedFile]:
    return {"file": SimpleUploadedFile(name, content)}


def test_the_regions_template_is_put_used_and_taken_away(town: Town) -> None:
    from otklik.reports.tests.test_templates import document, text_of

    client = signed_in(town.admin)
    town.published()
    assert client.get("/reports/letterhead/").content == blank.made()
    assert client.post("/reports/letterhead/", upload(document("Бланк: {{ title }}"))).status_code == 302
    assert "бланк.docx" in client.get("/reports/").content.decode()
    assert text_of(asks(town.auditor, ending="docx").content) == "Бланк: Месячный отчёт"
    client.post("/reports/letterhead/removal/")
    assert not Letterhead.objects.exists()


def test_a_template_that_is_none_is_refused_and_the_old_one_stays(town: Town) -> None:
    client = signed_in(town.admin)
    client.post("/reports/letterhead/", upload(blank.made(), "old.docx"))
    for content in (b"", b"no document", b"P" * 2_000_001):
        assert_answers(client.post("/reports/letterhead/", upload(content)), 409, 'role="alert"')
    assert Letterhead.objects.get().name == "old.docx"


def test_only_those_who_tune_the_whole_region_are_offered_a_template(town: Town) -> None:
    for user in (town.operator, town.auditor, town.water_admin):
        assert "Свой шаблон" not in assert_answers(signed_in(user).get("/reports/"), 200), user.username
