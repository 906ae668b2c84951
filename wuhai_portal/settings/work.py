"""What takes long or goes by the clock: the broker, the worker's limits, beat's times."""

from celery.schedules import crontab
from kombu import Queue

from .base import PORTAL_HOME, env

REDIS_URL = env.str("REDIS_URL", default=f"unix://{PORTAL_HOME / 'valkey.sock'}")
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# What somebody sits before a page for does not stand behind a thousand papers, nor does what brings back a
# lost job and tells that the clock goes: workers take from each queue in turn.
CELERY_TASK_QUEUES = (Queue("celery"), Queue("soon"), Queue("clock"))
CELERY_TASK_ROUTES = {
    "core.tasks.resend_lost_jobs": "clock",
    "accounts.tasks.make_export": "soon",
    "desk.tasks.recount_figures": "soon",
    "sites.tasks.run_import": "soon",
}
# What a worker took up and was silent over for so long is done by another one: a message (a slow mail server
# needs less), a paper or a file of a dossier, the import of a register.
PORTAL_MESSAGE_STALE_SECONDS = env.int("PORTAL_MESSAGE_STALE_SECONDS", default=300)
PORTAL_RENDER_STALE_SECONDS = env.int("PORTAL_RENDER_STALE_SECONDS", default=60)
PORTAL_IMPORT_STALE_SECONDS = env.int("PORTAL_IMPORT_STALE_SECONDS", default=60)
# How often beat looks for jobs that got lost (core.jobs).
PORTAL_RESEND_SECONDS = env.float("PORTAL_RESEND_SECONDS", default=10.0)
# No task goes on for ever: the soft limit fails its job in words, the hard one kills what does not listen.
# Over before the broker hands it out again.
CELERY_TASK_SOFT_TIME_LIMIT, CELERY_TASK_TIME_LIMIT = 540, 570
# Work that writes down how far it is, and that others leave alone meanwhile (core.jobs).
_LONG = {"soft_time_limit": 3600, "time_limit": 3660}
CELERY_TASK_ANNOTATIONS = dict.fromkeys(
    ["audit.tasks.close_anew", "desk.tasks.make_dossier", "sites.tasks.run_import"], _LONG
)
# Work that writes nothing down is over before another worker takes it up.
for _task, _seconds in {
    "accounts.tasks.deliver_message": PORTAL_MESSAGE_STALE_SECONDS,
    "accounts.tasks.make_export": 300,
    # How long a paper may take; a quick one takes a second.
    "documents.tasks.render_document": env.int("PORTAL_RENDER_SECONDS", default=60),
    "documents.tasks.render_draft": env.int("PORTAL_RENDER_SECONDS", default=60),
    "documents.tasks.render_preview": env.int("PORTAL_RENDER_SECONDS", default=60),
}.items():
    CELERY_TASK_ANNOTATIONS[_task] = {"soft_time_limit": 0.8 * _seconds, "time_limit": 0.95 * _seconds}
# One that a large file or dossier has swollen (KiB) is replaced by a new one, which is there at once.
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 400_000
# A broker that is down must cost a request a moment, not a minute: the row waits, beat re-sends it.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
# Nor does a worker end, or hang as it ends, over a broker that answers and takes nothing: its disk is full.
CELERY_BROKER_CHANNEL_ERROR_RETRY = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 2,
    "socket_timeout": 5,
    "visibility_timeout": 600,
    # kombu's default is to try for six seconds.
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
}
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BEAT_SCHEDULER = "core.beat:LeaseScheduler"
CELERY_BEAT_SCHEDULE = {
    "resend-lost-jobs": {"task": "core.tasks.resend_lost_jobs", "schedule": PORTAL_RESEND_SECONDS},
    "expire-old-jobs": {"task": "core.tasks.expire_old_jobs", "schedule": 3600.0},
    "clear-expired": {"task": "accounts.tasks.clear_expired", "schedule": crontab(hour=3, minute=10)},
    "clear-cache": {"task": "core.tasks.clear_cache", "schedule": 3600.0},
    "tell-of-tries": {"task": "accounts.tasks.tell_of_tries", "schedule": 3600.0},
    "forget-sent-forms": {"task": "core.tasks.forget_sent_forms", "schedule": 3600.0},
    "forget-due-times": {"task": "core.tasks.forget_due_times", "schedule": 3600.0},
    # One a person and working day; by the hour, so that a worker that was down is an hour late and not a day.
    "make-digests": {"task": "desk.tasks.make_digests", "schedule": 3600.0},
    # Each is told once; by the hour, so that a worker that was down is an hour late and not a day.
    "escalate-overdue-findings": {"task": "assessments.tasks.escalate_overdue", "schedule": 3600.0},
    "remind-of-deadlines": {"task": "desk.tasks.remind", "schedule": 3600.0},
    "check-due-links": {"task": "assessments.tasks.check_due_links", "schedule": 600.0},
    # By the hour for the same reason: what is due goes on its day.
    "erase-expired-data": {"task": "publicity.tasks.erase_expired", "schedule": 3600.0},
    "keep-up-year-keys": {"task": "audit.tasks.keep_up_year_keys", "schedule": 3600.0},
    "close-ended-notices": {"task": "publicity.tasks.close_ended_notices", "schedule": 300.0},
    # What a day changes of the steps that wait, before anybody asks; and whether they are right.
    "begin-day": {"task": "desk.tasks.begin_day", "schedule": crontab(hour=0, minute=1)},
    "check-open-steps": {"task": "desk.tasks.check_open_steps", "schedule": crontab(hour=2, minute=30)},
    # At night: what many people wrote in a day; register imports and starts do it at once.
    "renew-statistics": {"task": "core.tasks.renew_statistics", "schedule": crontab(hour=3, minute=30)},
    "seal-trail": {"task": "audit.tasks.seal_trail", "schedule": 3600.0},
    # Once a day; asked by the hour, as above.
    "check-trail": {"task": "desk.tasks.check_trail_daily", "schedule": 3600.0},
}
