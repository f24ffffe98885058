"""Registers the jobs application with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "sibportal.jobs"
    label = "jobs"
    verbose_name = _("Background work")

    def ready(self) -> None:
        from sibportal.jobs import registry, services, waking

        registry.register_waker(waking.wake)
        registry.register(services.DIGEST, services.send_reminder_digest)
        registry.register_sweep(services.enqueue_reminder_digests)
