"""Registers the payments application with Django, and its background work with the queue."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PaymentsConfig(AppConfig):
    name = "payments"
    label = "payments"
    verbose_name = _("Payments")

    def ready(self) -> None:
        from payments import services, tasks
        from sibportal.jobs import registry

        registry.register(services.CALCULATE, services.calculate_due_claim)
        registry.register(services.AMEND, services.recalculate_due_amended_claims)
        registry.register(services.CORRECT, services.propose_correction)
        registry.register(services.RECALCULATE, tasks.recalculate_claims)
        registry.register(services.TELL, services.tell_difference)
        registry.register_sweep(services.enqueue_due_claims)
        registry.register_sweep(services.enqueue_amended_claims)
        registry.register_sweep(services.enqueue_corrections)
        registry.register_sweep(services.enqueue_recalculations)
