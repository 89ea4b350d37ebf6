from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from pytest_django import Settings

from otklik.lib.due import LeaseLost, claim
from otklik.notify.alerts.models import Alert, Bookmark, Letter, Talk, Trouble, Wishes
from otklik.notify.alerts.post import post
from otklik.notify.alerts.tests.data import LEASE, WORDS, Town
from otklik.people.models import User

pytestmark = pytest.mark.django_db


def posted(town: Town) -> int:
    """Everything that is due is posted; how many letters were taken."""
    taken = claim(Letter, town.now, LEASE, 64)
    post(taken, town.now)
    return len(taken)


def overdue(town: Town, cards: int = 1) -> None:
    for _ in range(cards):
        town.clock(town.assigned(), minutes=10)
    town.passes(11)


def to(user: User) -> list[EmailMessage]:
    return [letter for letter in mail.outbox if letter.to == [user.email]]


def test_a_letter_says_number_theme_and_link_and_not_a_word_of_the_citizen_and_is_not_sent_twice(town: Town) -> None:
    overdue(town)
    town.passes(6)
    while posted(town):
        pass
    (letter,) = to(town.curator)
    card = Alert.objects.latest("pk").incident
    assert card is not None
    assert letter.subject == f"Отклик: Срок вышел. № {card.number}, Нет холодной воды"
    assert f"/incidents/{card.pk}/" in letter.body
    for one in mail.outbox:
        assert not {word for word in WORDS.split() if len(word) > 4} & set(f"{one.subject} {one.body}".split())
    sent = len(mail.outbox)
    Bookmark.objects.update(entry=0, due_at=town.now)
    town.passes(30)
    assert posted(town) == 0
    assert len(mail.outbox) == sent == 3


def test_many_alerts_become_one_letter_with_counts(town: Town) -> None:
    overdue(town, cards=12)
    assert [letter.alerts.count() for letter in town.letters(town.curator)] == [12]
    assert posted(town) == 0
    town.passes(6)
    posted(town)
    (letter,) = to(town.curator)
    assert letter.subject == "Отклик: оповещений 12"
    assert "Срок вышел: 12" in letter.body
    assert letter.body.count("/incidents/") == 10


def test_in_quiet_hours_letters_wait_for_the_morning(town: Town) -> None:
    town.now = town.now.replace(hour=23)
    overdue(town)
    (letter,) = town.letters(town.curator)
    assert letter.due_at == town.now.replace(day=4, hour=8, minute=0)


def test_each_chooses_by_which_ways(town: Town) -> None:
    Wishes.objects.create(user=town.curator, chosen={"overdue": ["desk"]})
    Wishes.objects.create(user=town.executor, chosen={"overdue": ["mail"]})
    overdue(town)
    assert town.letters(town.curator) == []
    assert not Alert.objects.get(user=town.executor, kind="overdue").desk
    assert [letter.channel for letter in town.letters(town.executor)] == ["mail"]


def test_without_an_address_or_without_mail_there_is_no_letter(town: Town, settings: Settings) -> None:
    settings.MAIL_GOES = False
    overdue(town)
    assert not Letter.objects.exists()
    assert Alert.objects.filter(user=town.curator, desk=True).exists()


@pytest.mark.parametrize("deaths", [1, 2, 5])
def test_a_worker_that_dies_on_the_way_costs_one_letter_too_many_at_most(town: Town, deaths: int) -> None:
    overdue(town)
    town.passes(6)
    mine = Letter.objects.filter(user=town.curator)
    for _death in range(deaths):
        post(claim(Letter, town.now, timedelta(seconds=45), 64), town.now)
        # what the dead worker did not come to write down
        mine.update(state="waiting", due_at=town.now, lease="gone", claims=1, set_aside_at=None)
        town.now += timedelta(minutes=1)
        mine.update(leased_until=town.now - timedelta(seconds=1))
    while posted(town):
        pass
    assert len(to(town.curator)) <= 2
    assert mine.get().state == ("sent" if deaths < 2 else "lost")


def test_a_worker_that_has_lost_the_letter_says_nothing_in_place_of_the_one_that_has_it(town: Town) -> None:
    overdue(town)
    town.passes(6)
    taken = claim(Letter, town.now, LEASE, 64)
    Letter.objects.update(lease="another")
    with pytest.raises(LeaseLost):
        post(taken, town.now)
    assert mail.outbox == []
    assert set(Letter.objects.values_list("state", "tries")) == {("waiting", 0)}


@pytest.mark.processes
@pytest.mark.enable_socket
def test_a_mail_server_that_is_away_is_waited_for_and_told_of(town: Town, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_SSL = "127.0.0.1", 9, False
    settings.EMAIL_HOST_PASSWORD = "very-secret-word"
    overdue(town)
    town.passes(6)
    (letter,) = town.letters(town.curator)
    for _ in range(8):
        posted(town)
        town.now += timedelta(minutes=2)
    letter.refresh_from_db()
    assert letter.state == "lost"
    trouble = Trouble.objects.get(channel="mail")
    assert "very-secret-word" not in letter.error + trouble.error
    assert Alert.objects.filter(user=town.admin, kind="system").count() == 1


def test_a_bot_that_has_no_key_falls_back_to_mail_and_tells_the_administrator(town: Town, settings: Settings) -> None:
    settings.ALERTS_BOT, settings.ALERTS_BOT_KEY = "max", ""
    Talk.objects.create(user=town.executor, chat="5", linked_at=town.now)
    town.clock(town.assigned())
    town.passes()
    (letter,) = town.letters(town.executor)
    town.passes(6)
    posted(town)
    letter.refresh_from_db()
    assert letter.state == "replaced"
    town.passes(6)
    posted(town)
    assert to(town.executor)
    assert Trouble.objects.get().channel == "bot"
    assert Alert.objects.filter(user=town.admin, kind="system").exists()


def test_the_training_installation_keeps_letters_in_files(town: Town, settings: Settings, tmp_path: Path) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = "django.core.mail.backends.filebased.EmailBackend", str(tmp_path)
    overdue(town)
    town.passes(6)
    posted(town)
    assert list(tmp_path.iterdir())
