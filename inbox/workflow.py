"""Which states a comment and a reply can be in, and every move between them.

The tables are checked when this module is imported; `docs/workflow.md` is written from them. Nothing else changes a
status: people's acts go through `audit.moves.advance`, claims and sweeps through `advance_where`.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.moves import Move, Moves


class CommentStatus(models.TextChoices):
    NEW = "NEW", _("Ny")
    TO_ANSWER = "TO_ANSWER", _("Skal besvares")
    WAITING = "WAITING", _("Venter")
    IN_REVIEW = "IN_REVIEW", _("Til godkjenning")
    GOING_OUT = "GOING_OUT", _("Svaret er på vei ut")
    DONE = "DONE", _("Ferdig")
    OURS = "OURS", _("Skrevet av oss")


class ReplyStatus(models.TextChoices):
    DRAFT = "DRAFT", _("Utkast")
    IN_REVIEW = "IN_REVIEW", _("Til godkjenning")
    APPROVED = "APPROVED", _("Godkjent")
    PUBLISHING = "PUBLISHING", _("Publiseres")
    PUBLISHED = "PUBLISHED", _("Publisert")
    UNCLEAR = "UNCLEAR", _("Må avklares")
    TAKING_DOWN = "TAKING_DOWN", _("Slettes")
    REFUSED = "REFUSED", _("Ikke publisert")
    DISCARDED = "DISCARDED", _("Forkastet")


class TemplateStatus(models.TextChoices):
    DRAFT = "DRAFT", _("Utkast")
    APPROVED = "APPROVED", _("Godkjent")
    RETIRED = "RETIRED", _("Tatt ut av bruk")


class TaskStatus(models.TextChoices):
    OPEN = "OPEN", _("Åpen")
    DONE = "DONE", _("Gjort")


class MatterStatus(models.TextChoices):
    OPEN = "OPEN", _("Under behandling")
    DECIDED = "DECIDED", _("Vedtatt")
    WITHDRAWN = "WITHDRAWN", _("Trukket")


class ForwardingStatus(models.TextChoices):
    PLANNED = "PLANNED", _("Planlagt")
    SENT = "SENT", _("Venter på kvittering")
    RECEIVED = "RECEIVED", _("Mottatt")
    ANSWERED = "ANSWERED", _("Besvart av mottakeren")
    WITHDRAWN = "WITHDRAWN", _("Trukket tilbake")


class AttachmentStatus(models.TextChoices):
    LISTED = "LISTED", _("Bare omtalt")
    WAITING = "WAITING", _("Hentes")
    FETCHED = "FETCHED", _("Hentet")
    REFUSED = "REFUSED", _("Ikke hentet")
    GONE = "GONE", _("Borte hos plattformen")
    FAILED = "FAILED", _("Kunne ikke hentes")


class InterventionStatus(models.TextChoices):
    PLANNED = "PLANNED", _("Venter")
    UNDER_WAY = "UNDER_WAY", _("Utføres")
    CARRIED_OUT = "CARRIED_OUT", _("Utført")
    FAILED = "FAILED", _("Ikke utført")
    UNCLEAR = "UNCLEAR", _("Må avklares")
    UNDONE = "UNDONE", _("Opphevet")


C = CommentStatus
R = ReplyStatus
T = TemplateStatus
F = ForwardingStatus
V = InterventionStatus
UNDER_WORK = frozenset({C.NEW, C.TO_ANSWER, C.WAITING, C.IN_REVIEW})
NOT_OURS = frozenset({C.NEW, C.TO_ANSWER, C.WAITING, C.IN_REVIEW, C.GOING_OUT, C.DONE})

# A comment.
SORT = Move("sort", "comment.sort", frozenset({C.NEW}), C.TO_ANSWER, _("Sorter"))
SORT_AGAIN = Move("sort_again", "comment.sort", NOT_OURS - {C.NEW}, None, _("Sorter på nytt"))
FLAG = Move("flag", "comment.flag", NOT_OURS - {C.NEW}, None, _("Merk"))
UNSORT = Move("unsort", "comment.unsort", frozenset({C.TO_ANSWER}), C.NEW, _("Angre sorteringen"))
CLAIM = Move("claim", "comment.claim", UNDER_WORK, None, _("Ta kommentaren"))
RELEASE = Move("release", "comment.release", UNDER_WORK, None, _("Legg tilbake"))
ASSIGN = Move("assign", "comment.assign", UNDER_WORK, None, _("Tildel"))
HAND_OVER = Move("hand_over", "comment.hand_over", UNDER_WORK, None, _("Overlat til en annen"))
MARK_CLAIM = Move("mark_claim", "comment.mark_claim", NOT_OURS - {C.NEW}, None, _("Merk påstanden"))
WAIT = Move("wait", "comment.wait", frozenset({C.TO_ANSWER}), C.WAITING, _("Vent til"))
WAIT_LONGER = Move("wait_longer", "comment.wait", frozenset({C.WAITING}), None, _("Vent til en annen dag"))
COME_BACK = Move("come_back", "comment.resume", frozenset({C.WAITING}), C.TO_ANSWER, _("Ta fram igjen"))
END = Move("end", "comment.end", frozenset({C.NEW, C.TO_ANSWER, C.WAITING}), C.DONE, _("Ferdig uten svar"))
REOPEN = Move("reopen", "comment.reopen", frozenset({C.DONE}), C.TO_ANSWER, _("Åpne igjen"))
REOPEN_UNSORTED = Move("reopen_unsorted", "comment.reopen", frozenset({C.DONE}), C.NEW, _("Åpne igjen, usortert"))
SEE_ENDING = Move("see_ending", "comment.see_ending", frozenset({C.DONE}), None, _("Se over"))
HAND_IN = Move(
    "hand_in", "comment.hand_in", frozenset({C.TO_ANSWER}), C.IN_REVIEW, _("Svaret er sendt til godkjenning")
)
TAKE_BACK = Move("take_back", "comment.take_back", frozenset({C.IN_REVIEW}), C.TO_ANSWER, _("Svaret er sendt tilbake"))
LET_OUT = Move(
    "let_out", "comment.let_out", frozenset({C.IN_REVIEW, C.TO_ANSWER}), C.GOING_OUT, _("Svaret er godkjent")
)
CALL_BACK = Move("call_back", "comment.call_back", frozenset({C.GOING_OUT}), C.TO_ANSWER, _("Svaret er tatt tilbake"))
ANSWERED = Move("answered", "comment.answered", frozenset({C.GOING_OUT}), C.DONE, _("Svaret er publisert"))
JOIN = Move("join", "comment.join", frozenset({C.TO_ANSWER}), None, _("Besvar i felles svar"))
LEAVE = Move("leave", "comment.leave", frozenset({C.TO_ANSWER}), None, _("Ta ut av felles svar"))
ANSWERED_JOINTLY = Move(
    "answered_jointly", "comment.answered_jointly", frozenset({C.GOING_OUT}), C.DONE, _("Besvart i felles svar")
)
ANSWERED_FOR_NOW = Move(
    "answered_for_now", "comment.answered_for_now", frozenset({C.GOING_OUT}), C.WAITING, _("Foreløpig besvart")
)
EDITED = Move("edited", "comment.edit", frozenset(C), None, _("Endret av avsenderen"))
DELETED = Move("deleted", "comment.delete", frozenset(C), None, _("Slettet hos plattformen"))
ERASE = Move("erase", "comment.erase", frozenset({C.DONE}), None, _("Slett innholdet"))
SEAL = Move("seal", "comment.seal", NOT_OURS, None, _("Forsegl"))
UNSEAL = Move("unseal", "comment.unseal", NOT_OURS, None, _("Opphev forseglingen"))
SEEN_HIDDEN = Move("seen_hidden", "comment.seen_hidden", frozenset(C), None, _("Skjult hos plattformen"))
SEEN_SHOWN = Move("seen_shown", "comment.seen_shown", frozenset(C), None, _("Vist igjen hos plattformen"))

COMMENT = Moves(
    "comment",
    states=CommentStatus,
    start=frozenset({C.NEW, C.OURS}),
    moves=[
        SORT, SORT_AGAIN, FLAG, UNSORT, CLAIM, RELEASE, ASSIGN, WAIT, WAIT_LONGER, COME_BACK, END,
        REOPEN, REOPEN_UNSORTED, SEE_ENDING,
        HAND_IN, TAKE_BACK, LET_OUT, CALL_BACK, ANSWERED, JOIN, LEAVE, ANSWERED_JOINTLY, ANSWERED_FOR_NOW,
        EDITED, DELETED, ERASE, SEAL, UNSEAL, SEEN_HIDDEN, SEEN_SHOWN,
    ],
)  # fmt: skip

# A reply.
SAVE = Move("save", "reply.save", frozenset({R.DRAFT}), None, _("Lagre utkastet"))
SUBMIT = Move("submit", "reply.submit", frozenset({R.DRAFT}), R.IN_REVIEW, _("Send til godkjenning"))
PLACE = Move("place", "reply.place", frozenset({R.DRAFT}), None, _("Velg hvor svaret skal stå"))
CHOOSE_KIND = Move(
    "choose_kind", "reply.choose_kind", frozenset({R.DRAFT}), None, _("Velg foreløpig eller endelig svar")
)
EDIT_IN_REVIEW = Move(
    "edit_in_review", "reply.edit_in_review", frozenset({R.IN_REVIEW}), None, _("Rett i godkjenningen")
)
ENCLOSE = Move("enclose", "reply.enclose", frozenset({R.DRAFT, R.IN_REVIEW}), None, _("Legg ved et bilde"))
TAKE_OUT = Move("take_out", "reply.take_out", frozenset({R.DRAFT, R.IN_REVIEW}), None, _("Fjern bildet"))
SEND_BACK = Move("send_back", "reply.send_back", frozenset({R.IN_REVIEW}), R.DRAFT, _("Send tilbake"))
APPROVE = Move("approve", "reply.approve", frozenset({R.IN_REVIEW, R.DRAFT}), R.APPROVED, _("Godkjenn og publiser"))
RECALL = Move("recall", "reply.recall", frozenset({R.APPROVED}), R.DRAFT, _("Angre"))
START = Move("start", "reply.start", frozenset({R.APPROVED, R.PUBLISHING}), R.PUBLISHING, _("Begynn å publisere"))
POSTPONE = Move("postpone", "reply.postpone", frozenset({R.PUBLISHING}), R.APPROVED, _("Prøv igjen senere"))
RESUME = Move("resume", "reply.resume", frozenset({R.APPROVED}), None, _("Kanalen er i drift igjen"))
NEXT_PART = Move("next_part", "reply.publish_part", frozenset({R.PUBLISHING}), R.APPROVED, _("En del er publisert"))
PUBLISH = Move("publish", "reply.publish", frozenset({R.PUBLISHING}), R.PUBLISHED, _("Publisert"))
GIVE_UP = Move("give_up", "reply.give_up", frozenset({R.PUBLISHING}), R.UNCLEAR, _("Må avklares av en person"))
HALT = Move("halt", "reply.halt", frozenset({R.PUBLISHING}), R.UNCLEAR, _("Plattformen sa nei midt i svaret"))
REFUSE = Move("refuse", "reply.refuse", frozenset({R.PUBLISHING}), R.REFUSED, _("Plattformen sa nei"))
FOUND = Move("found", "reply.publish", frozenset({R.UNCLEAR}), R.PUBLISHED, _("Svaret står på plattformen"))
FOUND_PART = Move(
    "found_part", "reply.publish_part", frozenset({R.UNCLEAR}), R.APPROVED, _("Delen står på plattformen")
)
TAKE_DOWN = Move("take_down", "reply.take_down", frozenset({R.UNCLEAR}), R.TAKING_DOWN, _("Slett det som står"))
TAKEN_DOWN = Move("taken_down", "reply.taken_down", frozenset({R.TAKING_DOWN}), R.DRAFT, _("Slettet"))
STILL_STANDS = Move("still_stands", "reply.still_stands", frozenset({R.TAKING_DOWN}), R.UNCLEAR, _("Ikke slettet"))
REGISTER = Move("register", "reply.publish", frozenset({R.APPROVED}), R.PUBLISHED, _("Registrer svaret"))
SEND_AGAIN = Move("send_again", "reply.send_again", frozenset({R.UNCLEAR}), R.APPROVED, _("Send på nytt"))
REWORK = Move("rework", "reply.rework", frozenset({R.REFUSED}), R.DRAFT, _("Skriv om"))
DISCARD = Move("discard", "reply.discard", frozenset({R.DRAFT, R.REFUSED}), R.DISCARDED, _("Forkast utkastet"))

REPLY = Moves(
    "reply",
    states=ReplyStatus,
    start=frozenset({R.DRAFT}),
    moves=[
        SAVE, PLACE, CHOOSE_KIND, ENCLOSE, TAKE_OUT, SUBMIT, EDIT_IN_REVIEW, SEND_BACK, APPROVE, RECALL, START,
        POSTPONE, RESUME, NEXT_PART, PUBLISH, GIVE_UP, HALT, REFUSE, FOUND, FOUND_PART, TAKE_DOWN, TAKEN_DOWN,
        STILL_STANDS, REGISTER, SEND_AGAIN, REWORK, DISCARD,
    ],
)  # fmt: skip

# A template.
CHANGE_TEMPLATE = Move("change", "template.change", frozenset({T.DRAFT, T.APPROVED}), T.DRAFT, _("Lagre ny versjon"))
APPROVE_TEMPLATE = Move("approve", "template.approve", frozenset({T.DRAFT}), T.APPROVED, _("Godkjenn malen"))
RETIRE_TEMPLATE = Move(
    "retire", "template.retire", frozenset({T.DRAFT, T.APPROVED}), T.RETIRED, _("Ta malen ut av bruk")
)
REVIVE_TEMPLATE = Move("revive", "template.revive", frozenset({T.RETIRED}), T.DRAFT, _("Ta malen i bruk igjen"))

TEMPLATE = Moves(
    "template",
    states=TemplateStatus,
    start=frozenset({T.DRAFT}),
    moves=[CHANGE_TEMPLATE, APPROVE_TEMPLATE, RETIRE_TEMPLATE, REVIVE_TEMPLATE],
)

# The task to correct a post of our own.
FINISH_TASK = Move("finish", "task.finish", frozenset({TaskStatus.OPEN}), TaskStatus.DONE, _("Innlegget er rettet"))
REOPEN_TASK = Move("reopen", "task.reopen", frozenset({TaskStatus.DONE}), TaskStatus.OPEN, _("Åpne oppgaven igjen"))

TASK = Moves("task", states=TaskStatus, start=frozenset({TaskStatus.OPEN}), moves=[FINISH_TASK, REOPEN_TASK])

# A matter before the council.
M = MatterStatus
CHANGE_MATTER = Move("change", "matter.change", frozenset({M.OPEN}), None, _("Endre saken"))
DECIDE_MATTER = Move("decide", "matter.decide", frozenset({M.OPEN}), M.DECIDED, _("Vedtatt"))
WITHDRAW_MATTER = Move("withdraw", "matter.withdraw", frozenset({M.OPEN}), M.WITHDRAWN, _("Trukket"))
REOPEN_MATTER = Move("reopen", "matter.reopen", frozenset({M.DECIDED, M.WITHDRAWN}), M.OPEN, _("Åpne saken igjen"))

MATTER = Moves(
    "matter",
    states=MatterStatus,
    start=frozenset({M.OPEN}),
    moves=[CHANGE_MATTER, DECIDE_MATTER, WITHDRAW_MATTER, REOPEN_MATTER],
)

# A forwarding. A receipt is waited for and holds nothing.
CHANGE_RECIPIENT = Move(
    "change_recipient", "forwarding.change", frozenset({F.PLANNED}), None, _("Endre videresendingen")
)
FORWARD = Move("forward", "forwarding.send", frozenset({F.PLANNED}), F.SENT, _("Videresend"))
FORWARD_AGAIN = Move("forward_again", "forwarding.send_again", frozenset({F.SENT}), None, _("Send ny lenke"))
CHASE = Move("chase", "forwarding.chase", frozenset({F.SENT}), None, _("Minn lederen om kvitteringen"))
PHONE = Move("phone", "forwarding.phone", frozenset({F.PLANNED}), F.RECEIVED, _("Overlever på telefon"))
RECEIVE = Move("receive", "forwarding.receive", frozenset({F.SENT}), F.RECEIVED, _("Bekreft mottaket"))
RECORD_ANSWER = Move(
    "record_answer", "forwarding.answer", frozenset({F.SENT, F.RECEIVED}), F.ANSWERED, _("Før inn svaret")
)
WITHDRAW = Move("withdraw", "forwarding.withdraw", frozenset({F.PLANNED, F.SENT}), F.WITHDRAWN, _("Trekk tilbake"))

FORWARDING = Moves(
    "forwarding",
    states=ForwardingStatus,
    start=frozenset({F.PLANNED}),
    moves=[CHANGE_RECIPIENT, FORWARD, FORWARD_AGAIN, CHASE, PHONE, RECEIVE, RECORD_ANSWER, WITHDRAW],
)

# A picture, film or link in a comment. A claim to fetch it is a lease, not a state.
A = AttachmentStatus
KEEP = Move("keep", "attachment.fetch", frozenset({A.WAITING}), A.FETCHED, _("Hentet"))
TURN_AWAY = Move("turn_away", "attachment.refuse", frozenset({A.WAITING}), A.REFUSED, _("Hentes ikke"))
MISS = Move("miss", "attachment.miss", frozenset({A.WAITING}), A.GONE, _("Borte hos plattformen"))
STOP_TRYING = Move("stop_trying", "attachment.fail", frozenset({A.WAITING}), A.FAILED, _("Kunne ikke hentes"))
FETCH_AGAIN = Move(
    "fetch_again", "attachment.fetch_again", frozenset({A.REFUSED, A.GONE, A.FAILED}), A.WAITING, _("Hent på nytt")
)

ATTACHMENT = Moves(
    "attachment",
    states=AttachmentStatus,
    start=frozenset({A.LISTED, A.WAITING, A.FETCHED}),
    moves=[KEEP, TURN_AWAY, MISS, STOP_TRYING, FETCH_AGAIN],
)
# An act of ours on what somebody else wrote: hide, delete, ban, tell, like.
BEGIN = Move("begin", "intervention.begin", frozenset({V.PLANNED, V.UNDER_WAY}), V.UNDER_WAY, _("Begynn"))
PUT_OFF = Move("put_off", "intervention.put_off", frozenset({V.UNDER_WAY}), V.PLANNED, _("Prøv igjen senere"))
CARRY_OUT = Move(
    "carry_out", "intervention.carry_out", frozenset({V.UNDER_WAY}), V.CARRIED_OUT, _("Utført på plattformen")
)
FAIL = Move("fail", "intervention.fail", frozenset({V.UNDER_WAY}), V.FAILED, _("Plattformen sa nei"))
LEAVE_UNCLEAR = Move(
    "leave_unclear", "intervention.leave_unclear", frozenset({V.UNDER_WAY}), V.UNCLEAR, _("Må avklares av en person")
)
TRY_ANEW = Move("try_anew", "intervention.try_anew", frozenset({V.FAILED, V.UNCLEAR}), V.PLANNED, _("Prøv igjen"))
SEEN_DONE = Move(
    "seen_done", "intervention.carry_out", frozenset({V.FAILED, V.UNCLEAR}), V.CARRIED_OUT, _("Er gjort på plattformen")
)
DROP = Move("drop", "intervention.drop", frozenset({V.PLANNED, V.FAILED, V.UNCLEAR}), V.UNDONE, _("Gi opp"))
LIFT = Move("lift", "intervention.lift", frozenset({V.CARRIED_OUT}), V.UNDONE, _("Opphevet"))
LOOK_AGAIN = Move("look_again", "intervention.look_again", frozenset({V.CARRIED_OUT}), None, _("Sett på igjen"))
BAN_OVER = Move("ban_over", "intervention.ban_over", frozenset({V.CARRIED_OUT}), None, _("Utestengingen er over"))

INTERVENTION = Moves(
    "intervention",
    states=InterventionStatus,
    start=frozenset({V.PLANNED}),
    moves=[
        BEGIN, PUT_OFF, CARRY_OUT, FAIL, LEAVE_UNCLEAR, TRY_ANEW, SEEN_DONE, DROP, LIFT, LOOK_AGAIN, BAN_OVER,
    ],
)  # fmt: skip
