"""The bot for colleagues over HTTP, in MAX and in Telegram: a code links a chat, a letter reaches it, a ban ends it."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core import mail

from otklik.alerts.link import new_code, part
from otklik.alerts.models import Alert, Ear, Letter, Talk, Trouble
from otklik.alerts.tell import News, tell
from otklik.flow.loop import turn_once
from otklik.flow.steps import FLOW
from otklik.inbox.models import Message
from otklik.journal import book
from otklik.lib import clock
from otklik.networks.access import door
from otklik.people.models import User
from tests.sandbox import max_town, telegram_town
from tests.sandbox.process import Sandbox

pytestmark = [pytest.mark.django_db, pytest.mark.processes, pytest.mark.enable_socket]
STEPS = {step.name: step for step in FLOW}


@dataclass
class Stage:
    """One network's town as colleagues meet the bot in it."""

    town: Any
    kind: str
    user: User

    def write(self, text: str, person: str = "") -> None:
        """A colleague's private message to the bot."""
        bot = self.town.bot if self.kind == "max" else self.town.bot.number
        self.town.sandbox.control(f"{self.kind}/texts", text=text, person=person or self.town.anna, to=str(bot))

    def read(self, person: str = "") -> list[str]:
        """What the bot has said in that dialogue."""
        bot = self.town.bot if self.kind == "max" else self.town.bot.number
        told = self.town.sandbox.inspect(f"{self.kind}/dialogue", place=bot, person=person or self.town.anna)["items"]
        return [item["text"] for item in told if item["official"]]

    def listen(self) -> None:
        Ear.objects.update(due_at=clock.now() - timedelta(seconds=1))
        turn_once(STEPS["hear-colleague"])

    def post(self) -> None:
        Letter.objects.update(due_at=clock.now() - timedelta(seconds=1))
        while turn_once(STEPS["post"]):
            pass

    def link(self) -> None:
        self.write(new_code(self.user, clock.now(), random.choice))
        self.listen()

    def alert(self) -> Alert:
        with book.turn():
            entry = Alert.objects.count() + 1
            (alert,) = tell([self.user.pk], News("warned", entry), clock.now())
        return alert


@pytest.fixture(params=["max", "telegram"])
def stage(request: pytest.FixtureRequest, sandbox: Sandbox, db: None) -> Iterator[Stage]:
    town: Any = max_town.build(sandbox) if request.param == "max" else telegram_town.build(sandbox)
    names = ("SANDBOX_ADDRESS", "ALERTS_BOT", "ALERTS_BOT_KEY")
    kept = {name: getattr(settings, name) for name in names}
    settings.SANDBOX_ADDRESS, settings.ALERTS_BOT = sandbox.base, request.param
    settings.ALERTS_BOT_KEY = town.token if request.param == "max" else town.bot.token
    door.cache_clear()
    yield Stage(town, request.param, User.objects.create(username="anna", email="anna@example.org"))
    for name, value in kept.items():
        setattr(settings, name, value)
    door.cache_clear()


def test_a_code_links_the_chat_and_an_alert_reaches_it(stage: Stage) -> None:
    stage.link()
    assert Talk.objects.get().chat
    assert stage.read()[-1].startswith("Готово")
    stage.alert()
    stage.post()
    assert stage.read()[-1].startswith("Срок подходит")
    assert not Message.objects.exists()


def test_a_code_is_good_once_and_not_for_long(stage: Stage) -> None:
    old = new_code(stage.user, clock.now() - timedelta(minutes=11), random.choice)
    stage.write(old)
    stage.listen()
    assert not Talk.objects.exclude(chat="").exists()
    code = new_code(stage.user, clock.now(), random.choice)
    stage.write(f"/start {code.lower()}")
    stage.write(code, person=stage.town.boris)
    stage.listen()
    stage.listen()
    assert stage.read() != []
    assert stage.read(stage.town.boris) == []


def test_what_is_no_code_gets_no_answer(stage: Stage) -> None:
    new_code(stage.user, clock.now(), random.choice)
    for text in ("Привет", "' OR 1=1 --", "A" * 150, "/stop", "0000000000"):
        stage.write(text)
    stage.listen()
    assert stage.read() == []
    assert Talk.objects.get().chat == ""


def test_whoever_parts_by_word_or_by_button_is_told_no_more(stage: Stage) -> None:
    stage.link()
    stage.write("/stop")
    stage.listen()
    assert not Talk.objects.exists()
    assert stage.read()[-1].startswith("Больше не пишем")
    stage.link()
    assert part(stage.user, clock.now())
    stage.alert()
    stage.post()
    assert not any(text.startswith("Срок") for text in stage.read())


def test_a_key_that_is_refused_sends_the_letter_by_mail_and_tells_of_it(stage: Stage) -> None:
    stage.link()
    settings.ALERTS_BOT_KEY = "1:wrong" if stage.kind == "telegram" else "wrong"
    stage.alert()
    stage.post()
    stage.post()
    assert [one.to for one in mail.outbox] == [["anna@example.org"]]
    assert Trouble.objects.get().channel == "bot"


def test_a_limit_is_respected_and_costs_no_try(stage: Stage) -> None:
    stage.link()
    stage.town.fault("error", "sendMessage", code=429, count=1)
    stage.alert()
    Letter.objects.update(due_at=clock.now() - timedelta(seconds=1))
    turn_once(STEPS["post"])
    letter = Letter.objects.get()
    assert (letter.state, letter.tries, letter.failures) == ("waiting", 0, 1)
    assert letter.due_at is not None
    assert letter.due_at > clock.now()
    Ear.objects.update(rest_until=None)
    stage.post()
    assert stage.read()[-1].startswith("Срок подходит")


def test_an_answer_that_was_cut_off_costs_one_line_too_many_at_most(stage: Stage) -> None:
    stage.link()
    stage.town.fault("drop_after", "sendMessage", count=5)
    stage.alert()
    for _ in range(4):
        stage.post()
    assert len([text for text in stage.read() if text.startswith("Срок")]) <= 2
    assert len(mail.outbox) == 1
