"""The step of an Author: ask the network for names that the payloads did not tell."""

from collections import defaultdict
from datetime import datetime, timedelta

from otklik.inbox.models import Author
from otklik.lib.address import safe_address
from otklik.lib.due import finish
from otklik.lib.text import clean
from otklik.networks.access import access_to
from otklik.networks.errors import NetworkError, RetryAt
from otklik.networks.models import Account
from otklik.networks.registry import NETWORKS

LATER = timedelta(minutes=30)


def ask_names(authors: list[Author], now: datetime) -> None:
    """A name is a courtesy: when the network does not tell it, the card works with the address alone."""
    by_account: dict[Account, list[Author]] = defaultdict(list)
    for author in authors:
        if author.heard_by is None or author.name or author.forgotten_at:
            finish(author)
        else:
            by_account[author.heard_by].append(author)
    for account, some in by_account.items():
        _ask(account, some, now)


def _ask(account: Account, authors: list[Author], now: datetime) -> None:
    try:
        people = NETWORKS[account.network].authors(access_to(account), [one.external_id for one in authors])
    except RetryAt as later:
        for author in authors:
            finish(author, now + later.after)
        return
    except NetworkError:
        for author in authors:
            finish(author, now + LATER)
        return
    people_by_id = {person.external_id: person for person in people}
    for author in authors:
        person = people_by_id.get(author.external_id)
        if person and person.name:
            Author.objects.filter(pk=author.pk, name="").update(
                name=clean(person.name, 250), url=safe_address(person.url, 500) or author.url
            )
        finish(author)
