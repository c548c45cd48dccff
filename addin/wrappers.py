"""What Excel must know of our functions before Python runs: a VBA function for each, and its help.

xlwings would write these when somebody presses "Import Functions", which needs trust in the VBA project; here they are
made beforehand, from the same signatures and annotations.
"""

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, get_type_hints

from addin import functions

__all__ = ["Described", "described", "vba"]


@dataclass(frozen=True, slots=True)
class Described:
    """One function: its name, its help, and each argument's name and help; the last ``optional`` need not be given."""

    name: str
    help: str
    arguments: tuple[tuple[str, str], ...]
    optional: int


def described() -> Iterator[Described]:
    """Every function of `addin.functions`, in the order of their names."""
    for name in sorted(functions.__all__):
        function = getattr(functions, name)
        hints: dict[str, Any] = get_type_hints(function, include_extras=True)
        parameters = inspect.signature(function).parameters.values()
        helps = tuple((one.name, hints[one.name].__metadata__[0]["doc"]) for one in parameters)
        optional = sum(one.default is not one.empty for one in parameters)
        yield Described(name, inspect.getdoc(function) or "", helps, optional)


def vba() -> str:
    """The module DuchaFunctions. What fails is #N/A, so that a cell's formula can fall back on its native one."""
    return "\n".join(["Option Explicit", *map(_function, described())])


def _function(one: Described) -> str:
    names = [name for name, _ in one.arguments]
    required = len(names) - one.optional
    signature = ", ".join(name if place < required else f"Optional {name}" for place, name in enumerate(names))
    return f"""
Public Function {one.name}({signature}) As Variant
    On Error GoTo failed
    {one.name} = DuchaCall("{one.name}", Array({", ".join(names)}))
    Exit Function
failed:
    {one.name} = CVErr(xlErrNA)
End Function"""
