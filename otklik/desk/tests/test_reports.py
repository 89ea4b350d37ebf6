"""The page of reports: who may, what he gets, what is refused in words, and who is sent what."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook
from pytest_django import Settings

from otklik.desk.head.ask import ask
from otklik.desk.head.statistics import tiles
from otklik.desk.tests.pages import assert_answers, at_most, page_at
from otklik.people.models import Role, User
from otklik.reports import blank
from otklik.reports.models import Letterhead, Schedule, Sending
from otklik.reports.tests.region import NOW, asked, made, page_of
from otklik.reports.tests.test_templates import document, text_of
from tests.make.people import grant, signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
PAGE, ORDERS, LETTERHEAD = "/reports/", "/reports/schedules/", "/reports/letterhead/"
ORDER = {"cycle": "daily", "ending": "pdf", "hour": "8"}


def came(response: Any) -> str:
    sheet = load_workbook(BytesIO(response.content))["Главное"]
    return next((str(row[1].value) for row in sheet.iter_rows() if row[0].value == "Пришло"), "0")


def asks(user: User, **more: Any) -> Any:
    asked_for = {"cycle": "monthly", "day": TODAY().isoformat(), "ending": "xlsx", **more}
    return signed_in(user).get("/reports/file/", asked_for)


def ordered(by: User, *readers: User, **more: object) -> Schedule:
    signed_in(by).post(ORDERS, ORDER | {"reader": [user.pk for user in readers], **more})
    return Schedule.objects.latest("pk")


def test_a_report_is_a_file_of_ones_own_reach_with_the_titles_of_the_page_of_figures(town: Town) -> None:
    now = timezone.now()  # of today, however young that is
    for agency in (town.water, town.water, town.roads):
        town.assigned(agency=agency, at=now)
    grant(town.stranger, Role.CURATOR, town.roads)
    assert (came(asks(town.auditor)), came(asks(town.stranger))) == ("3", "1")
    assert [came(asks(user, agency=town.water.pk)) for user in (town.auditor, town.stranger)] == ["2", "0"]
    town.published()
    for ending, begins in (("pdf", b"%PDF"), ("docx", b"PK"), ("xlsx", b"PK")):
        response = asks(town.auditor, ending=ending, cycle="daily")
        assert response.content.startswith(begins)
        assert response["Content-Disposition"] == f'attachment; filename="otklik-{TODAY()}.{ending}"'
    question = asked("2026-06")
    page = tiles(page_of(question), ask(QueryDict(), question.names, NOW))
    figures = [(one.title, one.explained, one.under) for one in made("2026-06").figures]
    assert figures == [(one.title, one.explained, "".join(piece.text for piece in one.under)) for one in page]


def test_what_cannot_be_made_and_orders_without_sense_are_told_on_the_page(town: Town) -> None:
    client = signed_in(town.auditor)
    for query in (
        *("", "cycle=monthly&ending=exe&day=2026-06-01", "cycle=%01&ending=pdf&day=2026-06-01"),
        *(f"cycle=daily&ending=pdf&day={day}" for day in ("", "2999-01-01", "9999-12-31", "0001-01-01", "9" * 400)),
    ):
        assert_answers(client.get(f"/reports/file/?{query}"), 400, 'role="alert"')
    senseless: list[dict[str, str]] = [
        *({"hour": hour} for hour in ("24", "-1", "")),
        *({"cycle": "yearly"}, {"ending": "exe"}, {"cycle": "weekly", "weekday": "7"}),
        *({"cycle": "monthly", "month_day": "31"}, {"cycle": "monthly"}),
    ]
    for wrong in senseless:
        page = client.post(ORDERS, ORDER | wrong)
        assert_answers(page, 409, 'role="alert"')
        assert page.context["typed"]["ending"] == (ORDER | wrong)["ending"]
    assert not Schedule.objects.exists()


def test_whoever_reads_orders_for_himself_alone_and_whoever_leads_for_readers_of_figures(town: Town) -> None:
    row = ordered(town.auditor, town.admin)
    assert (list(row.readers.all()), row.hour, row.cycle, row.ending) == ([town.auditor], 8, "daily", "pdf")
    assert row.due_at is not None
    assert timedelta(0) < row.due_at - timezone.now() <= timedelta(days=1)
    chosen = [town.auditor.pk, town.operator.pk, town.executor.pk, town.stranger.pk, "x", 10**30]
    assert set(ordered(town.admin, reader=chosen).readers.all()) == {town.auditor, town.operator}
    assert_answers(signed_in(town.admin).post(ORDERS, ORDER | {"reader": [town.executor.pk]}), 409, "хотя бы одного")


def test_an_order_is_seen_by_whoever_made_or_gets_it_left_by_its_reader_and_stopped_by_its_maker(town: Town) -> None:
    row, other, now = ordered(town.admin, town.auditor, town.colleague), town.operator, timezone.now()
    assert "Аудитова" in page_at(town.auditor, PAGE)
    assert len(signed_in(other).get(PAGE).context["orders"]) == 0
    removal = f"{ORDERS}{row.pk}/removal/"
    for user, status in ((other, 404), (town.auditor, 403)):
        assert signed_in(user).post(removal).status_code == status
    assert signed_in(town.admin).get(removal).status_code == 405
    for one in (town.auditor, town.colleague):
        Sending.objects.create(schedule=row, user=one, period="2026-06-14", made_at=now, due_at=now)
    assert signed_in(town.auditor).post(f"{ORDERS}{row.pk}/leaving/").status_code == 302
    assert list(row.readers.all()) == [town.colleague]
    assert list(Sending.objects.values_list("user", flat=True)) == [town.colleague.pk]
    assert signed_in(town.admin).post(removal).status_code == 302
    assert not Schedule.objects.exists()


def test_without_a_mail_server_the_page_says_so_and_ten_queries_are_enough(town: Town, settings: Settings) -> None:
    for goes in (False, True):
        settings.MAIL_GOES = goes
        assert ("Почта в этой установке не подключена" in page_at(town.auditor, PAGE)) is not goes
    for hour in range(5):
        row = ordered(town.admin, town.auditor, town.operator, hour=hour)
        Sending.objects.create(schedule=row, user=town.auditor, period="2026-06-14", made_at=timezone.now())
    client = signed_in(town.admin)
    with at_most(10):
        assert len(client.get(PAGE).context["orders"]) == 5


def upload(content: bytes, name: str = "бланк.docx") -> dict[str, SimpleUploadedFile]:
    return {"file": SimpleUploadedFile(name, content)}


def test_the_regions_template_is_put_used_and_taken_away_by_who_tunes_it_all(town: Town, admin: Client) -> None:
    town.published()
    assert admin.get(LETTERHEAD).content == blank.made()
    assert admin.post(LETTERHEAD, upload(document("Бланк: {{ title }}"))).status_code == 302
    assert "бланк.docx" in page_at(admin, PAGE)
    assert text_of(asks(town.auditor, ending="docx").content) == "Бланк: Месячный отчёт"
    # One that is none is refused, and the old one stays.
    for content in (b"", b"no document", b"P" * 2_000_001):
        assert_answers(admin.post(LETTERHEAD, upload(content)), 409, 'role="alert"')
    assert Letterhead.objects.get().name == "бланк.docx"
    admin.post(f"{LETTERHEAD}removal/")
    assert not Letterhead.objects.exists()
    for user in (town.operator, town.auditor, town.water_admin):
        assert "Свой шаблон" not in page_at(user, PAGE), user.username
