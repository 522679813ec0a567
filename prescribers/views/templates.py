"""What a prescriber keeps: his page of templates, keeping one, and the same again."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from eprescription.doors import door
from eprescription.models import Role
from eprescription.permissions import Action
from prescribers import actions, habits, queries
from prescribers.actions.templates import BadName
from prescribers.forms.templates import TemplateNameForm


@require_safe
@door(Role.PRESCRIBER, Action.WRITE)
def templates(request: HttpRequest) -> HttpResponse:
    return _page(request)


@require_POST
@door(Role.PRESCRIBER, Action.WRITE)
def rename(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A name that cannot be kept is said at its field, on the page of all templates."""
    habits.template(request.actor, pk)  # type: ignore[attr-defined]
    form = TemplateNameForm(request.POST, prefix=pk.hex)
    if form.is_valid():
        try:
            actions.rename_template(
                template_id=pk, name=form.cleaned_data["name"], by=request.actor
            )  # type: ignore[attr-defined]
            messages.success(request, _("Nom enregistré."))
            return redirect("prescribers:templates")
        except BadName as refusal:
            form.add_error("name", refusal.text)
    return _page(request, wrong=form, renamed=pk, status=422)


@require_POST
@door(Role.PRESCRIBER, Action.WRITE)
def drop(request: HttpRequest, pk: UUID) -> HttpResponse:
    actions.drop_template(template_id=pk, by=request.actor)  # type: ignore[attr-defined]
    messages.success(request, _("Supprimé."))
    return redirect("prescribers:templates")


def _page(
    request: HttpRequest,
    wrong: TemplateNameForm | None = None,
    renamed: UUID | None = None,
    status: int = 200,
) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    kept = [
        (view, wrong if wrong and view.id == renamed else _name_form(view))
        for view in habits.kept(actor)
    ]
    context = {
        "templates": [(view, form) for view, form in kept if not view.favourite],
        "favourites": [(view, form) for view, form in kept if view.favourite],
        "wrong": wrong,
    }
    return render(request, "prescribers/templates.html", context, status=status)


def _name_form(view: habits.TemplateView) -> TemplateNameForm:
    return TemplateNameForm(prefix=view.id.hex, initial={"name": view.name})


@door(Role.PRESCRIBER, Action.WRITE)
def keep(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keeps the lines of a prescription under a name."""
    actor = request.actor  # type: ignore[attr-defined]
    prescription = queries.own(actor, pk)
    form = TemplateNameForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.keep_template(
                prescription=prescription,
                name=form.cleaned_data["name"],
                by=actor,
                at=timezone.now(),
            )
            messages.success(request, _("Modèle gardé."))
            return redirect("prescribers:templates")
        except BadName as refusal:
            form.add_error("name", refusal.text)
    context = {
        "form": form,
        "prescription": prescription,
        "lines": habits.kept_lines(prescription.lines.all()),
    }
    status = 422 if form.errors else 200
    return render(request, "prescribers/template_keep.html", context, status=status)


@require_POST
@door(Role.PRESCRIBER, Action.WRITE)
def renew(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The same again, as a draft to be read over."""
    actor = request.actor  # type: ignore[attr-defined]
    begun = actions.renew(prescription=queries.own(actor, pk), by=actor, at=timezone.now())
    return redirect("prescribers:write", begun.pk)
