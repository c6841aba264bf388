"""Addresses of the inbox."""

from django.urls import path

from inbox.views import comment, conversation, forwarding, queue, receipt, recipients, reply

app_name = "inbox"
urlpatterns = [
    path("ko/", queue.queue, name="queue"),
    path("ko/<slug:tab>/", queue.queue, name="queue"),
    path("ko/<slug:tab>/nytt/", queue.news, name="news"),
    path("godkjenning/", reply.review_list, name="review"),
    path("kommentar/<int:pk>/", conversation.comment, name="comment"),
    path("kommentar/<int:pk>/plikter/", conversation.duties, name="duties"),
    path("kommentar/<int:pk>/sjekker/", conversation.checks, name="checks"),
    path("kommentar/<int:pk>/ta/", comment.claim, name="claim"),
    path("kommentar/<int:pk>/legg-tilbake/", comment.release, name="release"),
    path("kommentar/<int:pk>/tildel/", comment.assign, name="assign"),
    path("kommentar/<int:pk>/sorter/", comment.sort, name="sort"),
    path("kommentar/<int:pk>/angre-sortering/", comment.unsort, name="unsort"),
    path("kommentar/<int:pk>/merk/", comment.flag, name="flag"),
    path("kommentar/<int:pk>/enhet/", forwarding.choose, name="choose_unit"),
    path("venter-pa-kvittering/", forwarding.waiting, name="receipts"),
    path("videresending/<int:pk>/send/", forwarding.send, name="forward_now"),
    path("videresending/<int:pk>/send-igjen/", forwarding.send_again, name="forward_again"),
    path("videresending/<int:pk>/mottatt/", forwarding.received, name="forward_received"),
    path("videresending/<int:pk>/svar/", forwarding.answer, name="forward_answer"),
    path("videresending/<int:pk>/trekk-tilbake/", forwarding.withdraw, name="forward_withdraw"),
    path("kvittering/<slug:token>/", receipt.receipt, name="receipt"),
    path("innstillinger/mottakere/", recipients.listed, name="recipients"),
    path("innstillinger/mottakere/ny-enhet/", recipients.add_unit, name="add_unit"),
    path("innstillinger/mottakere/ny-mottaker/", recipients.add_body, name="add_body"),
    path("innstillinger/mottakere/<slug:kind>/<int:pk>/", recipients.edit, name="recipient"),
    path("kommentar/<int:pk>/avslutt/", comment.end, name="end"),
    path("kommentar/<int:pk>/apne/", comment.reopen, name="reopen"),
    path("kommentar/<int:pk>/svar/", reply.draft, name="draft"),
    path("kommentar/<int:pk>/svar/lagre/", reply.autosave, name="autosave"),
    path("kommentar/<int:pk>/svar/sett-inn/", reply.insert, name="insert"),
    path("kommentar/<int:pk>/svar/send/", reply.submit, name="submit"),
    path("kommentar/<int:pk>/svar/godkjenn/", reply.approve, name="approve"),
    path("kommentar/<int:pk>/svar/send-tilbake/", reply.send_back, name="send_back"),
    path("kommentar/<int:pk>/svar/angre/", reply.recall, name="undo"),
    path("kommentar/<int:pk>/svar/skriv-om/", reply.rework, name="rework"),
    path("kommentar/<int:pk>/svar/forkast/", reply.discard, name="discard"),
    path("kommentar/<int:pk>/svar/star-der/", reply.settle_found, name="settle_found"),
    path("kommentar/<int:pk>/svar/send-igjen/", reply.send_again, name="send_again"),
]
