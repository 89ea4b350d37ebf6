"""Addresses of the statistics."""

from django.urls import URLPattern, path

from otklik.desk.statistics import export, page

urlpatterns: list[URLPattern] = [
    path("statistics/", page.statistics, name="statistics"),
    path("statistics/export.csv", export.export, name="statistics-export"),
]
