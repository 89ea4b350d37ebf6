"""The part of the control API that only this network has."""

from django.urls import path

from sandbox.ok import control

urlpatterns = [path("messages/allowed", control.allowed), path("topics/close", control.close)]
