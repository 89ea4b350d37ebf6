"""Addresses of «Моё ведомство»."""

from django.urls import URLPattern, path

from otklik.desk.agency import page

urlpatterns: list[URLPattern] = [
    path("agency/", page.agency, name="agency"),
]
