"""Every address as everybody who could ask: what stands on a card, or beside one, is shown to whom its card is open.

`python -m pytest -s tests/test_walk.py` prints the counts.
"""

import sys
from collections import Counter
from itertools import product

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpResponseBase

from otklik.api.tests.program import Program
from otklik.inbox.models import Message
from otklik.incidents.models import Incident
from otklik.people.models import Role, User
from tests.addresses import SECRET, FullCard, addresses, full_card, neighbour_of, signed_in, snapshot, words_of
from tests.make import people as make

pytestmark = [pytest.mark.django_db, pytest.mark.whole, pytest.mark.once]
MINE, WANTED = "Темно во дворе", {"text": "x", "mark": "5", "version": "1", "sure": "1", "words": "так надо"}
OPENS = {"the region": {MINE, SECRET}, "agency": {MINE}, "other_agency": {SECRET}}
"""Whose words a grant lets one read, by its reach."""
EVERYBODY = [
    *(("", ""), ("", "nobody")),
    *(pair for pair in product(map(str, Role), OPENS) if pair != ("executor", "the region")),
]
"""Role and its reach; without a role a stranger, and somebody with none."""


class Walk:
    """One person's way along all addresses: `shown` are those that told him words, by whose card they are."""

    def __init__(self, full: FullCard, theirs: dict[str, int], who: User | AnonymousUser) -> None:
        self.client, self.who = signed_in(who), who
        self.counts: Counter[str] = Counter()
        self.shown: dict[str, set[str]] = {MINE: set(), SECRET: set()}
        self.changed: set[str] = set()
        beside = {**full.ids, **theirs}
        self.addresses = sorted(
            {address for ids in (full.ids, theirs | full.ids, beside) for address, _ in addresses(ids)}
            | {
                f"/incidents/{full.ids['incidents']}/pictures/{theirs['media_pk']}/",
                "/queue/?q=диагноз",
                "/find/?q=диагноз",
            }
        )

    def go(self) -> None:
        for address in self.addresses:
            with transaction.atomic():  # each press from the same beginning
                before = snapshot()
                self._note(address, self.client.get(address))
                self._note(address, self.client.post(address, WANTED))
                if snapshot() != before:
                    self.changed.add(address)
                transaction.set_rollback(True)

    def go_by_program(self, full: FullCard, theirs: dict[str, int]) -> None:
        assert isinstance(self.who, User)
        program = Program(self.who)
        messages = [theirs["messages"], Message.objects.get(links__incident=full.ids["incidents"]).pk]
        nouns = {noun: (full.ids[noun], theirs[noun]) for noun in ("answers", "media_pk", "photo_pk", "act_pk")}
        paths = ["/cards", "/messages", "/answers"]
        paths += [f"/cards/{pk}" for pk in (full.ids["incidents"], theirs["incidents"])]
        paths += [f"/answers/{pk}" for pk in nouns["answers"]] + [f"/messages/{pk}" for pk in messages]
        paths += [f"/messages/{pk}/pictures/{one}" for pk, one in product(messages, nouns["media_pk"])]
        for part, noun in (("photos", "photo_pk"), ("acts", "act_pk")):
            paths += [f"/answers/{pk}/{part}/{one}" for pk, one in product(nouns["answers"], nouns[noun])]
        for path in paths:
            self._note(f"api{path}", program.get(path))

    def _note(self, address: str, response: HttpResponseBase) -> None:
        assert response.status_code < 500, address
        self.counts[f"{response.status_code // 100}xx"] += 1
        self.counts["refused"] += response.status_code in {401, 403, 404}
        text = words_of(response)
        for words, shown in self.shown.items():
            if words in text:
                shown.add(address)


def person_of(role: str, where: str, full: FullCard) -> User | AnonymousUser:
    if not role:
        return full.who("nobody") if where else AnonymousUser()
    return make.person(f"{role}-{where[:5]}", role, full.people.get(where))


@pytest.mark.parametrize(("role", "where"), EVERYBODY)
def test_everybody_is_shown_what_his_cards_hold_and_nothing_of_others(
    role: str, where: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whose words he may read: by his grants alone, and not by the product's own reckoning."""
    full = full_card()
    theirs = neighbour_of(full)
    Incident.objects.filter(pk=theirs["incidents"]).update(problem=None)  # as one problem they would share a statement
    person, may_read = person_of(role, where, full), OPENS[where] if role else set()
    walk = Walk(full, theirs, person)
    walk.go()
    if isinstance(person, User) and person.grants.exists():
        walk.go_by_program(full, theirs)
    assert {words: shown for words, shown in walk.shown.items() if shown and words not in may_read} == {}
    assert all(walk.shown[words] for words in may_read), "he is shown nothing"
    assert not walk.changed or may_read, walk.changed
    asked = sum(walk.counts.values()) - walk.counts["refused"]
    with capsys.disabled():
        name = f"{role} of {where}" if role else where or "a stranger"
        sys.stdout.write(f"\n{name:30}{asked:6} asked, {walk.counts['refused']} refused, {walk.counts['2xx']} answered")
