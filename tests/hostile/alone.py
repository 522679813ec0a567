"""A form that no page of the world offers, given hostile texts by itself."""

from collections.abc import Callable, Iterator
from typing import Any

from django.forms.forms import BaseForm
from django.http import QueryDict

from eprescription.models import Line
from eprescription.presenters import line_view
from pharmacies.asking_form import AskForm
from pharmacies.counter_line import CounterLine
from pharmacies.dispensing_form.line import LineForm
from pharmacies.people_forms import CodeForm, UnlockForm
from pharmacies.register_form import PeriodForm, RegisterForm
from prescribers.forms.writing import CodedLineForm
from tests.hostile.conftest import HostileWorld
from tests.hostile.corpus import ALL
from tests.hostile.pages import faults

Make = Callable[[HostileWorld, QueryDict], BaseForm]
# Forms that are told of something beside what was typed.
MADE: dict[Any, Make] = {
    AskForm: lambda world, data: AskForm(_line(world), data),
    CodedLineForm: lambda world, data: CodedLineForm(_line(world), data),
    LineForm: lambda world, data: LineForm(_at_counter(world), data),
    CodeForm: lambda world, data: CodeForm(data, fresh=False),
    UnlockForm: lambda world, data: UnlockForm(data, seats=[]),
    PeriodForm: lambda world, data: PeriodForm(data),
    RegisterForm: lambda world, data: RegisterForm(data),
}


def driven_alone(world: HostileWorld, form: type[BaseForm]) -> Iterator[str]:
    """Each text in all fields at once; yields what went wrong, a fault of the test's own included."""
    make = MADE.get(form, lambda _world, data: form(data))
    prefix = make(world, QueryDict()).prefix
    for name, text in ALL.items():
        data = QueryDict(mutable=True)
        for field in form.base_fields:  # type: ignore[attr-defined]
            data[f"{prefix}-{field}" if prefix else field] = text
        bound = make(world, data)
        bound.is_valid()
        for said in faults(str(bound)):
            yield f"{form.__qualname__} {name}: {said}"


def _line(world: HostileWorld) -> Line:
    return Line.objects.filter(prescription_id=world.families["own"].prescription)[0]


def _at_counter(world: HostileWorld) -> CounterLine:
    view = line_view(_line(world))
    return CounterLine(view, total=2, dispensed=0, remaining=2, unit="box", due=2, substitutes=[])
