"""Parts messages that are alike in everything constant. Pure.

Kinds of evidence, each with a test that one sender alone would hardly pass:
- counters: numbers in Message-IDs and subjects that run on, several at the same time;
- schedules: what is on time only together, or each by itself to people of its own;
- clocks: circles of people who are written to at different, regular times of day;
- sittings: mails that follow each other fast, to people that never go with certain others;
- turns: whether what writes to the same people from several places takes turns there.
What one counter runs through is one sender, whatever else might part it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from inventory.senders import jobs
from inventory.senders.circles import MIN_PART, clocks
from inventory.senders.counters import LEAST_MESSAGES, part_by_counters
from inventory.senders.fingerprints import form_of, is_own
from inventory.senders.looks import COUNTED, ID, alike
from inventory.senders.networks import network, places
from inventory.senders.schedules import one_schedule, several_schedules
from inventory.senders.sittings import part_by_sittings
from inventory.senders.subjects import hashed
from inventory.senders.turns import IN_TURN, UNTOLD, told

CLIENT = ["account", "form", "tls_cipher", "tls_version"]
"""What messages of one program share; `form` is how the Message-ID is put together."""
AT_HOST = ["account", "host", "tls_cipher", "tls_version"]
LIKE = ["account", "host", "shape", "tls_cipher", "tls_version", "mask", "names"]
"""What messages share that people and numbers of subjects part, place by place."""
ALWAYS = ["account", "shape", "tls_cipher", "tls_version", "names", "recipients"]
"""What the messages of one thing that writes to the same people share, whatever they say."""
MIN_MESSAGES = 6
LEAST_ID, LASTS = 6, 14 * 86_400
"""Characters of what names a device in its Message-IDs, and seconds over which it comes back."""
SAME_PEOPLE = 0.6
"""Cosine from which on a part at another place, before or after, is the same device, moved."""
OVERLAP = pd.Timedelta(days=2)
MIN_PLACE, MOST_PLACES = 12, 50
"""Messages of a place to know its people; places among which one with the same is looked for."""


def parts(rows: pd.DataFrame, known: Collection[str] = ()) -> pd.Series:
    """'' or which of several alike senders each message is of; those `known` keep their names.

    `rows` has a line a message with LIKE, `address`, `at`, `auth_method`, `recipients` (sorted
    hashes joined by dots) and the numbers that `inventory.senders.counters` keeps.
    """
    rows = rows.sort_values("at", kind="stable")
    hosts = rows.loc[rows["host"] != "", ["account", "host"]].drop_duplicates()
    labels = {(account, host.partition(".")[0]) for account, host in hosts.to_numpy().tolist()}
    pieces = [by_ids(rows[rows["id_numbers"] != ""], labels)]
    is_named = rows["host"].map(
        {each: bool(each) and is_own(each) for each in rows["host"].unique()}
    )
    may_count = (rows["id_numbers"] != "") & ~is_named.astype(bool)
    counting = rows[may_count & ~rows.index.isin(pieces[0].index)]
    pieces += by_last_numbers(counting, known)
    counting = counting.drop([each for piece in pieces[1:] for each in piece.index])
    pieces += by_counters(counting, known)
    rest = rows.drop([each for piece in pieces for each in piece.index])
    for rule in (partial(by_series, known=known), one_schedule, several_schedules):
        series = list(rule(rest))
        pieces += series
        rest = rest.drop([each for piece in series for each in piece.index])
    rest = tellable(rest.assign(place=place_in_account(rest)))
    for _, those in rest.groupby(LIKE, sort=False):
        pieces.append(follow_moves(those, part_places(those, known)))
    blank = pd.Series("", index=rows.index, dtype=object)
    # Put together once: to update a long series for each of many cells takes their product.
    known_so_far = pd.concat(pieces) if pieces else blank
    found: pd.Series = known_so_far.reindex(rows.index).fillna("")
    by_turns = pd.concat([blank, *turns(rest[found[rest.index] == ""]), *jobs.parts(rows)])
    return found.where(found != "", by_turns[~by_turns.index.duplicated(keep="last")])


def turns(rows: pd.DataFrame) -> Iterator[pd.Series]:
    """Whether what always writes to the same people from several places takes turns there."""
    rows = rows[(rows["host"] == "") & (rows["recipients"] != "")]
    rows = rows[is_steady(rows)]
    rows = rows.assign(spot=rows["address"].map(network))
    spots = rows.groupby(ALWAYS, sort=False)["spot"]
    several = (spots.transform("nunique") > 1) & (spots.transform("size") >= MIN_MESSAGES)
    for _, those in rows[several].groupby(ALWAYS, sort=False):
        yield pd.Series(way_of(those), index=those.index, dtype=object)


def way_of(rows: pd.DataFrame) -> str:
    """By the addresses too, where those that write to the same people were taken for one place."""
    seconds = seconds_of(rows)
    way = told(seconds, rows["place"].tolist()) if rows["place"].nunique() > 1 else UNTOLD
    is_in_turn = way == UNTOLD and told(seconds, rows["spot"].tolist()) == IN_TURN
    return IN_TURN if is_in_turn else way


def is_steady(rows: pd.DataFrame) -> pd.Series:
    """Of each message whether nearly all that is like it goes to the same people."""
    groups = rows.groupby(LIKE, sort=False)
    to_the_same = rows.groupby([*LIKE, "recipients"], sort=False)["at"].transform("size")
    found: pd.Series = to_the_same * 5 >= groups["at"].transform("size") * 4
    return found


def tellable(rows: pd.DataFrame) -> pd.DataFrame:
    """The messages of which there are enough alike, and with something that could part them: of
    most groups a report tells no recipients and no numbers, and to look at each takes long."""
    tells = (rows["recipients"] != "") | (rows["subject_numbers"] != "")
    groups = tells.groupby([rows[name] for name in LIKE], sort=False)
    return rows[(groups.transform("size") >= MIN_MESSAGES) & groups.transform("any")]


def by_ids(rows: pd.DataFrame, hosts: Collection[tuple[str, str]]) -> pd.Series:
    """Parts by what stands in Message-IDs of different shapes again and again, as a serial number
    or a MAC address does: no time, no process and no random number does that for long."""
    tokens = rows["id_numbers"].astype(str).str.split(".").explode()
    is_long = (tokens.str.len() >= LEAST_ID) & tokens.str.contains(r"\d", regex=True)
    tokens = tokens[is_long].str.lower()
    if tokens.empty:
        return tokens
    told = rows.loc[tokens.index, ["account", "at"]].assign(token=tokens)
    ids = told.groupby(["account", "token"])["at"].agg(["size", "min", "max"])
    span = told.groupby("account")["at"].agg(["min", "max"])
    quarter = (span["max"] - span["min"]).dt.total_seconds() / 4
    least = np.minimum(quarter.reindex(ids.index.get_level_values(0)).to_numpy(), LASTS)
    lasts = (ids["max"] - ids["min"]).dt.total_seconds().to_numpy()
    kept = ids.index[(ids["size"].to_numpy() >= MIN_PART) & (lasts >= least) & (lasts > 0)]
    found = told[pd.MultiIndex.from_frame(told[["account", "token"]]).isin(kept)]
    several = found.groupby("account")["token"].transform("nunique") > 1
    pairs = zip(found["account"], found["token"], strict=True)
    several |= np.array([pair in hosts for pair in pairs], dtype=bool)
    named = ID + found.loc[several, "token"]
    return named[~named.index.duplicated()]


def by_counters(rows: pd.DataFrame, known: Collection[str]) -> list[pd.Series]:
    """Parts by the numbers in Message-IDs, wherever sent from; only of what is counted."""
    rows = rows.assign(form=rows["shape"].map(form_of))
    counts = rows.groupby(CLIENT, sort=False)["form"].transform("size")
    pieces = []
    for _, those in rows[counts >= LEAST_MESSAGES].groupby(CLIENT, sort=False):
        for some in (those, *by_words(those)):
            found = counted(some, some["id_numbers"], known)
            if (found != "").all():
                pieces.append(found)
                if some is those:
                    break
    return pieces


def by_last_numbers(rows: pd.DataFrame, known: Collection[str]) -> list[pd.Series]:
    """Parts by one counter that runs through Message-IDs of several forms at a host, as in
    `issue_7` and `merge_request_8`."""
    rows = rows[rows["host"] != ""]
    rows = rows.assign(form=rows["shape"].map(form_of))
    groups = rows.groupby(AT_HOST, sort=False)["form"]
    several = (groups.transform("nunique") > 1) & (groups.transform("size") >= LEAST_MESSAGES)
    pieces = []
    for _, those in rows[several].groupby(AT_HOST, sort=False):
        found = counted(those, those["id_numbers"].str.rpartition(".")[2], known)
        if (found != "").all() and found.nunique() == 1:
            pieces.append(found)
    return pieces


def by_series(rows: pd.DataFrame, known: Collection[str]) -> Iterator[pd.Series]:
    """Parts by one counter that runs through what is said with several words: whatever else may
    part an order from its invoice, the same program numbers both."""
    rows = rows[(rows["host"] == "") & (rows["mask"] != "") & (rows["subject_numbers"] != "")]
    rows = rows.assign(form=rows["shape"].map(form_of))
    groups = rows.groupby(CLIENT, sort=False)["mask"]
    several = (groups.transform("nunique") > 1) & (groups.transform("size") >= LEAST_MESSAGES)
    for _, those in rows[several].groupby(CLIENT, sort=False):
        found = counted(those, those["subject_numbers"], known)
        if (found == "").any():
            continue
        counts = those.groupby([found, "mask"], sort=False)["at"].transform("size")
        whole = those.groupby("mask", sort=False)["at"].transform("size")
        mine = those[(counts >= MIN_PART) & (counts * 10 >= whole * 9)]
        masks = mine.groupby(found[mine.index])["mask"].transform("nunique")
        told = found[mine.index[masks > 1]]
        if told.nunique() == 1:  # Two are as well orders and invoices of one program.
            yield told


def by_words(rows: pd.DataFrame) -> list[pd.DataFrame]:
    """The messages by the words in their Message-IDs: programs that put them together alike have
    words of their own, and what does not count among them hides what does."""
    if rows["shape"].nunique() < 2:
        return []
    tokens = rows["id_numbers"].str.split(".", expand=True).fillna("")
    for place in tokens:
        texts = tokens[place]
        is_word = texts.str.isalpha() & (texts.groupby(texts).transform("size") >= LEAST_MESSAGES)
        tokens[place] = texts.where(is_word, "")
    groups = [some for _, some in rows.groupby([tokens[place] for place in tokens], sort=False)]
    return groups if len(groups) > 1 else []


def counted(rows: pd.DataFrame, numbers: pd.Series, known: Collection[str]) -> pd.Series:
    """A name for the counter that each message is of; '' where nothing counts.

    It is made of one of its messages: that by which it is known, else the first. So it stays the
    same whatever is read before or after it.
    """
    labels = part_by_counters(seconds_of(rows), numbers.tolist())
    if labels is None:
        return pd.Series("", index=rows.index, dtype=object)
    names: dict[int, str] = {}
    for label, at, number in zip(labels, seconds_of(rows), numbers, strict=True):
        name = COUNTED + hashed(f"{at} {number}") if known or label not in names else ""
        if label not in names or (name in known and names[label] not in known):
            names[label] = name
    return pd.Series([names[label] for label in labels], index=rows.index, dtype=object)


def seconds_of(rows: pd.DataFrame) -> list[int]:
    seconds: list[int] = rows["at"].to_numpy().astype("datetime64[s]").astype("int64").tolist()
    return seconds


def part_places(rows: pd.DataFrame, known: Collection[str]) -> pd.Series:
    is_bare = (rows["host"] == "").all()
    if is_bare and (rows["subject_numbers"] != "").all() and not is_to_everyone(rows):
        by_subject = counted(rows, rows["subject_numbers"], known)
        if (by_subject != "").all():
            return by_subject if by_subject.nunique() > 1 else by_subject.map(lambda _: "")
    found = pd.Series("", index=rows.index, dtype=object)
    for _, cell in rows[rows["recipients"] != ""].groupby("place", sort=False):
        if len(cell) >= MIN_MESSAGES:
            found.update(part_cell(cell, is_named=not is_bare and is_own(str(cell["host"].iat[0]))))
    return found


def is_to_everyone(rows: pd.DataFrame) -> bool:
    """As an application does, whose invoices and tickets may run in several series."""
    return rows["recipients"].nunique() * 3 >= len(rows) * 2


def place_in_account(rows: pd.DataFrame) -> pd.Series:
    """The place that each message comes from, '' where a host names the sender anyway; as the
    account's own messages tell, so that it is the same whatever else is looked at."""
    is_bare = (rows["host"] == "").to_numpy()
    spots = {each: network(each) for each in rows["address"][is_bare].unique()}
    found = rows["address"].map(spots).where(is_bare, "").astype(object)
    bare = pd.DataFrame({"account": rows["account"], "spot": found})[is_bare]
    place_of = one_places(rows[~is_bare], set(bare["account"]))
    if place_of:
        pairs = zip(bare["account"], bare["spot"], strict=True)
        bare["spot"] = [place_of.get(each, each[1]) for each in pairs]
    told = bare[rows["recipients"][bare.index] != ""].value_counts()
    known = told[told >= MIN_PLACE].index.get_level_values("account").value_counts()
    several = bare["account"].isin(known[known > 1].index)
    for _, mine in bare[several].groupby("account", sort=False)["spot"]:
        bare.loc[mine.index, "spot"] = mine.map(by_people(mine, rows["recipients"][mine.index]))
    found[bare.index] = bare["spot"]
    return found


def one_places(named: pd.DataFrame, accounts: Collection[str]) -> dict[tuple[str, str], str]:
    """{(account, network): place} as hosts of the same account tell, for these accounts."""
    marks = named[["account", "host", "shape", "address"]].drop_duplicates().astype(str)
    used: dict[str, list[tuple[tuple[str, str], str]]] = defaultdict(list)
    for account, host, shape, address in marks.itertuples(index=False, name=None):
        if account in accounts:
            used[account].append(((host, shape), address))
    return {
        (account, spot): place
        for account, hosted in used.items()
        for spot, place in places(hosted).items()
    }


def by_people(spots: pd.Series, recipients: pd.Series) -> dict[str, str]:
    """{place: the place that it is one with}, where all that comes from both writes to the same
    people as much: a second line, or a pool of addresses."""
    found = {spot: spot for spot in spots.unique()}
    counts = spots[recipients != ""].value_counts()
    told = sorted(counts[counts >= MIN_PLACE].index, key=lambda spot: (-counts[spot], spot))
    if not 2 <= len(told) <= MOST_PLACES:
        return found
    people = {spot: people_of(recipients[spots == spot]) for spot in told}
    homes: list[str] = []
    for spot in told:
        own = people[spot]
        home = next((each for each in homes if alike(people[each], own) >= SAME_PEOPLE), spot)
        found[spot] = home
        if home == spot:
            homes.append(spot)
        else:
            people[home] += own
    return found


def people_of(recipients: Iterable[str]) -> Counter[str]:
    return Counter(each for who in recipients if who for each in who.split("."))


def part_cell(cell: pd.DataFrame, *, is_named: bool) -> pd.Series:
    """`is_named`: by a host that nothing else is called by; then who shares it parts nothing."""
    people = [tuple(who.split(".")) for who in cell["recipients"]]
    found = clocks(cell, people)
    if found is None and is_named:
        found = [""] * len(cell)
    if found is None:
        ways = [AUTH.get(each) for each in cell["auth_method"]]
        numbers = part_by_sittings(seconds_of(cell), people, ways, cell["size"].tolist())
        found = [""] * len(cell) if numbers is None else named(numbers, people)
    return pd.Series(found, index=cell.index, dtype=object)


AUTH = {"oauth": True, "basic": False}


def named(numbers: Sequence[int], people: Sequence[tuple[str, ...]]) -> list[str]:
    """A name for each part, by the person whom it writes to most and the others least."""
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    for number, who in zip(numbers, people, strict=True):
        counts[number].update(who)
    total: Counter[str] = Counter()
    for each in counts.values():
        total.update(each)
    taken: dict[int, str] = {}
    for number in sorted(counts, key=lambda each: (-counts[each].total(), each)):
        own = counts[number]
        ranked = sorted(own, key=lambda name: (total[name] - 2 * own[name], name))
        free = [name for name in ranked if f"to {name}" not in taken.values()]
        taken[number] = f"to {free[0] if free else number}"
    return [taken[number] for number in numbers]


@dataclass
class Stay:
    """A part at one place."""

    first: pd.Timestamp
    last: pd.Timestamp
    place: str
    part: str
    people: Counter[str]
    index: pd.Index

    def goes_on_from(self, other: Stay) -> bool:
        """The same people were written to from another place until then."""
        return (
            self.place != other.place
            and self.first > other.last - OVERLAP
            and bool(self.part or other.part)
            and alike(self.people, other.people) >= SAME_PEOPLE
        )


def follow_moves(rows: pd.DataFrame, parts: pd.Series) -> pd.Series:
    """The parts, with one name for what sent from one place first and from another later."""
    if rows["place"].nunique() < 2 or not (parts != "").any():
        return parts
    parts = parts.copy()
    latest: list[Stay] = []
    for stay in stays(rows, parts):
        home = next((each for each in latest if stay.goes_on_from(each)), None)
        if home is not None:
            latest.remove(home)
            stay.part = home.part or stay.part
            stay.people += home.people
            parts.loc[[*home.index, *stay.index]] = stay.part
            stay.index = home.index.append(stay.index)
        latest.append(stay)
    return parts


def stays(rows: pd.DataFrame, parts: pd.Series) -> list[Stay]:
    """In the order in which they began."""
    found = []
    for (place, part), mine in rows.groupby([rows["place"], parts], sort=True):
        people = people_of(mine["recipients"])
        at = mine["at"]
        found.append(Stay(at.min(), at.max(), str(place), str(part), people, mine.index))
    return sorted(found, key=lambda stay: (stay.first, stay.place, stay.part))
