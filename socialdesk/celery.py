"""The Celery app. PostgreSQL is the truth: a task is only a wake-up and carries an id (docs/decisions/0002).

Every task is measured (`audit.workers`): how long it waited, what it found if it sweeps, and whether it fell. One that
keeps bringing its worker down is left alone, and people see it on the page «Arbeidere».
"""

import os
import time
from typing import Any

from celery import Celery, Task
from celery.signals import before_task_publish, task_failure, task_postrun, task_prerun, worker_process_shutdown

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "socialdesk.settings")


class MeasuredTask(Task):  # type: ignore[misc]
    """A task that says how long it waited, and does not run when it has brought its worker down too often."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        from audit import line, workers

        if self.request.called_directly:
            return super().__call__(*args, **kwargs)
        if args:
            line.leave(self.name, args)
        again = bool((self.request.delivery_info or {}).get("redelivered"))
        if not workers.may_run(self.name, args, again=again):
            workers.note_fall(self.name, args, "left alone: brings its worker down")
            return None
        queued_at = self.request.get("queued_at")
        workers.note_run(self.name, max(time.time() - queued_at, 0) if queued_at else 0)
        result = self.run(*args, **kwargs)  # not `super()`: it would hide the request that says who we are
        if again:
            workers.went_well(self.name, args)
        return result


app = Celery("socialdesk", task_cls=MeasuredTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@before_task_publish.connect  # type: ignore[untyped-decorator]  # Celery is untyped
def _stamp(headers: dict[str, Any] | None = None, **_more: Any) -> None:
    if headers is not None and not headers.get("eta"):
        headers["queued_at"] = time.time()


@task_prerun.connect  # type: ignore[untyped-decorator]  # Celery is untyped
@task_postrun.connect  # type: ignore[untyped-decorator]
def keep_connection(task: Any, **_more: Any) -> None:
    """Keep the database's connection from task to task, as from request to request: while it is young and answers.

    Celery would make another for each task (`CELERY_DB_REUSE_MAX` stops that), which costs more than many a task.
    """
    from django.db import close_old_connections

    if not task.request.is_eager:
        close_old_connections()


@task_failure.connect  # type: ignore[untyped-decorator]  # Celery is untyped
def _fell(sender: Any = None, exception: BaseException | None = None, args: Any = (), **_more: Any) -> None:
    from audit import workers

    workers.note_fall(sender.name if sender else "", args or (), type(exception).__name__)


@worker_process_shutdown.connect  # type: ignore[untyped-decorator]  # Celery is untyped
def _write_the_last(**_more: Any) -> None:
    from audit import workers

    workers.write()
