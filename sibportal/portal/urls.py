"""Addresses of the pages that join the stages, and of the public ones."""

from django.urls import URLPattern

app_name = "portal"
urlpatterns: list[URLPattern] = []
