"""Clientdesk for Python: client management for agencies, as one sandboxed component.

`Clientdesk` runs it; the modules of `clientdesk.wit` are the contract, one for each interface of
the WIT: records are dataclasses, times are `datetime`, refusals are exceptions."""

from ._code import Code
from ._errors import ArgumentError, Failed, OtherContract, Refused, Trap
from ._host import Clientdesk, Limits, component_file
from .wit.types import Call, Money, Operator, PageRequest, Role

__all__ = [
    "ArgumentError",
    "Call",
    "Clientdesk",
    "Code",
    "Failed",
    "Limits",
    "Money",
    "Operator",
    "OtherContract",
    "PageRequest",
    "Refused",
    "Role",
    "Trap",
    "component_file",
]
