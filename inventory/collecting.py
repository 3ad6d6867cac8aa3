"""Work that holds nearly all that it makes until its end."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

SELDOM = (50_000, 10, 10)
"""Not never: what queries leave behind in cycles would add up to hundreds of megabytes."""


@contextmanager
def seldom_collecting() -> Iterator[None]:
    """Python looks for cycles among what is held, again and again: a fifth of such work."""
    before = gc.get_threshold()
    gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)
