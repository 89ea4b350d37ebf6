"""Addresses of the statistics."""

from django.urls import URLPattern, path

from otklik.desk.statistics import account, export, page

urlpatterns: list[URLPattern] = [
    path("statistics/", page.statistics, name="statistics"),
    path("statistics/account/", account.counted, name="statistics-account"),
    path("statistics/export.csv", export.export, name="statistics-export"),
]
