"""The template of a page asks for each field that is only shown several times."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

Shown = TypeVar("Shown", bound=Callable[..., Any])


def once(method: Shown) -> Shown:
    """What it says of a row is kept with the row, which a page loads for itself."""

    @wraps(method)
    def shown(model_admin: Any, row: Any) -> Any:
        kept: dict[str, Any] = row.__dict__.setdefault("shown_once", {})
        if method.__name__ not in kept:
            kept[method.__name__] = method(model_admin, row)
        return kept[method.__name__]

    return shown  # type: ignore[return-value]
