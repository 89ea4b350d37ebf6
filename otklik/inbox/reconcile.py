"""The step of a Reconciliation: a place is read from its newest post back, to find what was never heard of.

A round goes over the posts of the last days (`OTKLIK_RECONCILE_DAYS`) and reads under those whose count of comments is
another than ours, or is not told. Then all that was written before the round is here. A deep one goes over them once
more and reads under the others, for edits, and for a text that went while another came. Each call ends in a short
transaction with the cursor, so that a stop loses nothing; a held text that is not listed any more is only doubted, and
check.py asks the network for it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count as Number
from django.db.models import Q

from otklik.inbox.forgotten import without_forgotten
from otklik.inbox.hints import address_of
from otklik.inbox.models import Hint, Message, Thread
from otklik.inbox.take_in import MAX_TEXT, PUSHED_WITHIN, is_history
from otklik.lib import clock
from otklik.lib.due import LeaseLost, finish
from otklik.lib.text import clean
from otklik.networks.access import within_budget
from otklik.networks.base import Access, Deletion, Edit, Post, Raw, ReadPlace
from otklik.networks.errors import AuthLost, Permanent
from otklik.networks.fetch import SWITCHED_OFF, stop
from otklik.networks.legal import allowed
from otklik.networks.models import Reconciliation
from otklik.networks.optional import Count, Page, ReadsBack
from otklik.networks.outage import HOUR, reading_back
from otklik.networks.raw import keep
from otklik.networks.registry import NETWORKS
from otklik.networks.values import digest

MOST_CALLS = 20  # of one turn of a row: others wait for theirs
EVERY = timedelta(hours=1)
RARELY = timedelta(days=1)  # where the network counts no comments, so that a round reads under every post
AT_ONCE = timedelta(seconds=1)
CLOCKS = timedelta(minutes=1)  # by which a network's clock may be behind ours
_SHORT = 8
_LIVING = Q(messages__place=Message.Place.COMMENT, messages__deleted_at=None, messages__forgotten_at=None)


def reconcile(rows: list[Reconciliation], now: datetime) -> None:
    """A bounded piece of each row's round."""
    for row in rows:
        account = row.source.account
        back = reading_back(row.source)
        if back is None:
            finish(row)
        elif not (row.source.active and account.active) or account.stopped_at or not allowed(account.network).read:
            finish(row, now + SWITCHED_OFF)
        else:
            try:
                _Round(row, back, within_budget(account), now).go_on()
            except AuthLost as lost:
                stop(account, str(lost), clock.now())
                raise


class _Round:
    """One turn of a round. Its state in `Reconciliation.cursor`: `page` of the listing, None = it has ended; `posts`
    that wait to be read under, the first at its page `at`; of that one `seen`, marks of the texts listed so far, and
    `from`, when it was begun; `deep` as in the row, `again` = the second pass, `blind` = some posts tell no count."""

    def __init__(self, row: Reconciliation, back: ReadsBack, access: Access, now: datetime) -> None:
        self.row, self.back, self.access, self.now = row, back, access, now
        source = row.source
        self.parse = NETWORKS[source.network].parse
        self.place = ReadPlace(source.kind, source.external_id, source.cursor)
        self.state: dict[str, Any] = dict(row.cursor)
        missed = row.missed_at
        if not self.state or (missed and row.began_at and missed > row.began_at):
            self._begin()

    def _begin(self) -> None:
        row, missed = self.row, self.row.missed_at
        first = Message.objects.filter(source=row.source).order_by("captured_at").values_list("captured_at", flat=True)
        row.since = row.since or (first.first() or self.now) - CLOCKS
        row.began_at = self.now
        deep = missed is not None and (row.deep_at is None or missed > row.deep_at)
        self.state = {"page": {}, "posts": [], "deep": False, "again": False, "blind": False}
        if deep:
            self._deepen()

    def _deepen(self) -> None:
        self.state["deep"], self.row.deep_at = True, self.now

    def go_on(self) -> None:
        for _ in range(MOST_CALLS):
            if self.state["posts"]:
                self._under(Count(*self.state["posts"][0]))
            elif self.state["page"] is not None:
                self._list()
            elif self.state["deep"] and not self.state["again"]:
                self.state |= {"page": {}, "again": True}
                self._save(whole_until=self.row.began_at)
            else:
                self._end()
                return
        finish(self.row, clock.now() + AT_ONCE)

    def _end(self) -> None:
        began = self.row.began_at or self.now
        pause = RARELY if self.state["blind"] else EVERY
        with transaction.atomic():
            self.state = {}
            self._save(whole_until=began)
            finish(self.row, began + pause)

    def _list(self) -> None:
        since = self.now - timedelta(days=settings.RECONCILE_DAYS)
        page = self.back.posts(self.access, self.place, self.state["page"], since)
        fresh, _listed = self._news(page)
        with transaction.atomic():
            self._keep(fresh)
            self.state["blind"] = self.state["blind"] or any(post.comments is None for post in page.counts)
            waiting = [[post.post, post.comments, dict(post.about)] for post in self._unlike(page.counts)]
            self.state |= {"page": dict(page.further) or None, "posts": waiting}
            self._save()

    def _unlike(self, posts: Sequence[Count]) -> list[Count]:
        """Those to read under: in the second pass all that have or had comments and were not read in the first."""
        known = {
            thread.external_id: thread
            for thread in Thread.objects.filter(
                network=self.row.source.network, external_id__in=[post.post for post in posts]
            ).annotate(held=Number("messages", filter=_LIVING))
        }
        unlike_posts = []
        for post in posts:
            thread = known.get(post.post)
            held, uncounted = (thread.held, thread.uncounted) if thread else (0, 0)
            read = (
                thread is not None and thread.read_at is not None and thread.read_at >= (self.row.began_at or self.now)
            )
            unlike = post.comments is None or post.comments - held != uncounted
            if not read and (unlike or (self.state["again"] and (post.comments or held))):
                unlike_posts.append(post)
        return unlike_posts

    def _under(self, post: Count) -> None:
        begun = self.state.setdefault("from", clock.now().isoformat())
        try:
            page = self.back.under(self.access, self.place, post, self.state.get("at") or {})
        except Permanent:  # comments are hidden, or the post has gone: no reason to leave the others
            page = None
        fresh, listed = self._news(page) if page else ([], [])
        with transaction.atomic():
            self._keep(fresh)
            if page is not None:
                seen = [*self.state.get("seen", []), *map(_mark, listed)]
                self.state |= {"at": dict(page.further), "seen": seen}
            if page is None or not page.further:
                if page is not None:
                    self._settle(post, set(self.state["seen"]), datetime.fromisoformat(begun))
                self.state["posts"] = self.state["posts"][1:]
                for name in ("at", "seen", "from"):
                    self.state.pop(name, None)
            self._save()

    def _settle(self, post: Count, seen: set[str], begun: datetime) -> None:
        """All under the post was listed: what it lacks of ours may have gone; how the counts differ is remembered."""
        network, source = self.row.source.network, self.row.source
        held = Message.objects.filter(
            *(Q(thread__network=network), Q(thread__external_id=post.post[:250]), Q(place=Message.Place.COMMENT)),
            deleted_at=None,
            forgotten_at=None,
            captured_at__lt=begun,
        ).values_list("external_id", flat=True)
        doubtful = [address for address in held if _mark(address) not in seen]
        for address in doubtful:
            doubt = {"account": source.account, "source": source, "due_at": self.now}
            Hint.objects.get_or_create(network=network, external_id=address, defaults=doubt)
        columns: dict[str, Any] = {"read_at": self.now}
        if post.comments is not None:
            columns["uncounted"] = post.comments - len(seen) - len(doubtful)
        Thread.objects.filter(network=network, external_id=post.post[:250]).update(**columns)

    def _keep(self, fresh: list[Raw]) -> None:
        keep(fresh, self.row.source.account, self.row.source, clock.now())

    def _news(self, page: Page) -> tuple[list[Raw], list[str]]:
        """The payloads that say what we do not know; the addresses of the page's comments that we hold with them."""
        network, since = self.row.source.network, self.row.since or self.now
        events = {id(raw): without_forgotten(self.parse(raw), network) for raw in page.raws}
        addresses = {address_of(event)[:250] for each in events.values() for event in each}
        known = {
            address: (text, gone is not None)
            for address, text, gone in Message.objects.filter(network=network, external_id__in=addresses).values_list(
                "external_id", "text", "deleted_at"
            )
        }
        listed: list[str] = []
        fresh: list[Raw] = []
        for raw in page.raws:
            posts = [event.post if isinstance(event, Edit) else event for event in events[id(raw)]]
            relevant_posts = [
                post for post in posts if post.external_id[:250] in known or not _is_old(post, since.isoformat())
            ]
            listed += [
                post.external_id[:250]
                for post in relevant_posts
                if isinstance(post, Post) and post.thread != post.external_id
            ]
            news = [post for post in relevant_posts if _is_news(post, known)]
            if news:
                fresh.append(replace(raw, key="", context={**raw.context, "since": since.isoformat()}))
                self._listen(post for post in news if post.external_id[:250] not in known)
        return fresh, listed

    def _listen(self, unheard: Iterable[Post | Deletion]) -> None:
        """A text that should have been pushed and was not: then edits were missed, too."""
        late = [post for post in unheard if isinstance(post, Post) and post.posted_at]
        pushed = self.row.source.account.options.get("push") is True
        rested = self.row.deep_at is None or self.now - self.row.deep_at > HOUR
        if pushed and rested and any(post.posted_at and self.now - post.posted_at > PUSHED_WITHIN for post in late):
            self._deepen()

    def _save(self, **more: object) -> None:
        row = self.row
        columns = {"cursor": self.state, "since": row.since, "began_at": row.began_at, "deep_at": row.deep_at, **more}
        if not Reconciliation.objects.filter(pk=row.pk, lease=row.lease).exclude(lease="").update(**columns):
            raise LeaseLost(f"Reconciliation {row.pk}")


def _mark(address: str) -> str:
    return digest(address)[:_SHORT]


def _is_old(event: Post | Deletion, since: str) -> bool:
    return isinstance(event, Post) and is_history(event, since)


def _is_news(event: Post | Deletion, known: dict[str, tuple[str, bool]]) -> bool:
    """Whether it says what we do not hold: another text, a new one, an end, or that there was none."""
    held = known.get(event.external_id[:250])
    if isinstance(event, Deletion):
        return held is not None and not held[1]
    return held is None or held[1] or clean(event.text, MAX_TEXT) != held[0]
