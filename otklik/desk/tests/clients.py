"""Somebody who has signed in, as a client."""

from django.test import Client

from otklik.people.models import User


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
