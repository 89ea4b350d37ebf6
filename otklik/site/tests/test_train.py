import json
import random
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from otklik.incidents.models import Incident
from otklik.journal import book
from otklik.journal.models import Entry
from otklik.site import nightly
from otklik.site import train as module
from otklik.site.cli import main
from otklik.site.train import back, listing, train
from otklik.themes import classifier
from otklik.themes.models import Theme, ThemeGroup
from otklik.triage import models as trained
from otklik.triage.judge import recognisers
from otklik.triage.models import TrainedModel
from tests.make import inbox, places, rows

pytestmark = pytest.mark.django_db

KNOWN = ("blago.yamy-dvor", "dorogi.yamy", "zhkh.otoplenie", "othody.kgm", "bezopasnost.otlov", "dorogi.svet")
MATTERS = {
    "blago.yamy-dvor": "яма во дворе, колёса бьём; во дворе провалился асфальт; двор весь в ямах",
    "zhkh.otoplenie": "батареи еле тёплые; отопление отключили; в квартире холодно, радиаторы ледяные",
    "othody.kgm": "старые диваны лежат у баков; не вывозят крупный мусор; мебель на площадке третий месяц",
    "bezopasnost.otlov": "стая собак бросается; бездомные собаки у школы; вызовите отлов, собаки рычат",
    "dorogi.svet": "не горит фонарь на дороге; темно на тротуаре; столбы стоят без света",
}
AROUND = (
    "соседи жаловались весной; пишу третий раз; дети боятся ходить; обещали до пятницы; бабушка споткнулась вечером; "
    "никто не приезжает; диспетчер бросает трубку; ещё прошлой осенью началось; посмотрите сами; фото приложу позже; "
    "куда звонить непонятно; терпение лопнуло; управляющая молчит; муж ездил узнавать; говорят нет денег; "
    "за углом так же; весь подъезд согласен; гости удивляются; почтальон обходит стороной; магазин закрыли рядом"
)


@pytest.fixture(autouse=True)
def _themes() -> None:
    groups = dict[str, ThemeGroup]()
    whole = places.classifier()
    for theme in classifier.load().themes:
        if theme.code in KNOWN:
            if theme.group not in groups:
                groups[theme.group] = places.group(theme.group, theme.group, of=whole)
            places.theme(theme.name, theme.code, of=groups[theme.group], keywords=theme.keywords)


@pytest.fixture
def output(capsys: pytest.CaptureFixture[str]) -> Callable[[], str]:
    return lambda: capsys.readouterr().out


def messages(count: int, seed: int = 1) -> Iterator[tuple[str, str]]:
    """Invented complaints, no two alike, with the code of the theme that they are about."""
    chance = random.Random(seed)
    for number in range(count):
        code = list(MATTERS)[number % len(MATTERS)]
        words = [chance.choice(MATTERS[code].split("; ")), *chance.sample(AROUND.split("; "), 5)]
        yield ". ".join(words), code


def decide(count: int, chosen: Callable[[str], str], seed: int = 1, days: int = 30) -> None:
    """So many cards, each decided by somebody, the last of them `days` − count/24 days ago. They have what lessons are
    made of and nothing else; desk/tests/test_lessons.py shows that the desk leaves it so."""
    themes = {theme.code: theme for theme in Theme.objects.all()}
    begun, author, thread = timezone.now() - timedelta(days=days), inbox.author(), inbox.thread()
    with book.turn():
        for number, (text, code) in enumerate(messages(count, seed)):
            at, theme = begun + timedelta(hours=number), themes[chosen(code)]
            card = rows.card(at, state="assigned", theme=theme, assigned_at=at)
            card.links.create(message=inbox.message(text, at=at, author=author, thread=thread), main=True, linked_at=at)
            payload, subject = {"theme": theme.pk}, f"incident:{card.pk}"
            entry = book.write(
                at=at, actor="user:1", verb="incident.assign", subject=subject, incident=card.pk, data=payload
            )
            Incident.objects.filter(pk=card.pk).update(revision=entry.pk)


def first(text: str) -> str:
    known = recognisers()
    return known.known[known.themes.suggest(text)[0].theme_id].code


def here(code: str) -> str:
    """In this region pits in yards are the roads' matter."""
    return "dorogi.yamy" if code == "blago.yamy-dvor" else code


YARD = "Во дворе яма глубокая, колёса бьём"


def test_what_people_call_otherwise_is_suggested_and_taken_back(output: Callable[[], str]) -> None:
    assert first(YARD) == "blago.yamy-dvor"
    decide(100, here)
    assert train() == 0
    run = TrainedModel.objects.get()
    assert (run.state, run.rows, run.metrics["n"]) == ("active", 100, 20)
    assert run.metrics["first"] > run.metrics["first_now"]
    assert 0 < run.metrics["trust"] <= 0.95
    assert "Действует модель" in output()
    assert first(YARD) == "dorogi.yamy"
    assert first("Собаки стаей бросаются на детей") == "bezopasnost.otlov"
    model = trained.read(run.pk)
    assert model is not None
    content = model.packed() + json.dumps([model.facts, model.labels], ensure_ascii=False).encode()
    words = {word for text, _code in messages(100) for word in text.replace(".", " ").split() if len(word) > 3}
    held = content + bytes(run.content or b"")
    assert [word for word in words if word.encode() in held] == [], "the file holds no word of the lessons"
    assert main(["train", "--list"]) == 0
    assert "действует; карточек 100" in output()
    assert back() == 0
    assert "Действует поставляемая модель" in output()
    assert first(YARD) == "blago.yamy-dvor"
    assert back() == 0
    assert "отступать некуда" in output()
    verbs = Entry.objects.filter(verb__startswith="model.").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["model.take_over", "model.withdraw"]


def test_what_helps_nobody_does_not_take_over(output: Callable[[], str]) -> None:
    codes = list(MATTERS)
    decide(80, lambda code: codes[(codes.index(code) + 1) % len(codes)])
    decide(20, lambda code: code, seed=2, days=5)  # people have thought better of it
    assert train() == 0
    assert "не лучше" in output()
    run = TrainedModel.objects.get()
    assert (run.state, run.content, trained.in_force()) == ("rejected", None, None)
    assert Entry.objects.filter(verb="model.reject", subject=f"model:{run.pk}").exists()


def test_few_cards_teach_nothing_and_that_is_said(output: Callable[[], str]) -> None:
    assert train() == 0
    assert "Решённых карточек ещё нет" in output()
    decide(30, here)
    assert train() == 0
    assert "мало: 30, нужно 50" in output()
    assert not TrainedModel.objects.exists()
    assert listing() == 0
    assert "поставляемая модель" in output()


def test_only_news_are_learned_and_measured_by_cards_not_learned_yet(output: Callable[[], str]) -> None:
    decide(100, here)
    train()
    assert train() == 0
    assert "можно проверить, мало: 0" in output()
    decide(19, here, seed=2, days=10)
    assert train(nightly=True) == 0
    assert "учиться нечему" in output()
    assert TrainedModel.objects.count() == 1
    decide(30, here, seed=3, days=9)
    assert train() == 0
    last = TrainedModel.objects.order_by("-pk")[0]
    assert (last.rows, last.state in ("active", "rejected")) == (149, True)
    assert last.metrics["n"] <= 30
    # What was learned already is what it is compared with.
    assert last.metrics["first_now"] >= last.metrics["n"] * 0.8


def test_two_do_not_learn_at_once_and_a_dead_run_is_found_out(capsys: pytest.CaptureFixture[str]) -> None:
    now = timezone.now()
    run = trained.begin("machine:training", now)
    assert train() == 2
    assert "уже идёт" in capsys.readouterr().err
    TrainedModel.objects.update(made_at=now - trained.LONGEST - timedelta(minutes=1))
    assert train() == 0
    run.refresh_from_db()
    assert run.state == "failed"


def test_what_goes_wrong_leaves_a_failed_run_and_the_old_model(monkeypatch: pytest.MonkeyPatch) -> None:
    decide(60, here)

    def broken(*_args: object) -> None:
        raise MemoryError

    monkeypatch.setattr(module, "teach", broken)
    with pytest.raises(MemoryError):
        train()
    assert TrainedModel.objects.get().state == "failed"


def test_the_night_begins_at_three_and_once(monkeypatch: pytest.MonkeyPatch) -> None:
    class Child:
        def poll(self) -> int | None:
            return None

    begun: list[Child] = []

    def start(*_words: str) -> Child:
        begun.append(Child())
        return begun[-1]

    monkeypatch.setattr(nightly, "_children", [])
    monkeypatch.setattr(nightly, "start", start)
    midnight = timezone.localtime().replace(hour=0, minute=10)
    for hour in range(24):
        nightly.learn(midnight + timedelta(hours=hour))
    nightly.learn(midnight + timedelta(hours=3, minutes=5))
    assert len(begun) == 1


def test_without_the_packages_for_it_nothing_is_learned_or_begun_and_it_is_said_how_to_get_them(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    decide(60, lambda code: code)
    monkeypatch.setitem(sys.modules, "sklearn", None)
    assert [train(), train(nightly=True)] == [2, 2]
    assert capsys.readouterr().err.count("make training") == 2
    assert not TrainedModel.objects.exists()
    assert listing() == 0
