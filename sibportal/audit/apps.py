"""Registers the audit application with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    name = "sibportal.audit"
    label = "audit"
    verbose_name = _("History and use log")
