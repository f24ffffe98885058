"""Registers the accounts application with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "sibportal.accounts"
    label = "accounts"
    verbose_name = _("Organisations and people")
