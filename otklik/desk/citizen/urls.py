"""Addresses that need no sign-in."""

from django.urls import URLPattern, path

from otklik.desk.citizen import outside, public, survey

urlpatterns: list[URLPattern] = [
    path("s/<str:key>/", survey.survey, name="survey"),
    path("o/<str:key>/", outside.outside, name="outside"),
    path("o/<str:key>/pictures/<row:media_pk>/", outside.picture, name="outside-picture"),
    path("public/", public.page, name="public"),
    path("public/figures.json", public.figures_json, name="public-json"),
    path("public/figures.csv", public.figures_csv, name="public-csv"),
]
