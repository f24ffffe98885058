"""Registers the outcomes application with Django, and its background work with the queue."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext


class OutcomesConfig(AppConfig):
    name = "outcomes"
    label = "outcomes"
    verbose_name = _("Outcomes")

    def ready(self) -> None:
        from outcomes import services, tasks
        from sibportal.jobs import registry

        registry.register(services.CHECK, tasks.check_measurements)
        registry.register(services.COMPARE, tasks.compare_measurements)
        registry.register(services.REMOVE, tasks.remove_erased_evidence)
        registry.register(services.CLOSE, tasks.propose_closing)
        registry.register(services.REMIND, tasks.keep_reminders)
        registry.register(services.READ_IMPORT, tasks.read_import)
        registry.register(services.SAVE_IMPORT, tasks.save_import)
        registry.register_sweep(services.enqueue_due_work)
        registry.register_sweep(services.forget_old_imports)
        registry.register_sweep(services.forget_old_extracts)
        registry.register_sweep(services.enqueue_removals)
        registry.register_sweep(services.forget_old_drafts)
        registry.register_reminder(services.DUE_REMINDER, measurements_due)
        registry.register_reminder(services.DELIVERY_REMINDER, deliveries_due)
        registry.register_reminder(services.DISPUTE_REMINDER, disputes_open)


def measurements_due(count: int) -> str:
    """What a reminder says, in the active language."""
    return ngettext("%(count)s measurement is due", "%(count)s measurements are due", count) % {
        "count": count
    }


def deliveries_due(count: int) -> str:
    """The same about figures that a data holder delivers."""
    text = ngettext(
        "%(count)s delivery of register figures is due",
        "%(count)s deliveries of register figures are due",
        count,
    )
    return text % {"count": count}


def disputes_open(count: int) -> str:
    """The same about disputes that an expert or the steering group decides."""
    text = ngettext(
        "%(count)s disputed rejection waits for a decision",
        "%(count)s disputed rejections wait for a decision",
        count,
    )
    return text % {"count": count}
