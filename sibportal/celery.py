"""The Celery application; tasks are found in the `tasks` module of every installed app."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sibportal.settings")

app = Celery("sibportal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
