"""What the tasks are called on the page «Drift»: by what they do for people. A test asks for one for every task."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

NAMES = {
    "archive.tasks.deliver_batch": gettext_noop("Lever eksport til arkivet"),
    "archive.tasks.follow_log": gettext_noop("Finn hendelser arkivet ikke har"),
    "archive.tasks.follow_municipality": gettext_noop("Kopier hendelser til arkivet"),
    "archive.tasks.pack_batch": gettext_noop("Pakk eksport"),
    "archive.tasks.sweep_batches": gettext_noop("Finn eksporter som venter"),
    "guidelines.tasks.remind_readers": gettext_noop("Minn om retningslinjer å lese"),
    "inbox.tasks.carry_on_erasing": gettext_noop("Slett kommentarer"),
    "inbox.tasks.carry_out_intervention": gettext_noop("Skjul eller slett hos plattformen"),
    "inbox.tasks.chase_forwardings": gettext_noop("Finn videresendinger uten kvittering"),
    "inbox.tasks.fetch_attachment": gettext_noop("Hent vedlegg"),
    "inbox.tasks.fold_tallies": gettext_noop("Slå sammen tellinger"),
    "inbox.tasks.forget_deliveries": gettext_noop("Slett gamle leveringer"),
    "inbox.tasks.forget_sign_ins": gettext_noop("Slett avbrutte tilkoblinger"),
    "inbox.tasks.lift_bans": gettext_noop("Opphev utestenginger som er over"),
    "inbox.tasks.publish_reply": gettext_noop("Publiser svar"),
    "inbox.tasks.pull_channel": gettext_noop("Hent kommentarer"),
    "inbox.tasks.pull_due_channels": gettext_noop("Finn kanaler som skal hentes"),
    "inbox.tasks.read_delivery": gettext_noop("Les levering fra plattform"),
    "inbox.tasks.read_history": gettext_noop("Hent eldre kommentarer"),
    "inbox.tasks.resume_waiting": gettext_noop("Ta fram kommentarer som har ventet"),
    "inbox.tasks.sweep_attachments": gettext_noop("Finn vedlegg som venter"),
    "inbox.tasks.sweep_deliveries": gettext_noop("Finn leveringer som venter"),
    "inbox.tasks.sweep_erasures": gettext_noop("Finn slettinger som venter"),
    "inbox.tasks.sweep_histories": gettext_noop("Finn kanaler med eldre kommentarer å hente"),
    "inbox.tasks.sweep_interventions": gettext_noop("Finn skjulinger og slettinger som venter"),
    "inbox.tasks.sweep_replies": gettext_noop("Finn svar som venter"),
    "inbox.tasks.take_down_reply": gettext_noop("Slett svar som bare delvis kom ut"),
    "notices.tasks.send_notice": gettext_noop("Send e-post"),
    "notices.tasks.sweep_notices": gettext_noop("Finn e-post som venter"),
    "socialdesk.tasks.anchor_log": gettext_noop("Forankre loggen"),
    "socialdesk.tasks.forget_old_measures": gettext_noop("Slett gamle målinger"),
}


def name_of(task: str) -> str:
    """Return what the task is called in the reader's language; its own name where it has no other."""
    return _(NAMES[task]) if task in NAMES else task
