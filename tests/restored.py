"""A place where much was approved before a restore, and half of it was said after the copy was made."""

from otklik.flow.loop import drain
from otklik.flow.steps import Lane
from otklik.incidents.models import Incident
from otklik.lib import clock
from otklik.networks.registry import NETWORKS
from otklik.publishing.look import speech_of
from otklik.publishing.models import Delivery
from otklik.publishing.restored import begin_epoch
from tests.region import People, approved, assigned, listen, solved
from tests.sandbox.process import Sandbox
from tests.stages import Stage
from tests.story import access_of


def restored(stage: Stage, people: People, count: int) -> set[str]:
    """`count` answers, none of which is known to be said; the addresses of the citizens' texts that have one."""
    if stage.network == "x":
        stage.sandbox.control("switches", network="x", switches={"rate_limits": False})
    for number in range(count):
        stage.complain(f"Во дворе дома {number + 1} на Красной третий день темно, не горит фонарь")
    while Incident.objects.count() < count:
        listen()
    for number, card in enumerate(Incident.objects.order_by("pk")):
        approved(people, assigned(people, card), solved(f"Фонарь у дома {number + 1} на Красной починили."))
    drain(lanes=frozenset({Lane.THINK}))
    addresses = set[str]()
    for delivery in Delivery.objects.select_related("message__thread", "account").order_by("pk")[: count // 2]:
        assert delivery.account is not None
        speech = speech_of(delivery)
        NETWORKS[stage.network].publish(access_of(delivery.account), speech, delivery.key)
        addresses.add(delivery.message.external_id)
    begin_epoch("restored", clock.now())
    return addresses


def reads_of_a_look(sandbox: Sandbox) -> int:
    """How many calls the network hears until each answer that is due was looked for once."""
    sandbox.record.unlink(missing_ok=True)
    Delivery.objects.filter(due_at__isnull=False).update(due_at=clock.now())
    drain(lanes=frozenset({Lane.SPEAK}))
    return len(sandbox.record.read_text(encoding="utf-8").splitlines()) if sandbox.record.exists() else 0
