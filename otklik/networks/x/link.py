"""One text by its address: what a person pasted, or what is to be looked at once more."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from otklik.lib.sentence import Sentence as _
from otklik.networks.base import Access, Fetched, Origin, Raw, ReadPlace
from otklik.networks.errors import Cause, NeedsPerson, Permanent
from otklik.networks.values import digest, mapping, mappings
from otklik.networks.x import address as at
from otklik.networks.x import direct, fields, summons, tweet
from otklik.networks.x.client import USER, Answer, ask, key_or_person, reader, site_of
from otklik.networks.x.failures import problem_of
from otklik.networks.x.pages import page_key
from otklik.networks.x.pasted import address_of

_ONCE = timedelta(days=1)
NO_KEY = _("Чтобы открыть сообщение по ссылке, аккаунту X нужен ключ приложения (Bearer Token)")
_GONE = _("Сообщения по этой ссылке нет или оно скрыто")


def read_link(access: Access, place: ReadPlace, now: datetime) -> Fetched:
    """The newest version of the text. Raises Permanent if it is not there (any more)."""
    link_address = address_of(place.external_id, site_of(access))
    address = link_address.message if link_address and link_address.message else place.external_id
    message = at.direct_address(address)
    if message and message.event:
        return _message(access, message)
    number = at.post_number(address) or at.number(address)
    if not number:
        raise NeedsPerson(_("Это не ссылка на сообщение X: нужна ссылка вида x.com/имя/status/123"))
    answer = newest(access, number)
    context = {**summons.context_of(access), "site": site_of(access), "method": "posts"}
    key = page_key(mappings(answer.value.get("data")), context)
    return Fetched((Raw(Origin.LINK, answer.body, key, context),), {}, _ONCE)


def newest(access: Access, number: str) -> Answer:
    """The text as it stands now: a text asked for by an old number comes as it was, so it is asked for once more."""
    answer = _asked(access, number)
    chain = tweet.chain(mappings(answer.value.get("data"))[0])
    return answer if chain[-1] == mappings(answer.value.get("data"))[0].get("id") else _asked(access, chain[-1])


def texts(access: Access, numbers: Sequence[str]) -> Answer:
    """These texts, at most a hundred, as far as they can be read."""
    key = key_or_person(access, (reader(access),), NO_KEY)
    return ask(access, key, "/2/tweets", {"ids": ",".join(numbers), **fields.of_texts(access)})


def _asked(access: Access, number: str) -> Answer:
    answer = texts(access, [number])
    if any(tweet.chain(each) for each in mappings(answer.value.get("data"))):
        return answer
    problems = [problem_of(problem) for problem in mappings(answer.value.get("errors"))]
    if "not-authorized-for-resource" in problems:
        raise Permanent(
            _("X не показывает этого сообщения: страница закрыта или житель нас заблокировал"), cause=Cause.BANNED
        )
    raise Permanent(_GONE, cause=Cause.GONE)


def _message(access: Access, where: at.DirectAddress) -> Fetched:
    key = key_or_person(access, (USER,), _("Чтобы читать личные сообщения X, аккаунту нужен ключ пользователя"))
    if where.account != access.external_id:
        raise Permanent(_("Этот диалог ведёт другой аккаунт: прочесть его может только он"))
    answer = ask(access, key, f"/2/dm_events/{where.event}", fields.MESSAGES, rest=False)
    item = mapping(answer.value.get("data"))
    if direct.place_of(item, where.account) != where:
        raise Permanent(_GONE, cause=Cause.GONE)
    context = {"account": where.account, "site": site_of(access), "method": "messages"}
    raw = Raw(Origin.LINK, answer.body, digest("x-message", where.event, tweet.words(item)), context)
    return Fetched((raw,), {}, _ONCE)
