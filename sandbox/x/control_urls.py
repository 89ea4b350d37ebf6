"""Addresses of X's own part of the control API."""

from django.urls import path

from sandbox.x import control

urlpatterns = [
    path("users", control.users),
    path("quotes", control.quotes),
    path("limited", control.limited),
    path("checks", control.checks),
]
