"""Addresses of «Моё ведомство»."""

from django.urls import URLPattern, path

from otklik.desk.agency import handing, inquiry, page
from otklik.desk.card.press import press
from otklik.work.hands import HAND

urlpatterns: list[URLPattern] = [
    path("agency/", page.agency, name="agency"),
    path("agency/distribution/", handing.distribution, name="agency-distribution"),
    path("agency/giving/", handing.giving, name="agency-giving"),
    path("inquiries/<row:pk>/", inquiry.inquiry, name="inquiry"),
    path("inquiries/<row:pk>/refusal/", inquiry.refusing, name="inquiry-refusal"),
    path("inquiries/<row:pk>/pictures/<row:media_pk>/", inquiry.picture, name="inquiry-picture"),
    path("incidents/<row:pk>/executor/", press(HAND), name="incident-executor"),
    path("incidents/<row:pk>/colleagues/", handing.colleagues, name="incident-colleagues"),
]
