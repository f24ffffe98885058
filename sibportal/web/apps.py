"""Registers the page frame, components and error pages with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebConfig(AppConfig):
    name = "sibportal.web"
    label = "web"
    verbose_name = _("Pages")
