"""Addresses of the inbox."""

from django.urls import path

from inbox.views import comment, conversation, queue, reply, rules

app_name = "inbox"
urlpatterns = [
    path("ko/", queue.queue, name="queue"),
    path("ko/<slug:tab>/", queue.queue, name="queue"),
    path("ko/<slug:tab>/nytt/", queue.news, name="news"),
    path("godkjenning/", reply.review_list, name="review"),
    path("retningslinjer/versjon/<int:pk>/prov/", rules.try_version, name="try_version"),
    path("retningslinjer/plikt/<int:pk>/prov/", rules.try_duty, name="try_duty"),
    path("soppel/", comment.spam, name="spam"),
    path("kommentar/<int:pk>/", conversation.comment, name="comment"),
    path("kommentar/<int:pk>/plikter/", conversation.duties, name="duties"),
    path("kommentar/<int:pk>/sjekker/", conversation.checks, name="checks"),
    path("kommentar/<int:pk>/ta/", comment.claim, name="claim"),
    path("kommentar/<int:pk>/legg-tilbake/", comment.release, name="release"),
    path("kommentar/<int:pk>/tildel/", comment.assign, name="assign"),
    path("kommentar/<int:pk>/sorter/", comment.sort, name="sort"),
    path("kommentar/<int:pk>/angre-sortering/", comment.unsort, name="unsort"),
    path("kommentar/<int:pk>/merk/", comment.flag, name="flag"),
    path("kommentar/<int:pk>/enhet/", comment.choose_unit, name="choose_unit"),
    path("kommentar/<int:pk>/avslutt/", comment.end, name="end"),
    path("kommentar/<int:pk>/apne/", comment.reopen, name="reopen"),
    path("kommentar/<int:pk>/sett-over/", comment.see_ending, name="see_ending"),
    path("kommentar/<int:pk>/svar/", reply.draft, name="draft"),
    path("kommentar/<int:pk>/svar/lagre/", reply.autosave, name="autosave"),
    path("kommentar/<int:pk>/svar/sett-inn/", reply.insert, name="insert"),
    path("kommentar/<int:pk>/svar/send/", reply.submit, name="submit"),
    path("kommentar/<int:pk>/svar/be-om-overstyring/", reply.ask_override, name="ask_override"),
    path("kommentar/<int:pk>/svar/overstyr/", reply.override, name="override"),
    path("kommentar/<int:pk>/svar/be-fjerne/", reply.ask_removal, name="ask_removal"),
    path("kommentar/<int:pk>/svar/godkjenn/", reply.approve, name="approve"),
    path("kommentar/<int:pk>/svar/send-tilbake/", reply.send_back, name="send_back"),
    path("kommentar/<int:pk>/svar/angre/", reply.recall, name="undo"),
    path("kommentar/<int:pk>/svar/skriv-om/", reply.rework, name="rework"),
    path("kommentar/<int:pk>/svar/forkast/", reply.discard, name="discard"),
    path("kommentar/<int:pk>/svar/star-der/", reply.settle_found, name="settle_found"),
    path("kommentar/<int:pk>/svar/send-igjen/", reply.send_again, name="send_again"),
]
