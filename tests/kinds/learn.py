"""How much each sign speaks for each kind: `python -m tests.kinds.learn`.

`seen.csv` has the signs of senders of invented tenants, by who invented them, and what they truly
are: signs alone, no subject, name or address. The tenants themselves are not kept. A regression
over it gives the points of `inventory/knowledge/kind_points.csv`. Printed is how often the kind is
right for each inventor's senders when his are left out; every inventor weighs the same.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from inventory.senders.kind_words import APPLIANCE, KINDS, MFP
from inventory.senders.kinds import ALWAYS, POINTS
from inventory.senders.shapes import SHAPES

SEEN = Path(__file__).parent / "seen.csv"
STRENGTH = 10.0
"""Of the pull of all points towards what a sign's name says: rare ones shall not be overrated."""
NAMED, SAID, MAKER = 1.0, 3.0, 8.0
"""Points of the kind that a sign names, before anything was seen; that a product says of itself;
and that a maker's mark names, which stands against everything else."""
MACHINES = {MFP: 1.0, APPLIANCE: 1.5}
STARTS = dict.fromkeys(("host address", "host mac", "host serial", "serial in ids"), MACHINES)
"""Points of signs that name no kind but surely tell a machine."""
STEPS = 600
NAMING = {
    *(f"host {kind}{how}" for kind in KINDS for how in ("", " named", " maker")),
    *(f"id {shape.name}" for _, shape in SHAPES),
    *(f"{where} says {kind}" for where in ("id", "host", "account") for kind in KINDS[:-1]),
}
"""Signs that name a kind, whether or not anybody invented one that shows them."""


class Seen:
    """The rows of `seen.csv`: `signs` has a 1 for each sign of each sender, ALWAYS among them."""

    def __init__(self) -> None:
        with SEEN.open(encoding="utf-8", newline="") as file:
            names, *rows = csv.reader(file)
        unseen = sorted(set(NAMING) - set(names))
        self.names = [ALWAYS, *names[3:], *unseen]
        self.inventor = np.array([row[0] for row in rows])
        self.kind = np.array([KINDS.index(row[1]) for row in rows])
        self.count = np.array([int(row[2]) for row in rows])
        width = len(names) - 3
        signs = np.array([[1, *unpacked(row[3], width)] for row in rows], dtype=float)
        self.signs = np.hstack([signs, np.zeros((len(rows), len(unseen)))])

    def weight(self, rows: np.ndarray) -> np.ndarray:
        share = np.zeros(len(rows))
        for name in np.unique(self.inventor[rows]):
            its = self.inventor[rows] == name
            share[its] = self.count[rows][its] / self.count[rows][its].sum()
        return np.asarray(share * self.count[rows].sum() / share.sum())


def packed(bits: list[int]) -> str:
    return f"{int(''.join(map(str, bits)), 2):0{-(-len(bits) // 4)}x}"


def unpacked(text: str, length: int) -> list[int]:
    return [int(bit) for bit in f"{int(text, 16):0{length}b}"]


def learn(seen: Seen, rows: np.ndarray) -> np.ndarray:
    """(signs, kinds): the points under which these rows are likeliest, by Nesterov's method."""
    signs, weight = seen.signs[rows], seen.weight(rows)[:, None]
    truth = np.eye(len(KINDS))[seen.kind[rows]]
    start = np.array([named(name) for name in seen.names])
    points = previous = start
    pull = np.full((signs.shape[1], 1), STRENGTH)
    pull[0] = 0.0
    rate = 2 / (np.linalg.norm(signs * np.sqrt(weight), 2) ** 2 + STRENGTH)
    for step in range(1, STEPS):
        ahead = points + (step - 1) / (step + 2) * (points - previous)
        slope = signs.T @ (weight * (shares(signs @ ahead) - truth)) + pull * (ahead - start)
        previous, points = points, ahead - rate * slope
    return np.asarray(points)


def named(sign: str) -> list[float]:
    """The points of a sign that nobody has seen yet."""
    if sign in STARTS:
        return [STARTS[sign].get(kind, 0.0) for kind in KINDS]
    words = set(sign.split())
    points = MAKER if "maker" in words else SAID if sign.startswith("id says") else NAMED
    for _, shape in SHAPES:
        if sign == f"id {shape.name}":
            words.add(shape.kind)
            points = SAID if shape.is_product else NAMED
    return [points * (kind in words) for kind in KINDS]


def shares(scores: np.ndarray) -> np.ndarray:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def right(seen: Seen, rows: np.ndarray, points: np.ndarray) -> float:
    told = (seen.signs[rows] @ points).argmax(axis=1) == seen.kind[rows]
    return float((told * seen.count[rows]).sum() / seen.count[rows].sum())


def table(seen: Seen, points: np.ndarray) -> list[list[str]]:
    rows = [
        [name, *(f"{each:.2f}" for each in its)]
        for name, its in zip(seen.names, points, strict=True)
    ]
    return [["sign", *KINDS], *rows[:1], *sorted(rows[1:])]


def main() -> None:
    seen = Seen()
    for name in np.unique(seen.inventor):
        others, its = np.flatnonzero(seen.inventor != name), np.flatnonzero(seen.inventor == name)
        print(f"{name}: {right(seen, its, learn(seen, others)):.3f} of {seen.count[its].sum()}")
    with POINTS.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(
            table(seen, learn(seen, np.arange(len(seen.kind))))
        )


if __name__ == "__main__":
    main()
