"""About the component itself."""

# Made by generate.py from the interface `core/system`: change that instead.

from __future__ import annotations

from .._functions import Call as _Call, Function
from .._shapes import U32


class SystemFunctions:
    """The functions of `system`."""

    def __init__(self, call: _Call) -> None:
        self._call = call

    def schema(self) -> int:
        """The newest schema number of stored rows that this release reads and writes. Asks nothing
        of the host.
        """
        return self._call(_SCHEMA)


_SCHEMA: Function[int] = Function("clientdesk:core/system@0.1.0", "schema", [], U32)
FUNCTIONS: list[Function[object]] = [_SCHEMA]
