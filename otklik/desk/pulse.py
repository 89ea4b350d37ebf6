"""GET /pulse/: «has anything changed that this page may have to ask about?», before sessions and views cost anything.

Every open page asks it every two seconds, and the real question only when the answer is yes. It knows a reader by the
cookie of a session that the real question was answered for within the last minutes in this process, and a card by the
same; one that was ended meanwhile, here or anywhere else, it knows no more. Whoever it does not know it tells to ask
properly, in the same words always: there his rights are checked.

Three headers go with the answer, so that nothing else has to be asked by the clock: `X-Notices` changes when anybody
has got a notice, `X-Cards` when any card has changed, and `X-Company` when somebody else has come to this card, has
gone, or writes.
"""

import re
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from threading import Lock

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse

from otklik.answers.models import Answer
from otklik.desk.gate import integer, user_of
from otklik.desk.operator.shift.seats import Seats
from otklik.incidents.models import Incident
from otklik.journal import book
from otklik.lib import clock
from otklik.lib.kept import LONG_AGO, Kept, keep, moment
from otklik.notify.alerts.models import Alert
from otklik.people.models import User
from otklik.work.models import Notice

ADDRESS = "/pulse/"
FRESH = 0.5  # seconds: however many pages ask, the database is asked twice a second
KNOWN_FOR = 150.0  # seconds; longer than a list goes unasked
LIVING_FOR = 2.0  # seconds: then it is looked whether the sessions that are known are still there
MOST_KNOWN = 5_000
MOST_KEPT = 1_000
# An answer's time is taken before its transaction ends, and clocks of two machines differ: better to ask once more.
MARGIN = timedelta(seconds=5)
_ASKED = re.compile(r"/queue/changes/|/incidents/([0-9]{1,18})/live/")
_LEFT = re.compile(r"/incidents/([0-9]{1,18})/absence/")
_CURSOR = re.compile(r"([0-9]{1,18})\.([0-9]{1,18})")
_MICRO = timedelta(microseconds=1)


class Recent:
    """The latest changes as this process knows them, at most half a second old. Safe for threads.

    A card's change has the journal entry's number; an answer that is saved again has none, and goes by its time.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._read_at = -FRESH
        self.notices = 0
        self._forget(0, LONG_AGO)

    def _forget(self, newest: int, now: datetime) -> None:
        """Begin anew: of what was before nothing is known."""
        self.newest = self._since = self._settled = newest
        self.at = self._answers_since = now
        self._cards: deque[tuple[int, int]] = deque(maxlen=MOST_KEPT)
        self._answers: dict[int, datetime] = {}

    def look(self) -> None:
        """Read what is new since the last look, unless that was just now."""
        with self._lock:
            if time.monotonic() - self._read_at < FRESH:
                return
            now = clock.now()
            settled = book.settled_before()
            newest, self.notices = _newest()
            if self._read_at < 0 or newest < self.newest:  # the first look, or another database under the same name
                self._forget(book.not_past(newest, settled), now)
            elif newest > self._settled:
                self._read_cards(newest)
            self.newest, self._settled = newest, book.not_past(newest, settled)
            self._read_answers(now)
            self.at, self._read_at = now, time.monotonic()

    def _read_cards(self, newest: int) -> None:
        fresh = Incident.objects.filter(revision__gt=self._settled, revision__lte=newest).order_by("-revision")
        known = set(self._cards)  # what has changed beside somebody who is not ready is read once more
        changes = [change for change in fresh.values_list("revision", "pk")[:MOST_KEPT] if change not in known]
        if len(self._cards) + len(changes) >= MOST_KEPT:
            self._cards.clear()
            self._since = newest
        self._cards.extend(changes)

    def _read_answers(self, now: datetime) -> None:
        since = {moment(LONG_AGO): moment(self.at - 2 * MARGIN)}
        self._answers |= dict(reversed(_answers_question(connection.vendor).ask(since)))
        if len(self._answers) > MOST_KEPT:
            self._answers.clear()
            self._answers_since = now

    def cursor(self) -> str:
        """The revision up to which a page that asks now is up to date."""
        return f"{self._settled}.{(self.at - LONG_AGO) // _MICRO}"

    def newer(self, cursor: str, card: int) -> bool:
        """Whether there may be anything newer on this card, or with 0 on any. A senseless cursor is of long ago."""
        read = _CURSOR.fullmatch(cursor)
        if read is None:
            return True
        revision, micros = int(read[1]), min(int(read[2]), 10**16)
        if not card:
            return revision < self.newest
        at = LONG_AGO + micros * _MICRO
        if revision < self._since or at < self._answers_since:
            return True
        changed = self._answers.get(card)
        return (changed is not None and changed > at - MARGIN) or any(
            pk == card and number > revision for number, pk in tuple(self._cards)
        )


def _newest() -> tuple[int, int]:
    """The newest revision of a card, and a number that grows with every notice and alert."""
    rows = _newest_question(connection.vendor).ask({})
    return (rows[0][0], rows[0][1] or 0) if rows else (0, 0)


@cache
def _newest_question(_vendor: str) -> Kept:
    # Both only grow, and so does their sum.
    parts = [Coalesce(Subquery(rows.order_by("-pk").values("pk")[:1]), 0) for rows in (Notice.objects, Alert.objects)]
    notice = parts[0] + parts[1]
    return keep(Incident.objects.order_by("-revision").values_list("revision", notice)[:1])


@cache
def _answers_question(_vendor: str) -> Kept:
    """The latest of those that were changed since a moment, newest first."""
    fresh = Answer.objects.filter(changed_at__gt=LONG_AGO).order_by("-changed_at")
    return keep(fresh.values_list("incident_id", "changed_at")[:MOST_KEPT])


class Known:
    """Which sessions were answered lately, about which cards, and whose they are. Bounded; safe for threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._until: OrderedDict[tuple[str, int], tuple[float, int]] = OrderedDict()
        self._passwords: dict[int, int] = {}
        self._looked_at = time.monotonic()

    def note(self, session: str, card: int, user: User) -> None:
        with self._lock:
            self._until[session, card] = (time.monotonic() + KNOWN_FOR, user.pk)
            self._passwords[user.pk] = hash(user.password)
            self._until.move_to_end((session, card))
            while len(self._until) > MOST_KNOWN:
                self._until.popitem(last=False)

    def look(self) -> None:
        """Forget sessions that have been ended since the last look, unless that was just now: their row is gone, or
        another password or a block has made them void. Two queries."""
        with self._lock:
            if time.monotonic() - self._looked_at < LIVING_FOR:
                return
            known, users = {session for session, _card in self._until}, {user for _until, user in self._until.values()}
            living = set(Session.objects.filter(pk__in=known, expire_date__gt=clock.now()).values_list("pk", flat=True))
            passwords = User.objects.filter(pk__in=users, is_active=True).values_list("pk", "password")
            same = {pk for pk, password in passwords if self._passwords.get(pk) == hash(password)}
            for key, (_until, user) in list(self._until.items()):
                if key[0] not in living or user not in same:
                    del self._until[key]
            self._passwords = {pk: known for pk, known in self._passwords.items() if pk in same}
            self._looked_at = time.monotonic()

    def forget(self, session: str) -> None:
        """It was ended by an answer of this process."""
        with self._lock:
            for key in [key for key in self._until if key[0] == session]:
                del self._until[key]

    def user(self, session: str, card: int) -> int:
        """The id of whoever is known by this cookie, 0 for nobody."""
        until, user = self._until.get((session, card), (0.0, 0))
        return user if until > time.monotonic() else 0


class Pulse:
    """Middleware, the outermost one: 204 for «nothing new», else 200 with the cursor to come with next time."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.recent, self.known, self.seats = Recent(), Known(), Seats()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info == ADDRESS and request.method == "GET":
            return self._answer(request)
        response = self.get_response(request)
        session = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
        if session and response.status_code in (200, 204):
            self._learn(request, session)
        fresh = response.cookies.get(settings.SESSION_COOKIE_NAME)
        if session and fresh is not None and fresh.value != session:
            self.known.forget(session)
        return response

    def _learn(self, request: HttpRequest, session: str) -> None:
        """From a question that was answered, so that whoever asked it may see the card."""
        if asked := _ASKED.fullmatch(request.path_info):
            card, user = int(asked[1] or 0), user_of(request)
            self.known.note(session, card, user)
            if card:
                self.seats.sit(card, user.pk)
        elif left := _LEFT.fullmatch(request.path_info):
            self.seats.leave(int(left[1]), user_of(request).pk)

    def _answer(self, request: HttpRequest) -> HttpResponse:
        card = max(integer(request.GET.get("card")), 0)
        self.known.look()
        user = self.known.user(request.COOKIES.get(settings.SESSION_COOKIE_NAME, ""), card)
        if not user:
            return _cursor_response("")
        self.recent.look()
        newer = self.recent.newer(request.GET.get("after", ""), card)
        answer = _cursor_response(self.recent.cursor()) if newer else HttpResponse(status=204)
        answer.headers["X-Notices"] = str(self.recent.notices)
        answer.headers["X-Cards"] = str(self.recent.newest)
        if card:
            self.seats.sit(card, user)
            self.seats.look()
            answer.headers["X-Company"] = self.seats.company(card, user)
        return answer


def _cursor_response(cursor: str) -> HttpResponse:
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(cursor, content_type="text/plain", headers=headers)
