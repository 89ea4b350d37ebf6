"""Addresses of measures and of the rating."""

from django.urls import URLPattern, path

from otklik.desk.metrics import page, rating, table

urlpatterns: list[URLPattern] = [
    path("metrics/", page.page, name="metrics"),
    path("metrics/export.csv", table.export, name="metrics-export"),
    path("rating/", rating.page, name="rating"),
    path("rating/formula/", rating.formula, name="rating-formula"),
]
