"""Meta's own addresses under /control/meta/."""

from django.urls import path

from sandbox.meta import control

urlpatterns = [
    path("hidden", control.hide),
    path("closed", control.close),
    path("restored", control.restore),
]
