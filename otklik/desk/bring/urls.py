"""Addresses of a card by hand."""

from django.urls import URLPattern, path

from otklik.desk.bring import page

urlpatterns: list[URLPattern] = [
    path("incidents/addition/", page.addition, name="incident-addition"),
    path("incidents/addition/<row:pk>/", page.underway, name="incident-underway"),
]
