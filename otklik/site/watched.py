"""`/healthz`, `/metrics` and `/health.json`: for load balancers and those who watch machines.

They are answered in front of everything else: without a session, under any name of the host, with or without TLS, so
that what asks from this machine need not pretend to be a browser behind the proxy.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from hmac import compare_digest
from pathlib import Path

from django.conf import settings
from django.db import Error, connection
from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse, JsonResponse

from otklik.backups.models import Run, last
from otklik.desk.admin.health.rows import queues
from otklik.desk.shell import WORKER_SILENT_AFTER
from otklik.flow.models import Worker
from otklik.inbox.models import Message
from otklik.lib import clock, database
from otklik.lib.room import room
from otklik.networks.models import Source
from otklik.networks.registry import NETWORKS
from otklik.publishing.hold import stuck, wanted
from otklik.publishing.models import Delivery, Sent
from otklik.site import counting
from otklik.site.exposition import CONTENT_TYPE, Figure, Sample, as_objects, as_text

HERE = ("127.0.0.1", "::1")
_BY_PROXY = ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via")
State = Delivery.State
MOST = 1001
UNDER_WAY = (State.QUEUED, State.SENDING, State.UNKNOWN)


class Watched:
    """Middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = PAGES.get(request.path_info)
        if answer is None:
            return self.get_response(request)
        if request.method not in ("GET", "HEAD"):
            return _plain("method not allowed", 405)
        response = answer(request)
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


def healthz(request: HttpRequest) -> HttpResponse:
    """For anybody: 200 `ok`, or 503 with one word, `database` or `disk`. A silent worker is no reason to send readers
    away from the site, so it is not asked for here."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except Error:
        connection.close()
        return _plain("database", 503)
    try:
        full = room(Path(settings.DATA)).none
    except OSError:
        full = True
    return _plain("disk", 503) if full else _plain("ok")


def metrics(request: HttpRequest) -> HttpResponse:
    """The figures for Prometheus; 403 for whoever may not have them, 503 while the database is away."""
    return _figures(request, as_json=False)


def health_json(request: HttpRequest) -> HttpResponse:
    """The same figures for scripts."""
    return _figures(request, as_json=True)


def _figures(request: HttpRequest, *, as_json: bool) -> HttpResponse:
    if not may_watch(request):
        return _plain("forbidden", 403)
    try:
        current_figures = figures(clock.now())
    except Error:
        connection.close()
        return _plain("database", 503)
    except OSError:
        return _plain("disk", 503)
    return (
        JsonResponse(as_objects(current_figures))
        if as_json
        else HttpResponse(as_text(current_figures), content_type=CONTENT_TYPE)
    )


def may_watch(request: HttpRequest) -> bool:
    """With a token in the settings: whoever sends it. Without: whoever asks from this machine, and not by a proxy on
    it, which would bring everybody."""
    if settings.METRICS_TOKEN:
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        return kind.lower() == "bearer" and compare_digest(token.strip().encode(), settings.METRICS_TOKEN.encode())
    return request.META.get("REMOTE_ADDR", "") in HERE and not any(name in request.headers for name in _BY_PROXY)


def _plain(words: str, status: int = 200) -> HttpResponse:
    return HttpResponse(words + "\n", status=status, content_type="text/plain")


PAGES: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "/healthz": healthz,
    "/metrics": metrics,
    "/health.json": health_json,
}


# What machines that watch this installation are told. All of it is read at the time of asking, from the database and
# the disk, so that every process gives the same answer. Labels are steps, states, networks and ids: nothing of
# people.
def figures(now: datetime) -> list[Figure]:
    """Every figure, at `now`. Ten queries. Raises what the database and the disk raise."""
    own_figures = [*_steps(now), *_sources(now), *_workers(now), _deliveries(), _stuck(), *_hour(now), *_room()]
    return [*own_figures, *_copies(now), *counting.figures()]


def _steps(now: datetime) -> list[Figure]:
    labelled_queues = [({"step": queue.name}, queue) for queue in queues(now)]
    oldest = [(labels, (now - queue.oldest).total_seconds()) for labels, queue in labelled_queues if queue.oldest]
    return [
        Figure("otklik_step_due_rows", "Rows that are due; stops at 1001.", [(at, q.due) for at, q in labelled_queues]),
        Figure(
            "otklik_step_working_rows",
            "Rows being worked on; stops at 1001.",
            [(at, q.working) for at, q in labelled_queues],
        ),
        Figure(
            "otklik_step_aside_rows",
            "Rows that wait for a person; stops at 1001.",
            [(at, q.aside) for at, q in labelled_queues],
        ),
        Figure("otklik_step_oldest_due_seconds", "For how long the oldest due row has been due.", oldest),
    ]


def _sources(now: datetime) -> list[Figure]:
    rows = Source.objects.filter(active=True, account__active=True).order_by("pk")
    columns = ("pk", "network", "last_poll_at", "failures", "set_aside_at", "account__stopped_at")
    read: list[Sample] = []
    failures: list[Sample] = []
    stopped: list[Sample] = []
    for pk, network, last_poll_at, failed, aside, account_stopped in rows.values_list(*columns):
        labels = {"source": str(pk), "network": network}
        if last_poll_at:
            read.append((labels, (now - last_poll_at).total_seconds()))
        failures.append((labels, failed))
        stopped.append((labels, float(bool(aside or account_stopped))))
    return [
        Figure("otklik_source_read_seconds", "Since the source was last read.", read),
        Figure("otklik_source_failures", "Failed readings in a row.", failures),
        Figure("otklik_source_stopped", "1: it is not read until a person has seen to it.", stopped),
    ]


def _workers(now: datetime) -> list[Figure]:
    alive = Q(seen_at__gte=now - WORKER_SILENT_AFTER)
    seen = Worker.objects.aggregate(alive=Count("pk", filter=alive), latest=Max("seen_at"))
    since: list[Sample] = [({}, (now - seen["latest"]).total_seconds())] if seen["latest"] else []
    return [
        Figure("otklik_workers_alive", "Workers that gave a sign of life lately.", [({}, seen["alive"])]),
        Figure("otklik_worker_seen_seconds", "Since the latest sign of life of any worker.", since),
    ]


def _deliveries() -> Figure:
    """Those under way alone: what was sent is counted in reports, and there are many of it."""
    rows = Delivery.objects.filter(state__in=UNDER_WAY).order_by().values_list("state").annotate(Count("pk"))
    counted = dict.fromkeys(map(str, UNDER_WAY), 0) | {str(state): number for state, number in rows}
    return Figure(
        "otklik_deliveries",
        "Answers on their way, by state.",
        [({"state": state}, number) for state, number in counted.items()],
    )


def _stuck() -> Figure:
    """Each cause is told, also where nothing waits: an alarm needs a nought to fall back to."""
    rows = wanted(stuck()).order_by().values_list("cause").annotate(Count("pk"))
    counted = dict.fromkeys(map(str, Delivery.Cause), 0) | {str(cause): number for cause, number in rows}
    return Figure(
        "otklik_deliveries_stuck",
        "Approved answers that wait for a person, by cause.",
        [({"cause": cause or "other"}, number) for cause, number in counted.items()],
    )


def _hour(now: datetime) -> list[Figure]:
    """By the newest rows, which lie in the order in which they came: no index is kept for this."""
    newest = Message.objects.filter(own=False).order_by("-pk").values_list("network", "captured_at")[:MOST]
    sent_rows = Sent.objects.order_by("-pk").values_list("delivery__message__network", "at")[:MOST]
    return [
        Figure("otklik_messages_last_hour", "Messages that came in, by network; stops at 1001.", _late(newest, now)),
        Figure("otklik_answers_last_hour", "Answers that went out, by network; stops at 1001.", _late(sent_rows, now)),
    ]


def _late(rows: Iterable[tuple[str, datetime]], now: datetime) -> list[Sample]:
    counts = dict.fromkeys(sorted(NETWORKS), 0)
    for network, at in rows:
        counts[network] = counts.get(network, 0) + (at >= now - timedelta(hours=1))
    return [({"network": network}, number) for network, number in counts.items()]


def _room() -> list[Figure]:
    there = room(Path(settings.DATA))
    return [
        Figure("otklik_disk_free_bytes", "Free on the disk of the data folder.", [({}, there.free)]),
        Figure("otklik_disk_total_bytes", "Size of the disk of the data folder.", [({}, there.total)]),
        Figure("otklik_database_bytes", "Size of the database.", [({}, database.size())]),
    ]


def _copies(now: datetime) -> list[Figure]:
    runs = last(Run.Kind.COPY).union(last(Run.Kind.TRIAL), all=True)
    age: list[Sample] = []
    good: list[Sample] = []
    for run in runs:
        age.append(({"kind": run.kind}, (now - run.at).total_seconds()))
        good.append(({"kind": run.kind}, float(run.ok)))
    return [
        Figure("otklik_backup_seconds", "Since the last copy, and since the last trial of one.", age),
        Figure("otklik_backup_ok", "1: the last one came to a good end.", good),
    ]
