"""Addresses the networks push to: the key is unguessable and belongs to one account."""

from django.urls import path

from otklik.networks.views import hook

urlpatterns = [path("<slug:network>/<str:key>/", hook, name="hook")]
