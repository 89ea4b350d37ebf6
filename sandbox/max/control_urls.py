"""The emulator's own part of the control API, mounted at /control/max/."""

from django.urls import path

from sandbox.max import control

urlpatterns = [path("dialogues", control.dialogues)]
