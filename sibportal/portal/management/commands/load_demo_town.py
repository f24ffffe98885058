"""Loads the invented town of the demonstration into an empty portal; a second time does nothing."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from sibportal.portal.demo.loading import load_demo_town


class Command(BaseCommand):
    help = "Load the demo town (invented organisations, people and figures) into an empty portal."

    def handle(self, *_args: Any, **_options: Any) -> None:
        if not settings.SIB_DEMO:
            raise CommandError(
                "The demo town has a password that everybody knows: it is loaded only where "
                "SIB_DEMO is set."
            )
        if not load_demo_town():
            self.stdout.write("The portal is not empty: the demo town was not loaded.")
