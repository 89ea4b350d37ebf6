"""Addresses of «Тренировка»."""

from django.urls import URLPattern, path

from otklik.desk.practice import pages

urlpatterns: list[URLPattern] = [
    path("practice/", pages.practice, name="practice"),
    path("practice/everybody/", pages.everybody, name="practice-everybody"),
    path("practice/<row:pk>/", pages.one_try, name="practice-try"),
    path("practice/<row:pk>/decision/", pages.decision, name="practice-decision"),
]
