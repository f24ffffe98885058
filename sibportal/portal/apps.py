"""Registers the portal application with Django."""

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "sibportal.portal"
    label = "portal"
    verbose_name = _("Portal")

    def ready(self) -> None:
        # Shared tasks bind to no application unless this one is imported in every process.
        import sibportal.celery  # noqa: F401
        from sibportal.portal.grants import grant_after_migration

        # Django sends the signal once for each application with models: one of them is enough.
        sender = apps.get_app_config("audit")
        post_migrate.connect(grant_after_migration, sender=sender)
