"""The doors for software: nothing is open unless a view says to whom."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request


class Nobody(BasePermission):
    """The default of every API view: no rule means no."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return False
