import pytest

from otklik.site import registers
from tests.make.town import make_town

pytestmark = pytest.mark.django_db


def test_the_command_brings_everything_up_to_date_and_says_what_was_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    make_town().assigned()
    assert registers.bring_up() == 1
    assert registers.bring_up() == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first == "Реестры: просмотрено карточек 1, исправлено строк 1"
    assert second == "Реестры: просмотрено карточек 1, исправлено строк 0"
