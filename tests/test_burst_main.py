"""One burst main, forty complaints in four networks: one problem, one statement, forty answers, and a promise kept."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings

from otklik.answers import statements
from otklik.answers.drafts import Words
from otklik.answers.models import Answer, Statement
from otklik.demo.region import load_reference
from otklik.flow.loop import drain
from otklik.flow.steps import Lane
from otklik.inbox.models import Author, Message, Thread
from otklik.incidents import problems
from otklik.incidents.models import Incident, Problem, State
from otklik.journal import book
from otklik.lib import clock
from otklik.lib.text import fold
from otklik.networks.access import door
from otklik.networks.models import Account, LegalSwitch, Source
from otklik.places.models import Place
from otklik.publishing.models import Delivery
from otklik.routing.extensions import today
from otklik.routing.models import Deadline, Norm
from tests.burst_texts import NETWORKS, TOWN, Said, burst, others
from tests.region import listen, settle, user
from tests.sandbox.process import Sandbox
from tests.stages import STAGES, Stage

HOLDING = "{обращение} Прорвало водопровод на Пушкина. Бригада на месте, воду дадим {срок}."
LAST = "{обращение} Трубу на Пушкина заменили, вода есть с 14:00."


@pytest.mark.django_db
@pytest.mark.timeout(900)
def test_forty_words_for_one_main_are_one_problem_and_none_of_forty_near_by_is_in_it() -> None:
    load_reference(clock.now(), lambda _done, _whole: None)
    said = sorted([*burst(), *others()], key=lambda one: -one.hours)
    cards = {one: _heard(one, number) for number, one in enumerate(said)}
    inside = Counter(Incident.objects.get(pk=cards[one]).problem_id for one in said if one.part)
    main, count = inside.most_common(1)[0]
    assert main is not None
    assert count >= 38, inside
    assert [one.text for one in said if not one.part and Incident.objects.get(pk=cards[one]).problem_id == main] == []
    assert book.broken_at() is None


def _heard(one: Said, number: int) -> int:
    """Said in the community of its town, judged, and compared with what is there; the id of its card."""
    place = place_of(one.town)
    account, _ = Account.objects.get_or_create(network=one.network, external_id=one.town, sandbox=True)
    source, _ = Source.objects.get_or_create(
        network=one.network, kind=Source.Kind.OWN, external_id=one.town, account=account, place=place
    )
    thread, _ = Thread.objects.get_or_create(network=one.network, external_id=f"post {one.town}", source=source)
    author = Author.objects.create(network=one.network, external_id=f"author {number}", name=f"Житель {number}")
    at = clock.now() - timedelta(hours=one.hours)
    message = Message.objects.create(
        network=one.network,
        external_id=f"comment {number}",
        place=Message.Place.COMMENT,
        thread=thread,
        source=source,
        author=author,
        text=one.text,
        folded=fold(one.text),
        posted_at=at,
        captured_at=at,
        due_at=clock.now(),
    )
    drain(lanes=frozenset({Lane.THINK}))
    return Incident.objects.get(messages=message).pk


def place_of(town: str) -> Place:
    """Where a community of this town stands: its district, or the town itself where that has another name."""
    return Place.objects.filter(name__startswith=town).order_by("level", "pk")[0]


class OneWorld(Sandbox):
    """Towns of several networks beside each other: none of them wipes the others out."""

    def control(self, path: str, **given: Any) -> Any:
        return None if path == "reset" else super().control(path, **given)


@pytest.fixture
def stages(sandbox: Sandbox, transactional_db: None) -> Iterator[list[Stage]]:
    kept = settings.SANDBOX_ADDRESS, settings.UNDO_HOLD
    settings.SANDBOX_ADDRESS, settings.UNDO_HOLD = sandbox.base, 0
    door.cache_clear()
    load_reference(clock.now(), lambda _done, _whole: None)
    sandbox.control("reset")
    world = OneWorld(**{one.name: getattr(sandbox, one.name) for one in fields(sandbox)})
    made = []
    for network in NETWORKS:
        LegalSwitch.objects.create(network=network, read=True, speak=True, at=clock.now(), reason="для испытаний")
        made.append(STAGES[network](world))
        made[-1].account(None, place_of(TOWN))
    yield made
    settings.SANDBOX_ADDRESS, settings.UNDO_HOLD = kept
    door.cache_clear()


@pytest.mark.processes
@pytest.mark.enable_socket
@pytest.mark.timeout(900)
def test_one_statement_is_forty_answers_once_each_and_the_promise_is_kept(stages: list[Stage]) -> None:
    listen()
    written = {stage.network: _complain(stage) for stage in stages}
    listen()
    problem = Problem.objects.get(pk=Counter(Incident.objects.values_list("problem", flat=True)).most_common(1)[0][0])
    operator, approver = user("operator", "operator"), user("approver", "approver")
    for card in Incident.objects.filter(problem=None):
        problems.add(problem, card, clock.now(), by=operator)  # what the machine did not dare is put there by a person
    problems.confirm(problem, operator, clock.now())

    _say(problem, Words(HOLDING, Answer.Kind.INTERIM, promised_on=today(clock.now())), operator, approver)
    _is_said_once(stages, written, "Прорвало водопровод на Пушкина.")
    assert set(Incident.objects.values_list("state", flat=True)) == {State.POSTPONED}
    promises = Deadline.objects.filter(clock=Norm.Clock.PROMISE)
    assert promises.filter(met_at=None).count() == 40

    problems.fix(problem, "act", "Акт № 7 от сегодня", operator, clock.now())
    last = Words(LAST, Answer.Kind.FINAL, "solved", ground="act", ground_words="Акт № 7 от сегодня")
    _say(problem, last, operator, approver)
    _is_said_once(stages, written, "Трубу на Пушкина заменили")
    assert set(Incident.objects.values_list("state", flat=True)) == {State.RATING}
    assert promises.filter(met_at__isnull=False, missed_at=None).count() == 40
    assert Delivery.objects.filter(state=Delivery.State.SENT).count() == 80
    assert book.broken_at() is None


def _complain(stage: Stage) -> list[str]:
    """Each of its texts by another citizen; their addresses."""
    found = []
    for number, one in enumerate(one for one in burst() if one.network == stage.network):
        person = stage.sandbox.control(f"{stage.kind}/people", name=f"Анна Жилина{number}")["id"]
        told = stage.sandbox.control(f"{stage.kind}/texts", text=one.text, person=str(person), under=stage.under)
        found.append(str(told["address"]))
    return found


def _say(problem: Problem, words: Words, by: object, approver: object) -> None:
    """Written for all its cards, read once and let out, and everything that is due has run to its end."""
    cards = list(Incident.objects.filter(problem=problem).values_list("pk", flat=True))
    made = statements.begin(problem, cards, words, by, clock.now())  # type: ignore[arg-type]
    settle()
    rows = made.cards.select_related("answer__reply_to")
    assert [row.left for row in rows if row.left] == []
    seen = {row.answer_id: (row.answer.version, row.answer.reply_to.revision) for row in rows if row.answer}
    statements.let_out(made, seen, approver, clock.now())  # type: ignore[arg-type]
    for _round in range(60):
        settle()
        waiting = Delivery.objects.filter(answer__statement_card__statement=made, state=Delivery.State.QUEUED)
        if not waiting.exists():
            break
        waiting.update(due_at=clock.now() - timedelta(seconds=1))
    made.refresh_from_db()
    assert made.state == Statement.State.OUT
    assert [row.left for row in made.cards.all() if row.left] == []


def _is_said_once(stages: list[Stage], written: dict[str, list[str]], words: str) -> None:
    for stage in stages:
        addresses = written[stage.network]
        said = [item for item in stage.thread(addresses[0]) if words in item["text"] and not item["deleted"]]
        assert len(said) == len(addresses), stage.network
        assert Counter(item["parent"] for item in said) == Counter(addresses), stage.network
