"""Addresses of «Моё ведомство»."""

from django.urls import URLPattern, path

from otklik.desk.agency import handing, page

urlpatterns: list[URLPattern] = [
    path("agency/", page.agency, name="agency"),
    path("agency/distribution/", handing.distribution, name="agency-distribution"),
    path("agency/giving/", handing.giving, name="agency-giving"),
    path("incidents/<row:pk>/executor/", handing.executor, name="incident-executor"),
    path("incidents/<row:pk>/colleagues/", handing.colleagues, name="incident-colleagues"),
]
