"""Which states a mail in the outbox can be in, and every move between them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.moves import Move, Moves


class NoticeStatus(models.TextChoices):
    WAITING = "WAITING", _("Venter på å bli sendt")
    SENDING = "SENDING", _("Sendes")
    SENT = "SENT", _("Sendt")
    UNCLEAR = "UNCLEAR", _("Må avklares")
    FAILED = "FAILED", _("Ikke sendt")
    CANCELLED = "CANCELLED", _("Stoppet")


N = NoticeStatus
START = Move("start", "notice.start", frozenset({N.WAITING, N.SENDING}), N.SENDING, _("Begynn å sende"))
POSTPONE = Move("postpone", "notice.postpone", frozenset({N.SENDING}), N.WAITING, _("Prøv igjen senere"))
DELIVER = Move("deliver", "notice.deliver", frozenset({N.SENDING}), N.SENT, _("Sendt"))
REFUSE = Move("refuse", "notice.refuse", frozenset({N.SENDING}), N.FAILED, _("E-posttjeneren sa nei"))
GIVE_UP = Move("give_up", "notice.give_up", frozenset({N.SENDING}), N.UNCLEAR, _("Må avklares av en person"))
ARRIVED = Move("arrived", "notice.deliver", frozenset({N.UNCLEAR}), N.SENT, _("Den kom fram"))
SEND_AGAIN = Move("send_again", "notice.send_again", frozenset({N.UNCLEAR, N.FAILED}), N.WAITING, _("Send på nytt"))
CANCEL = Move(
    "cancel", "notice.cancel", frozenset({N.WAITING, N.UNCLEAR, N.FAILED}), N.CANCELLED, _("Stopp utsendelsen")
)

NOTICE = Moves(
    "notice",
    states=NoticeStatus,
    start=frozenset({N.WAITING}),
    moves=[START, POSTPONE, DELIVER, REFUSE, GIVE_UP, ARRIVED, SEND_AGAIN, CANCEL],
)
