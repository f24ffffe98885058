"""Registers the accounts application with Django, and its mails with the queue."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "sibportal.accounts"
    label = "accounts"
    verbose_name = _("Organisations and people")

    def ready(self) -> None:
        from sibportal.accounts import services
        from sibportal.jobs import registry

        registry.register(services.INVITATION, services.send_invitation)
        registry.register(services.PASSWORD_LINK, services.send_password_link_mail)
        registry.register(services.SECOND_STEP_REMOVED, services.send_second_step_removed)
