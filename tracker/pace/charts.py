"""A burn-up as lines for an SVG drawing. Pure: numbers in, coordinates out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from tracker.pace.burn_up import BurnUp, Point

WIDTH, HEIGHT = 720, 260
LEFT, RIGHT, TOP, BOTTOM = 40, 28, 12, 28
STEPS = (1, 2, 5)
LABELS = 6
"""About so many labels on each axis."""


@dataclass(frozen=True)
class Label:
    at: float
    text: str


@dataclass(frozen=True)
class Chart:
    """Attributes of `polyline` and `line`; `today` is None when the wave has not begun."""

    planned: str
    done: str
    proven: str
    rows: list[Label]
    columns: list[Label]
    today: float | None
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM


def drawn(found: BurnUp) -> Chart | None:
    """None where there is nothing to draw: no members, or a span without days."""
    if not found.total or len(found.points) < 2:
        return None
    first, last = found.points[0].day, found.points[-1].day
    step = step_of(found.total)
    top = -(-found.total // step) * step

    def x(day: dt.date) -> float:
        part = (day - first).days / (last - first).days
        return round(LEFT + part * (WIDTH - LEFT - RIGHT), 1)

    def y(count: float) -> float:
        return round(HEIGHT - BOTTOM - count / top * (HEIGHT - TOP - BOTTOM), 1)

    past = [point for point in found.points if point.done is not None]
    return Chart(
        planned=line([(x(point.day), y(point.planned)) for point in found.points]),
        done=line([(x(point.day), y(point.done or 0)) for point in past]),
        proven=line([(x(point.day), y(point.proven or 0)) for point in past]),
        rows=[Label(y(count), str(count)) for count in range(0, top + 1, step)],
        columns=[Label(x(point.day), f"{point.day:%d %b}") for point in labelled(found.points)],
        today=x(past[-1].day) if past else None,
    )


def line(points: list[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in points)


def step_of(total: int) -> int:
    """1, 2 or 5 times a power of ten, so that few labels reach the total."""
    power = 1
    while True:
        for step in STEPS:
            if total <= LABELS * step * power:
                return step * power
        power *= 10


def labelled(points: tuple[Point, ...]) -> list[Point]:
    """The first, the last and some between, far enough from each other."""
    first, last = points[0].day, points[-1].day
    apart = max(1, (last - first).days // LABELS)
    chosen = [points[0]]
    for point in points[1:-1]:
        is_far = (point.day - chosen[-1].day).days >= apart
        if is_far and (last - point.day).days >= apart:
            chosen.append(point)
    return [*chosen, points[-1]]
