"""Everything a pharmacist can open. No number, name or medicine stands in an address."""

from django.urls import path

from pharmacies.queue import Queue
from pharmacies.views import (
    asking,
    counter,
    desk,
    dispensings,
    mailbox,
    papers,
    people,
    receipts,
    register,
)

app_name = "pharmacies"
urlpatterns = [
    path("", desk.desk, name="desk"),
    path("code/", desk.scan, name="scan"),
    path("numero/", desk.open_number, name="open_number"),
    path("fichier/", desk.open_file, name="open_file"),
    path("camera/", desk.frame, name="frame"),
    *(path(f"attente/{q}/", desk.waiting, {"queue": q}, name=f"waiting_{q}") for q in Queue),
    path("equipe/", people.team, name="team"),
    path("verrou/", people.unlock, name="unlock"),
    path("verrou/fermer/", people.lock, name="lock"),
    path("verrou/presence/", people.presence, name="presence"),
    path("verrou/quitter/", people.leave, name="leave"),
    path("ordonnances/<uuid:pk>/", counter.prescription, name="prescription"),
    path("ordonnances/<uuid:pk>/delivrer/", counter.dispense, name="dispense"),
    path("ordonnances/<uuid:pk>/liberer/", counter.release, name="release"),
    path("ordonnances/<uuid:pk>/lignes/<uuid:line>/demander/", asking.ask, name="ask"),
    path("questions/<uuid:pk>/", asking.question, name="question"),
    path("questions/<uuid:pk>/retirer/", asking.withdraw, name="withdraw"),
    path("ordonnances/<uuid:pk>/signaler/", receipts.report, name="report"),
    path("signaler/", receipts.report_code, name="report_code"),
    path("recus/<uuid:pk>/", receipts.receipt, name="receipt"),
    path("recus/verifier/", receipts.verify, name="verify_receipt"),
    path("recus/cle.json", receipts.key, name="receipt_key"),
    path("messagerie/", mailbox.inbox, name="mailbox"),
    path("messagerie/traites/", mailbox.filed, name="mailbox_filed"),
    path("messagerie/<uuid:pk>/ouvrir/", mailbox.open_message, name="mailbox_open"),
    path("messagerie/<uuid:pk>/classer/", mailbox.file, name="mailbox_file"),
    path("messagerie/<uuid:pk>/original/", mailbox.original, name="mailbox_original"),
    path("papiers/", papers.papers, name="papers"),
    path("papiers/enregistrer/", papers.record_paper, name="record_paper"),
    path("papiers/<uuid:pk>/trancher/", papers.decide, name="decide_paper"),
    path("delivrances/", dispensings.dispensings, name="dispensings"),
    path("delivrances/<uuid:pk>/", dispensings.dispensing, name="dispensing"),
    path("delivrances/<uuid:pk>/bordereau/", register.slip, name="slip"),
    path("delivrances/<uuid:pk>/etiquettes/", register.labels, name="labels"),
    path("registre/", register.register, name="register"),
    path("registre/exporter/", register.register_export, name="register_export"),
    path("registre/imprimer/", register.register_print, name="register_print"),
    path("delivrances/<uuid:pk>/corriger/", dispensings.correct, name="correct"),
]
