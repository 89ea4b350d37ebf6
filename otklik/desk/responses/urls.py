"""Addresses of «Отклики»."""

from django.urls import URLPattern, path

from otklik.desk.responses import page

urlpatterns: list[URLPattern] = [
    path("responses/", page.responses, name="responses"),
    path("ratings/<row:pk>/reopening/", page.reopening, name="rating-reopening"),
    path("ratings/<row:pk>/explanation/", page.explanation, name="rating-explanation"),
    path("ratings/<row:pk>/noting/", page.noting, name="rating-noting"),
]
