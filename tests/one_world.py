"""One town in several networks at once: people write in each of them, and one statement answers them all."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from datetime import timedelta
from typing import Any

from otklik.answers import statements
from otklik.answers.drafts import Words
from otklik.answers.models import Statement
from otklik.demo.region import load_reference
from otklik.incidents.models import Incident, Problem
from otklik.lib import clock
from otklik.networks.models import LegalSwitch
from otklik.people.models import User
from otklik.publishing.models import Delivery
from tests.heard import place_of
from tests.region import joined, settle
from tests.sandbox.process import Sandbox
from tests.stages import STAGES, Stage


class OneWorld(Sandbox):
    """Towns of several networks beside each other: none of them wipes the others out."""

    def control(self, path: str, **arguments: Any) -> Any:
        return None if path == "reset" else super().control(path, **arguments)


@contextmanager
def staged(sandbox: Sandbox, networks: Sequence[str], town: str) -> Iterator[list[Stage]]:
    """A stage in each network, on the whole reference data, with answers that leave at once. The accounts stand in the
    town's place and speak for every agency."""
    with joined(sandbox):
        load_reference(clock.now(), lambda _done, _whole: None)
        sandbox.control("reset")
        world = OneWorld(**{one.name: getattr(sandbox, one.name) for one in fields(sandbox)})
        stages = []
        for network in networks:
            LegalSwitch.objects.create(network=network, read=True, speak=True, at=clock.now(), reason="для испытаний")
            stages.append(STAGES[network](world))
            stages[-1].account(None, place_of(town))
        yield stages


def complain(stage: Stage, texts: Sequence[str]) -> list[str]:
    """Each of the texts by another citizen; their addresses."""
    addresses = []
    for number, text in enumerate(texts):
        person = stage.sandbox.control(f"{stage.kind}/people", name=f"Анна Жилина{number}")["id"]
        body = stage.sandbox.control(f"{stage.kind}/texts", text=text, person=str(person), under=stage.under)
        addresses.append(str(body["address"]))
    return addresses


def say_to_all(problem: Problem, words: Words, by: User, approver: User) -> None:
    """Written for all its cards, read once and let out, and everything that is due has run to its end."""
    cards = list(Incident.objects.filter(problem=problem).values_list("pk", flat=True))
    made = statements.begin(problem, cards, words, by, clock.now())
    settle()
    rows = made.cards.select_related("answer__reply_to")
    assert [row.left for row in rows if row.left] == []
    seen = {row.answer.pk: (row.answer.version, row.answer.reply_to.revision) for row in rows if row.answer}
    statements.let_out(made, seen, approver, clock.now())
    for _round in range(60):
        settle()
        waiting = Delivery.objects.filter(answer__statement_card__statement=made, state=Delivery.State.QUEUED)
        if not waiting.exists():
            break
        waiting.update(due_at=clock.now() - timedelta(seconds=1))
    made.refresh_from_db()
    assert made.state == Statement.State.OUT
    assert [row.left for row in made.cards.all() if row.left] == []


def is_published_once(stages: Sequence[Stage], written: Mapping[str, Sequence[str]], words: str) -> None:
    """Under each of these texts, by network, stands one answer with these words, and under no other of its thread."""
    for stage in stages:
        addresses = written[stage.network]
        thread = stage.thread(addresses[0]) if addresses else []
        answers = [item for item in thread if words in item["text"] and not item["deleted"]]
        assert len(answers) == len(addresses), stage.network
        assert Counter(item["parent"] for item in answers) == Counter(addresses), stage.network
