"""The Celery app. Tasks take ids; the database row, not the message, is the job."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("offramp")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
