"""Addresses of «Не доставлено, и почему»."""

from django.urls import URLPattern, path

from otklik.desk.undelivered import page

urlpatterns: list[URLPattern] = [
    path("undelivered/", page.page, name="undelivered"),
    path("undelivered/again/", page.again, name="undelivered-again"),
]
