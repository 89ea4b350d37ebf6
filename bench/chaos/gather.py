"""What the judge is given: read out of the sandbox and the journal when all has come to rest."""

import time
from collections import Counter
from collections.abc import Callable

from bench.chaos.count import Reply, Wanted
from bench.chaos.crowd import ENDED, Crowd
from bench.chaos.plan import NETWORKS
from bench.chaos.towns import EVERY
from otklik.answers.models import Answer
from otklik.incidents.models import IncidentMessage
from otklik.journal import seals
from otklik.journal.models import Entry
from otklik.publishing.models import Attempt, Delivery

SPOKEN = ("incident.answered", "incident.promised", "incident.spoken", "incident.spoken_part")
SEALED_WITHIN = 30.0  # seconds: the sealer may have to be started again some times
OF_ITSELF = ("", "undo", "turn")
"""What a delivery waits for that comes without a person."""
UNSURE = ("found", "by_hand", "absent")


def approved(crowd: Crowd) -> list[Wanted]:
    """What was approved by the journal's word; the words are those that stood before the approver."""
    payloads = Entry.objects.filter(verb="incident.approve").values_list("data", flat=True)
    return [part for pk in sorted({int(data["answer"]) for data in payloads}) for part in crowd.wanted[pk]]


def replies(crowd: Crowd) -> list[Reply]:
    """Every reply of an office that stands in any network."""
    replies = []
    for kind in sorted({town.kind for town in crowd.towns.values()}):
        mark, before = "", None
        while mark != before:
            before = mark
            page = crowd.sandbox.inspect(f"{kind}/texts", after=mark)
            replies += [item for item in page["items"] if item["official"] and item["parent"] and not item["deleted"]]
            mark = page["next"]
    return [Reply(one["network"], one["parent"], one["text"], place) for place, one in enumerate(replies)]


def waiting() -> set[int]:
    """Answers that wait for a person."""
    stuck = Delivery.objects.exclude(state__in=ENDED).exclude(hold__in=OF_ITSELF)
    return set(stuck.values_list("answer", flat=True))


def under_way() -> set[int]:
    """Answers that the machine goes on with by itself, or with an earlier part of them."""
    due = Delivery.objects.exclude(state__in=ENDED).filter(due_at__isnull=False, set_aside_at=None)
    unprepared = Answer.objects.filter(state=Answer.State.APPROVED, due_at__isnull=False, set_aside_at=None)
    return {*due.values_list("answer", flat=True), *unprepared.values_list("pk", flat=True)}


def left_over() -> list[str]:
    """What had not come to its end when the run did: for whoever looks for the reason."""
    open_ones = Delivery.objects.exclude(state__in=ENDED).select_related("message").order_by("pk")
    return [
        f"{one.message.network} answer {one.answer_id}: {one.state} {one.hold or 'no hold'}, looked {one.looked}, "
        f"due {one.due_at:%H:%M:%S}, failures {one.failures} {one.error[:80]}"
        if one.due_at
        else f"{one.message.network} answer {one.answer_id}: {one.state} {one.hold or 'no hold'}, not due"
        for one in open_ones
    ]


def cards(crowd: Crowd) -> dict[tuple[str, str], int]:
    """How many cards each citizen's text has; those that were not even written in the end have none."""
    mains = IncidentMessage.objects.filter(main=True, message__network__in=NETWORKS, message__own=False)
    counts = Counter(mains.values_list("message__network", "message__external_id"))
    unwritten = {(comment.network, f"unwritten {comment.number}"): 0 for comment in crowd.unwritten}
    gone = crowd.gone()
    return {text: counts[text] for text in crowd.written if text not in gone} | unwritten


def injected(crowd: Crowd) -> Counter[str]:
    """The networks' faults that were met, by kind."""
    left: Counter[str] = Counter()
    for row in crowd.sandbox.inspect("faults")["faults"]:
        left[row["kind"]] += row["left"]
    met = Counter(fault.kind for fault in crowd.plan.faults)
    kinds = {town.kind for town in crowd.towns.values()}
    met["lag"] = EVERY * len(kinds)
    for fault in crowd.unplanted:
        met[fault.kind] -= 1
    return met - left


def doubtful() -> int:
    """Answers of which nobody knew for a while whether they stand there."""
    return Attempt.objects.filter(outcome__in=UNSURE).values("delivery").distinct().count()


def faults_of_the_journal(keep: Callable[[], None]) -> list[str]:
    """Broken seals, entries that the sealer has not come to by himself, and answers that were told to be spoken more
    than once; none, one hopes. `keep` starts what fell."""
    end = time.monotonic() + SEALED_WITHIN
    while seals.tail().count and time.monotonic() < end:
        keep()
        time.sleep(0.1)
    broken = seals.broken_at()
    faults = [f"the journal is broken at row {broken}"] if broken else []
    left = seals.tail().count
    faults += [f"{left} entries have no seal"] if left else []
    payloads = Entry.objects.filter(verb__in=SPOKEN).values_list("data", flat=True)
    times = Counter(data["sent"] for data in payloads)
    return faults + [f"sent {pk} is told {count} times" for pk, count in times.items() if count > 1]
