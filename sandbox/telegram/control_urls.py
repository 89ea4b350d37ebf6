"""The emulator's own part of the control API, mounted at /control/telegram/."""

from django.urls import path

from sandbox.telegram import control

urlpatterns = [
    path("members", control.members),
    path("blocked", control.blocked),
    path("migrate", control.migrate),
]
