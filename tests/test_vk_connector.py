import pytest

from otklik.incidents.cards import main_message
from otklik.incidents.models import Incident
from otklik.networks.models import Account, Source
from otklik.networks.vk.closed import NO_GUESTS, SWITCHED_OFF
from otklik.people.models import User
from otklik.publishing.models import Delivery
from tests.connectors import Reading, with_tokens
from tests.make.people import signed_in
from tests.region import Region, approved, assigned, give_key, hear, listen, only_card, settle
from tests.sandbox.town import Town
from tests.story import COMPLAINT
from tests.vk_account import VKONTAKTE, account, reading

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


def test_posts_are_found_by_their_words_wherever_they_stand(town: Town) -> None:
    search = reading(account(town), "search", "яма речной")
    assert search.texts() == []
    for owner, text in ((town.group, "Речной, огромная яма!"), (town.guest, "яма — Речной"), (town.guest, "Речной")):
        town.sandbox.control("vk/posts", owner_id=-owner, person_id=town.anna, text=text)
    assert sorted(search.texts()) == ["Речной, огромная яма!", "яма — Речной"]
    assert search.texts() == []
    town.sandbox.control("vk/posts", owner_id=town.wall, person_id=town.boris, text="И ещё яма, Речной")
    assert "И ещё яма, Речной" in search.texts()


def test_the_self_check_tells_whether_a_users_key_speaks_for_the_community(town: Town) -> None:
    rights = []
    for key in (town.admin, "no-such-token", town.citizen):
        every = VKONTAKTE.rights(with_tokens(account(town), user=key))
        rights += [right for right in every if right.name == "Ключ пользователя"]
    assert [right.ok for right in rights] == [True, False, False]
    assert "не администратор" in rights[2].advice


def editor(user: User, card: Incident) -> str:
    return signed_in(user).get(f"/incidents/{card.pk}/").content.decode()


def guests(town: Town, who: str) -> None:
    town.sandbox.control(f"vk/communities/{town.group}/guests", guests=who)


def test_a_wall_closed_to_guests_is_told_in_the_editor_and_no_answer_is_tried(town: Town, region: Region) -> None:
    """The town's wall is somebody else's, watched by the agency's community."""
    Source.objects.filter(pk=region.source.pk).update(kind=Source.Kind.FOREIGN, account=region.guest)
    guests(town, "none")
    hear(town, COMPLAINT)
    card = assigned(region, only_card())
    assert main_message(card).closed == NO_GUESTS
    assert NO_GUESTS in editor(region.executor, card)
    guests(town, "any")
    listen()
    assert NO_GUESTS not in editor(region.executor, card)
    guests(town, "none")
    listen()
    assert NO_GUESTS in editor(region.executor, card), "closed once more"
    approved(region, card)
    settle()
    delivery = Delivery.objects.get()
    assert (delivery.hold, delivery.words) == (Delivery.Hold.BY_HAND, NO_GUESTS)
    assert not [item for item in town.thread() if item["from_group"]]


def test_a_post_whose_comments_are_closed_is_told_on_our_own_wall(town: Town, region: Region) -> None:
    """An administrator's token alone is told so; the service token sees the same `can_post` either way."""
    Account.objects.filter(pk=region.own.pk).update(options={"push": True})
    give_key(region.own, "user", town.admin)
    hear(town, COMPLAINT)
    card = assigned(region, only_card())
    assert SWITCHED_OFF not in editor(region.executor, card)
    switch(town, "wall.closeComments")
    listen()
    assert SWITCHED_OFF in editor(region.executor, card)
    switch(town, "wall.openComments")
    listen()
    assert SWITCHED_OFF not in editor(region.executor, card)


def switch(town: Town, method: str) -> None:
    assert town.sandbox.vk(method, town.admin, owner_id=town.wall, post_id=town.post)["response"] == 1


def commenting_states(reading: Reading) -> set[tuple[str, bool]]:
    return {(post.closed, post.opened) for post in reading.posts()}


def test_a_guest_is_told_of_closed_comments_too_and_a_wrong_users_token_ends_no_hearing(town: Town) -> None:
    town.comment("Темно")
    assert reading(with_tokens(account(town, push=True), user="no-such-token")).texts() == ["Что нового?", "Темно"]
    foreign = reading(account(town, group=town.guest), "foreign", town.group)
    assert commenting_states(foreign) == {("", True)}
    switch(town, "wall.closeComments")
    assert commenting_states(foreign) == {(NO_GUESTS, False)}
    assert commenting_states(foreign) == set(), "a quiet wall is told once"
