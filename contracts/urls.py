"""Addresses of the contracts pages."""

from django.urls import URLPattern

app_name = "contracts"
urlpatterns: list[URLPattern] = []
