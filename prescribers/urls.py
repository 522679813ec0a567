"""The doors of a prescriber. No name, drug or number stands in a path."""

from django.urls import path

from prescribers.views import allergies, drafts, following, patients, questions, sending, templates

app_name = "prescribers"
urlpatterns = [
    path("", patients.home, name="home"),
    path("patients/", patients.patients, name="patients"),
    path("patients/nouveau/", patients.patient_new, name="patient_new"),
    path("patients/<uuid:pk>/", patients.patient, name="patient"),
    path("patients/<uuid:pk>/suivre/", patients.take, name="take"),
    path("patients/<uuid:pk>/ordonnance/", drafts.draft_new, name="draft_new"),
    path("patients/<uuid:pk>/allergies/", allergies.allergies, name="allergies"),
    path("patients/<uuid:pk>/allergies/declarer/", allergies.declare, name="declare_allergy"),
    path("patients/<uuid:pk>/allergies/retirer/", allergies.end, name="end_allergy"),
    path("medicaments/", drafts.medicines, name="medicines"),
    path("ordonnances/", following.prescriptions, name="prescriptions"),
    path("ordonnances/<uuid:pk>/", following.prescription, name="prescription"),
    path("ordonnances/<uuid:pk>/ecrire/", drafts.write, name="write"),
    path("ordonnances/<uuid:pk>/questions/", drafts.ivg, name="ivg"),
    path("ordonnances/<uuid:pk>/refaire/", templates.renew, name="renew"),
    path("ordonnances/<uuid:pk>/modele/", templates.keep, name="template_keep"),
    path("ordonnances/<uuid:pk>/supprimer/", drafts.discard, name="discard"),
    path("ordonnances/<uuid:pk>/signer/", following.sign, name="sign"),
    path("ordonnances/<uuid:pk>/papier/", following.paper, name="paper"),
    path("ordonnances/<uuid:pk>/pharmacie/", sending.send, name="send"),
    path("ordonnances/<uuid:pk>/pharmacie/envoyer/", sending.send_to, name="send_to"),
    path("ordonnances/<uuid:pk>/nouveau-code/", following.recode, name="recode"),
    path("ordonnances/<uuid:pk>/annuler/", following.cancel, name="cancel"),
    path("questions/", questions.todo, name="todo"),
    path("questions/<uuid:pk>/", questions.question, name="question"),
    path("modeles/", templates.templates, name="templates"),
    path("modeles/<uuid:pk>/renommer/", templates.rename, name="template_rename"),
    path("modeles/<uuid:pk>/supprimer/", templates.drop, name="template_drop"),
]
