"""Addresses of the open data."""

from django.urls import URLPattern, path

from otklik.desk.public import page

urlpatterns: list[URLPattern] = [
    path("public/", page.page, name="public"),
    path("public/figures.json", page.figures_json, name="public-json"),
    path("public/figures.csv", page.figures_csv, name="public-csv"),
]
