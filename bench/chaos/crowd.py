"""The people: citizens who write, an agency that answers, an approver at his browser, and somebody who looks.

Everything is asked anew each round, so a round that ended in the middle, or whose end nobody heard, is gone on with.
"""

import re
import time
from collections import Counter
from contextlib import suppress
from datetime import timedelta

import httpx
from django.apps import apps
from django.db.models import F

from bench.chaos import towns
from bench.chaos.count import CANNOT_LOOK, Wanted
from bench.chaos.plan import WITHIN, Comment, Plan
from otklik.answers import drafts
from otklik.answers.models import Answer
from otklik.answers.parts import plan as steps_of
from otklik.inbox.models import Message
from otklik.incidents.cards import main_message
from otklik.incidents.models import Incident, Outcome, State
from otklik.incidents.workflow import NotAllowed
from otklik.lib import clock
from otklik.lib.due import Due, retry
from otklik.networks.registry import NETWORKS as CONNECTORS
from otklik.publishing.models import Delivery
from otklik.routing.assign import Decision, assign
from tests.region import PASSWORD

S, D = State, Delivery.State
OPEN = (S.NEW, S.ASSIGNED, S.IN_WORK, S.POSTPONED)
THINKS = WITHIN + 3  # seconds: a person looks later than a call may still arrive
EVERY_LONG = 9
ENDED = (D.SENT, D.REFUSED, D.RECALLED)


def words_of(comment: Comment, kind: str) -> str:
    """Every ninth ending is longer than its network takes at once."""
    if kind == "interim":
        return f"Заявка {comment.words + 1} принята, фонарь заменят на этой неделе."
    text = f"Фонарь заменили, заявка {comment.words + 1} закрыта."
    if comment.words % EVERY_LONG != EVERY_LONG // 2:
        return text
    return text + " Мастер проверил линию." * (CONNECTORS[comment.network].limits.text // 20)


def parts_of(answer: Answer, network: str, address: str) -> list[Wanted]:
    """What has to stand there once it is approved, in its order."""
    order = 10 * int(answer.kind == Answer.Kind.FINAL)
    texts = [step.text for step in steps_of(answer.text, CONNECTORS[network].limits, direct=False)]
    return [Wanted(answer.pk, network, address, text, order + part, part) for part, text in enumerate(texts, 1)]


def sign_in(base: str, name: str = "approver") -> httpx.Client:
    """He at his browser."""
    browser = httpx.Client(base_url=base, timeout=20, trust_env=False)
    match = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', browser.get("/accounts/login/").text)
    form = {"login": name, "password": PASSWORD, "csrfmiddlewaretoken": match.group(1) if match else ""}
    if browser.post("/accounts/login/", data=form).status_code != 302:
        raise RuntimeError(f"{name} cannot sign in")
    return browser


class Crowd:
    def __init__(self, plan: Plan, region: towns.Region, browser: httpx.Client) -> None:
        self.plan, self.browser = plan, browser
        self.sandbox, self.people, self.towns = region.sandbox, region.people, region.towns
        self.unwritten = list(plan.comments)
        self.unplanted = list(plan.faults)
        self.written: dict[tuple[str, str], Comment] = {}
        self.wanted: dict[int, list[Wanted]] = {}
        self.stuck_since: dict[int, float] = {}
        self.pressed: Counter[str] = Counter()
        self.backlog = self.published = self.ended = 0
        self.since_copy: set[tuple[str, str]] = set()
        self.lost_sight: set[tuple[str, str]] = set()

    def write(self, now: float) -> None:
        """Whatever citizens have to say by now, and what breaks by now. Raises TransportError: the network is away."""
        while self.unplanted and self.unplanted[0].at <= now:
            towns.plant(self.sandbox, self.towns[self.unplanted[0].network], self.unplanted[0])
            self.unplanted.pop(0)
        while self.unwritten and self.unwritten[0].at <= now:
            comment = self.unwritten[0]
            address = towns.write(self.sandbox, self.towns[comment.network], comment)
            self.written[comment.network, address] = comment
            self.since_copy.add((comment.network, address))
            self.unwritten.pop(0)

    def work(self) -> None:
        """One round. Raises errors of the database; what was done stays done."""
        self.published = Delivery.objects.filter(state=D.SENT, part=F("parts")).count()
        self.ended = Delivery.objects.filter(state__in=ENDED).count()
        gone = self.gone()
        self.backlog = sum(len(one.kinds) for at, one in self.written.items() if at not in gone) - self.published
        for incident in Incident.objects.filter(state__in=OPEN).order_by("pk"):
            try:
                self._answer(incident)
            except (NotAllowed, drafts.Stale):
                self.pressed["опоздал"] += 1
        for answer in Answer.objects.filter(state=Answer.State.APPROVAL).select_related("incident"):
            self._approve(answer)
        self._look_after()

    def gone(self) -> set[tuple[str, str]]:
        """Citizens' texts that were told before a restore to a copy without them, by a network that tells them once."""
        asked = {at for at in self.lost_sight if at[0] in CANNOT_LOOK}
        known = Message.objects.filter(network__in=CANNOT_LOOK).values_list("network", "external_id")
        return asked - set(known) if asked else set()

    def unheard(self) -> set[tuple[str, str]]:
        """Citizens' texts that have not come to us yet: a network tells them once more while our database is away."""
        return set(self.written) - set(Message.objects.values_list("network", "external_id"))

    def begin_anew(self) -> None:
        """After a restore: what was written since the copy may be unknown again, and nobody is signed in."""
        self.lost_sight, self.since_copy = self.since_copy, set()
        self.stuck_since.clear()

    def _answer(self, incident: Incident) -> None:
        message = main_message(incident)
        comment = self.written.get((message.network, message.external_id))
        if comment is None:
            return  # its address is not known yet: the sandbox has not told us
        now, who = clock.now(), self.people
        if incident.state == S.NEW:
            assign(incident, Decision(who["agency"], who["theme"], who["place"]), who["operator"], now)
            incident.refresh_from_db()
        draft = drafts.open_draft(incident)
        if draft is None:
            order = incident.answers.count()
            if order == len(comment.kinds):
                return  # all that was to be said is said, or on its way
            kind = Answer.Kind.INTERIM if comment.kinds[order] == "interim" else Answer.Kind.FINAL
            promised = (now + timedelta(days=7)).date() if kind == Answer.Kind.INTERIM else None
            outcome = Outcome.SOLVED if kind == Answer.Kind.FINAL else ""
            text = words_of(comment, comment.kinds[order])
            proof = ("phone", "Позвонили жителю") if outcome else ("", "")
            words = drafts.Words(text, kind, outcome, promised, False, *proof)
            draft = drafts.write(incident, message, words, who["executor"], now)
        drafts.submit(draft, who["executor"], now)

    def _approve(self, answer: Answer) -> None:
        """As his browser does it. Whether it was heard the next round sees."""
        message = main_message(answer.incident)
        self.wanted[answer.pk] = parts_of(answer, message.network, message.external_id)
        # Numbered words are no answer that a citizen would want: he lets them out all the same.
        self._post(f"/answers/{answer.pk}/approval/", version=answer.version, despite="Так задумано")

    def _look_after(self) -> None:
        """Deliveries that wait for a person, and rows that were set aside because the work on them died thrice."""
        stuck = Delivery.objects.exclude(state__in=ENDED).filter(hold__in=("person", "by_hand", "captcha"), lease="")
        for delivery in stuck.select_related("message"):
            since = self.stuck_since.setdefault(delivery.pk, time.monotonic())
            if time.monotonic() - since >= THINKS:
                self._decide(delivery)
                del self.stuck_since[delivery.pk]
        for model in (model for model in apps.get_models() if issubclass(model, Due)):
            for row in model._default_manager.filter(set_aside_at__isnull=False):
                self.pressed["начать заново"] += retry(row, clock.now())

    def _decide(self, delivery: Delivery) -> None:
        """He looks at what stands there and presses the one button or the other."""
        message, town = delivery.message, self.towns[delivery.message.network]
        there = town.answers(message.external_id, delivery.text)
        mine = [item for item in there if item["parent"] == message.external_id]
        if mine:
            self.pressed["уже опубликовано"] += 1
            self._post(f"/deliveries/{delivery.pk}/proof/", link=f"{self.sandbox.base}{mine[0]['link']}")
        else:
            self.pressed["отправить ещё раз"] += 1
            self._post(f"/deliveries/{delivery.pk}/repeat/", looked="yes")

    def _post(self, path: str, **form: object) -> None:
        form_data = {**form, "csrfmiddlewaretoken": self.browser.cookies["csrftoken"]}
        with suppress(httpx.TransportError):  # the site is away: the next round sees what became of it
            answer = self.browser.post(path, data=form_data)
            self.pressed[f"HTTP {answer.status_code}"] += answer.status_code >= 400

    def done(self) -> bool:
        """Whether all that was planned was said, as far as our side knows."""
        return not self.unwritten and not self.backlog
