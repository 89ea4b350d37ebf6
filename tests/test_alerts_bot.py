"""The bot for colleagues over HTTP, in MAX and in Telegram: a code links a chat, a letter reaches it, a ban ends it."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from pytest_django import Settings

from otklik.flow.loop import turn_once
from otklik.flow.steps import FLOW
from otklik.inbox.models import Message
from otklik.journal import book
from otklik.lib import clock
from otklik.networks.access import http_client
from otklik.notify.alerts.link import new_code, part
from otklik.notify.alerts.models import Alert, Ear, Letter, Talk, Trouble
from otklik.notify.alerts.tell import News, tell
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

    @property
    def bot(self) -> str:
        return str(self.town.bot if self.kind == "max" else self.town.bot.number)

    def write(self, text: str, person: str = "") -> None:
        """A colleague's private message to the bot."""
        self.town.sandbox.control(f"{self.kind}/texts", text=text, person=person or self.town.anna, to=self.bot)

    def read(self, person: str = "") -> list[str]:
        """What the bot has said in that dialogue."""
        where = {"place": self.bot, "person": person or self.town.anna}
        messages = self.town.sandbox.inspect(f"{self.kind}/dialogue", **where)["items"]
        return [item["text"] for item in messages if item["official"]]

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
            (alert,) = tell([self.user.pk], News("warned", Alert.objects.count() + 1), clock.now())
        return alert


@pytest.fixture(params=["max", "telegram"])
def stage(request: pytest.FixtureRequest, sandbox: Sandbox, db: None, settings: Settings) -> Iterator[Stage]:
    town: Any = max_town.build(sandbox) if request.param == "max" else telegram_town.build(sandbox)
    settings.SANDBOX_ADDRESS, settings.ALERTS_BOT = sandbox.base, request.param
    settings.ALERTS_BOT_KEY = town.token if request.param == "max" else town.bot.token
    http_client.cache_clear()
    yield Stage(town, request.param, User.objects.create(username="anna", email="anna@example.org"))
    http_client.cache_clear()


def test_a_code_links_one_chat_and_alerts_reach_it_until_its_owner_parts_by_word_or_button(stage: Stage) -> None:
    old = new_code(stage.user, clock.now() - timedelta(minutes=11), random.choice)
    for text in (old, "Привет", "' OR 1=1 --", "A" * 150, "/stop", "0000000000"):
        stage.write(text)
    stage.listen()
    assert (stage.read(), Talk.objects.get().chat) == ([], ""), "what is no code gets no answer"
    code = new_code(stage.user, clock.now(), random.choice)
    stage.write(f"/start {code.lower()}")
    stage.write(code, person=stage.town.boris)
    stage.listen()
    stage.listen()
    assert stage.read(stage.town.boris) == [], "it is good once"
    assert Talk.objects.get().chat
    assert stage.read()[-1].startswith("Готово")
    stage.alert()
    stage.post()
    assert stage.read()[-1].startswith("Срок подходит")
    assert not Message.objects.exists()
    stage.write("/stop")
    stage.listen()
    assert not Talk.objects.exists()
    assert stage.read()[-1].startswith("Больше не пишем")
    stage.link()
    assert part(stage.user, clock.now())
    stage.alert()
    stage.post()
    assert [text.startswith("Срок") for text in stage.read()].count(True) == 1


def test_a_limit_costs_no_try_and_a_refused_key_sends_the_letter_by_mail(stage: Stage, settings: Settings) -> None:
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
    settings.ALERTS_BOT_KEY = "1:wrong" if stage.kind == "telegram" else "wrong"
    stage.alert()
    stage.post()
    stage.post()
    assert [one.to for one in mail.outbox] == [["anna@example.org"]]
    assert Trouble.objects.get().channel == "bot"


def test_an_answer_that_was_cut_off_costs_one_line_too_many_at_most(stage: Stage) -> None:
    stage.link()
    stage.town.fault("drop_after", "sendMessage", count=5)
    stage.alert()
    for _ in range(4):
        stage.post()
    assert len([text for text in stage.read() if text.startswith("Срок")]) <= 2
    assert len(mail.outbox) == 1
