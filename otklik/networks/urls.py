"""Addresses the networks push to: the key is unguessable and belongs to one account."""

from django.urls import re_path

from otklik.networks.views import hook

urlpatterns = [re_path(r"^(?P<network>[a-z]{1,16})/(?P<key>[A-Za-z0-9_-]{16,64})/$", hook, name="hook")]
