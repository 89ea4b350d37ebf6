import pytest
from django.conf import settings
from django.contrib.sessions.models import Session

from otklik.site import registers
from tests.make.people import person, signed_in
from tests.make.town import make_town

pytestmark = pytest.mark.django_db


def test_the_command_brings_everything_up_to_date_and_says_what_was_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    make_town().assigned()
    assert registers.bring_up() == 1
    assert registers.bring_up() == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first == "Реестры: просмотрено карточек 1, исправлено строк 1"
    assert second == "Реестры: просмотрено карточек 1, исправлено строк 0"


def test_an_answer_to_an_old_session_leaves_a_new_cookie_alone_and_signing_out_takes_it_away() -> None:
    browser = signed_in(person())
    Session.objects.all().delete()
    answer = browser.get("/queue/changes/", headers={"X-Fragment": "1"})
    assert answer.status_code == 401
    assert settings.SESSION_COOKIE_NAME not in answer.cookies
    answer = signed_in(person()).post("/accounts/logout/")
    assert answer.cookies[settings.SESSION_COOKIE_NAME].value == ""
    assert not Session.objects.exists()
