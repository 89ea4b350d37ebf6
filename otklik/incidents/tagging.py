"""Verbs of tags: put one on a card, take it off. A tag's name is one line, at most 60 characters, whatever its case."""

from datetime import datetime

from otklik.incidents.cards import visible_to
from otklik.incidents.models import Incident, Tag
from otklik.incidents.workflow import hold, record
from otklik.lib.text import clean, lower, tidy
from otklik.people.access import EVERYTHING, opened
from otklik.people.models import User

MOST_NAME = 60
# How much of what was sent is looked at: more is no name.
_MOST_READ = 1000


def tag_name(text: str) -> str:
    """What was typed as a tag's name: one line without invisible characters and the «#»; "" when nothing is left."""
    return tidy(clean(text[:_MOST_READ])).lstrip("# ")[:MOST_NAME].strip()


def find_tag(name: str) -> Tag | None:
    """The tag of this name in whatever case, if there is one. SQLite folds the case of Latin letters only, so the few
    hundred names that a region has are compared here."""
    exact = Tag.objects.filter(name=name).first()
    if exact is not None:
        return exact
    wanted = lower(name)
    return next((tag for tag in Tag.objects.order_by("pk") if lower(tag.name) == wanted), None)


def known_tags(user: User, words: str, most: int = 10) -> list[Tag]:
    """Tags to suggest for what has been typed so far, of cards that this user sees: a tag may name somebody. Those that
    begin with it come first, then those that contain it."""
    wanted, there = lower(tag_name(words)), Tag.objects.order_by("name")
    if EVERYTHING not in opened(user):
        there = there.filter(incidents__in=visible_to(user)).distinct()
    named_tags = [(lower(tag.name), tag) for tag in there if wanted in lower(tag.name)]
    return [tag for _, tag in sorted(named_tags, key=lambda pair: not pair[0].startswith(wanted))][:most]


def tag(incident: Incident, name: str, by: User, at: datetime) -> Tag:
    """Put a tag on a card; the tag is made when it is a new one. A card that has it already stays as it is.

    Raises ValueError when nothing is left of the name: pages ask `tag_name` before they call.
    """
    called = tag_name(name)
    if not called:
        raise ValueError("a tag needs a name")
    with hold(incident.pk):
        chosen = find_tag(called) or Tag.objects.create(name=called)
        _, fresh = Incident.tags.through.objects.get_or_create(incident_id=incident.pk, tag_id=chosen.pk)
        if fresh:
            record(incident, "tag", at=at, actor=f"user:{by.pk}", data={"tag": chosen.pk})
    return chosen


def untag(incident: Incident, tag_pk: int, by: User, at: datetime) -> bool:
    """Take a tag off a card. False, and nothing written, when the card did not have it."""
    with hold(incident.pk):
        gone, _ = Incident.tags.through.objects.filter(incident_id=incident.pk, tag_id=tag_pk).delete()
        if gone:
            record(incident, "untag", at=at, actor=f"user:{by.pk}", data={"tag": tag_pk})
    return bool(gone)
