from dataclasses import replace
from datetime import UTC, datetime

import pytest

from otklik.networks.base import Access, Place, Post, Speech
from otklik.networks.errors import NeedsPerson, NotSupported
from otklik.networks.facebook.network import Facebook
from otklik.networks.instagram.network import Instagram
from tests.connectors import address_of, hook, only
from tests.meta_reading import Reading, account
from tests.sandbox.meta_town import SECRET, MetaTown
from tests.sandbox.town import until

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
INSTAGRAM = Instagram()


def ours(city: MetaTown) -> Access:
    return account(city, city.account)


def own(city: MetaTown) -> Reading:
    return Reading(INSTAGRAM, ours(city), "own", city.account)


def comment(city: MetaTown, text: str, **more: str) -> str:
    return city.write(text, **({"under": city.media} | more))


def reply_to(city: MetaTown, asked: str, text: str = "Починят завтра.") -> Speech:
    return Speech(text, asked, city.media, attempted_at=datetime.now(UTC))


@pytest.mark.parametrize("kind", ["page", "instagram"])
def test_either_token_reads_speaks_and_passes_the_check(meta_town: MetaTown, kind: str) -> None:
    turns: list[str] = []
    token = meta_town.token if kind == "page" else meta_town.instagram
    access = replace(ours(meta_town), tokens={kind: token, "app_secret": SECRET}, turn=turns.append)
    reading = Reading(INSTAGRAM, access, "own", meta_town.account)
    comment(meta_town, "Темно")
    meta_town.write("Привет", to=meta_town.account)
    assert set(reading.texts()) == {"Как вам парк?", "Темно", "Привет"}
    assert set(turns) == {kind}
    publication = INSTAGRAM.publish(access, reply_to(meta_town, comment(meta_town, "Когда?")), "k")
    assert publication.external_id in {item["address"] for item in meta_town.thread(meta_town.media)}
    assert all(right.ok for right in INSTAGRAM.rights(access) if "instagram_" not in right.name)


def test_a_publication_of_others_that_names_us_is_heard_and_not_taken_for_deleted(meta_town: MetaTown) -> None:
    named = {"name": "Соседи", "kind": "instagram", "username": "sosedi"}
    theirs, reading = meta_town.sandbox.control("meta/places", **named)["id"], own(meta_town)
    mine = meta_town.sandbox.control("meta/texts", place=meta_town.account, text="Вторая")["address"]
    reading.raws()
    tagged = meta_town.sandbox.control("meta/texts", place=theirs, text="Спасибо @rechnoy_city")["address"]
    (heard,) = reading.posts()
    assert (heard.external_id, heard.author.external_id, heard.own) == (tagged, "@sosedi", False)
    assert "вручную" in heard.closed
    meta_town.edit(tagged, "Спасибо")
    meta_town.delete(mine)
    assert [address_of(event) for event in reading.looks(3)] == [mine]


def test_publications_are_read_back_to_one_that_is_known(meta_town: MetaTown) -> None:
    access = account(meta_town, meta_town.account, options={"posts": 1})
    reading = Reading(INSTAGRAM, access, "own", meta_town.account)
    reading.raws()
    for text in ("Вторая", "Третья"):
        meta_town.sandbox.control("meta/texts", place=meta_town.account, text=text)
    assert {"Вторая", "Третья"} <= set(reading.texts())


def test_nobody_elses_account_can_be_read_and_another_behind_the_token_is_noticed(meta_town: MetaTown) -> None:
    with pytest.raises(NotSupported):
        Reading(INSTAGRAM, ours(meta_town), "foreign", "12345").raws()
    with pytest.raises(NeedsPerson, match="другому аккаунту"):
        Reading(INSTAGRAM, account(meta_town, "17841400000000001"), "own", "17841400000000001").raws()
    assert len(INSTAGRAM.rights(ours(meta_town))) == 6
    assert not INSTAGRAM.rights(account(meta_town, meta_town.account, {"page": meta_town.other_token}))[0].ok


def test_people_have_names(meta_town: MetaTown) -> None:
    meta_town.write("Привет", to=meta_town.account)
    (item,) = meta_town.sandbox.inspect("meta/dialogue", place=meta_town.account, person=meta_town.anna)["items"]
    (person,) = INSTAGRAM.authors(ours(meta_town), [item["author"], "5699999999999999", "@name"])
    assert (person.external_id, person.name) == (item["author"], "Анна Пробная")


def test_pushes_are_checked_and_give_the_addresses_that_polling_gives(meta_town: MetaTown) -> None:
    polled = own(meta_town)
    polled.raws()
    with hook(INSTAGRAM, ours(meta_town)) as hooked:
        INSTAGRAM.subscribe(hooked.access, hooked.url)
        INSTAGRAM.subscribe(hooked.access, hooked.url)
        top = comment(meta_town, "Сообщение по вызову")
        until(lambda: len(hooked.raws) == 1, "the comment is pushed")
        (by_poll,) = polled.posts()
        comment(meta_town, "И ещё", under=top)
        meta_town.write("Привет", to=meta_town.account)
        publication = INSTAGRAM.publish(hooked.access, reply_to(meta_town, top), "k")
        until(lambda: len(hooked.raws) == 4, "all four are pushed")
    first, second, third, fourth = only(hooked.events(), Post)
    same = ("external_id", "place", "thread", "parent", "text", "community", "own")
    assert [getattr(first, name) for name in same] == [getattr(by_poll, name) for name in same]
    assert first.author.external_id == by_poll.author.external_id
    assert (second.parent, third.place) == (top, Place.DIRECT)
    assert (fourth.own, fourth.external_id) == (True, publication.external_id)


def test_subscribing_does_not_disturb_what_the_page_tells_facebook(meta_town: MetaTown) -> None:
    page = account(meta_town, meta_town.page)
    with hook(Facebook(), page) as for_page, hook(INSTAGRAM, ours(meta_town)) as for_account:
        Facebook().subscribe(page, for_page.url)
        INSTAGRAM.subscribe(ours(meta_town), for_account.url)
        meta_town.write("Здравствуйте", to=meta_town.page)
        until(lambda: len(for_page.raws) == 1, "the Page still tells of messages")
        with pytest.raises(NeedsPerson):
            INSTAGRAM.subscribe(replace(ours(meta_town), secret=""), for_account.url)
