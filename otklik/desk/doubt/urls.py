"""Addresses of the sample of noise."""

from django.urls import URLPattern, path

from otklik.desk.doubt import page

urlpatterns: list[URLPattern] = [
    path("noise-checks/", page.checks, name="noise-checks"),
    path("noise-checks/<row:pk>/", page.check, name="noise-check"),
]
