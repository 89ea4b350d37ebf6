"""Forms of the administrator's pages: opened, confirmed, saved."""

from typing import Any

from django.test import Client


def seen(client: Client, address: str) -> str:
    """The mark that the form of a page carries: what its editor saw when he opened it."""
    mark: str = client.get(address).context["form"]["seen"].value()
    return mark


def confirm(client: Client, address: str, given: dict[str, str]) -> None:
    """Be asked, and say yes at once to what the page told."""
    assert client.post(address, {**agreed(client, address, given), "sure": "1"}).status_code == 302


def agreed(client: Client, address: str, given: dict[str, str]) -> dict[str, str]:
    """What the page that asks sends along."""
    return {one.name: str(one.value) for one in client.post(address, given).context["sure"].kept}


def save(client: Client, address: str, given: dict[str, str]) -> Any:
    """Open the page and save at once, sure of it: nobody is in between."""
    return client.post(address, {**given, "seen": seen(client, address), "sure": "1"})
