"""The kinds of garment we can make, one file each."""

import importlib
import pkgutil
from functools import cache

from garments.errors import RefusedError
from garments.kinds.kind import Kind

__all__ = ["Kind", "all_kinds", "get_kind"]


@cache
def all_kinds() -> dict[str, Kind]:
    """Every kind by its name, found by looking at this folder."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name != "kind")
    kinds = [importlib.import_module(f"{__name__}.{name}").KIND for name in names]
    return {kind.name: kind for kind in kinds}


def get_kind(name: str) -> Kind:
    """The kind of that name.

    Raises:
        RefusedError: `unknown-kind`.
    """
    kinds = all_kinds()
    if name not in kinds:
        raise RefusedError("unknown-kind", f"there is no kind '{name}': the kinds are {', '.join(kinds)}.")
    return kinds[name]
