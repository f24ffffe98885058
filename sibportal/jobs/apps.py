"""Registers the jobs application with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "sibportal.jobs"
    label = "jobs"
    verbose_name = _("Background work")
