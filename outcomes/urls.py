"""Addresses of the outcomes pages."""

from django.urls import URLPattern

app_name = "outcomes"
urlpatterns: list[URLPattern] = []
