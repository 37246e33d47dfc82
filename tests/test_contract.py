"""The three-valued logic of signals and rollbacks, against its definition and by its truth table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook import contract
from drillbook.contract import Labels, Point, Series, State, Truth, Verdict
from drillbook.model import Rollback, Signal, Threshold

T0 = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SIGNAL = Signal(
    id="errors",
    fires=Threshold("gt", 0.02, hold=2 * MINUTE, min_samples=100),
    clears=Threshold("lt", 0.005, hold=3 * MINUTE, min_samples=100),
)
LABELS: Labels = (("track", "canary"),)


def points(*values: float | None, samples: float | None = 500) -> tuple[Point, ...]:
    """One evaluation a minute, the last at 03:00."""
    count = len(values)
    return tuple(
        Point(T0 - (count - 1 - index) * MINUTE, value, samples if value is not None else None)
        for index, value in enumerate(values)
    )


def says(*values: float | None, signal: Signal = SIGNAL) -> contract.Judged:
    """What a series of these values says at its end."""
    return contract.outcome(signal, [Series(LABELS, points(*values))], MINUTE).series[0]


def test_truths_follow_kleene() -> None:
    """The truth table of the documentation, printed and compared with the definition by minimum and maximum."""
    order: dict[Truth, int] = {False: 0, None: 1, True: 2}
    words = {False: "no", None: "unknown", True: "yes"}
    print(f"\n{'a':8}{'b':8}{'every':8}some")
    for a, b in product((True, None, False), repeat=2):
        every, some = contract.every((a, b)), contract.some((a, b))
        print(f"{words[a]:8}{words[b]:8}{words[every]:8}{words[some]}")
        assert order[every] == min(order[a], order[b])
        assert order[some] == max(order[a], order[b])


@given(st.lists(st.sampled_from((True, False, None)), max_size=12), st.integers(1, 5))
def test_held_is_every_of_the_last(truths: list[Truth], count: int) -> None:
    """Whatever came before the first evaluation is unknown."""
    padded: list[Truth] = [None] * (count - 1) + truths
    assert contract.held(truths, count) == [contract.every(padded[i : i + count]) for i in range(len(truths))]


@pytest.mark.parametrize(
    ("values", "state", "why"),
    [
        ((0, 0, 0, 0), State.CLEARS, ""),
        ((0.03, 0.03, 0.03), State.FIRES, ""),
        ((0, 0.03, 0.03), State.NEITHER, "on the side of fires in 2 of 3 evaluations"),
        ((0.03, 0.03, 0.03, 0.01), State.NEITHER, ""),
        ((0.03, 0.03, 0.03, 0, 0, 0), State.NEITHER, "on the side of clears in 3 of 4 evaluations"),
        ((0.03, 0, 0, 0, 0), State.CLEARS, ""),
        ((0, 0, 0, None), State.INCONCLUSIVE, "no data"),
        ((0, 0, None, 0), State.INCONCLUSIVE, "no data, at 02:59 UTC"),
        ((0.01, 0.01, 0.01, 0.01, None), State.INCONCLUSIVE, "no data"),
        ((0.03, 0.03), State.INCONCLUSIVE, ""),
        ((0, 0, 0, float("nan")), State.INCONCLUSIVE, "no data"),
    ],
)
def test_a_series_says(values: tuple[float | None, ...], state: State, why: str) -> None:
    """Fires needs three evaluations in a row here, clears four."""
    found = says(*values)
    assert (found.state, found.why) == (state, why)


@pytest.mark.parametrize(
    ("op", "bound", "inside", "not_inside"),
    [
        ("lt", 1, [0.9], [1, 1.1]),
        ("lte", 1, [0.9, 1], [1.1]),
        ("gt", 1, [1.1], [1, 0.9]),
        ("gte", 1, [1, 1.1], [0.9]),
        ("eq", 1, [1], [0.9]),
        ("ne", 1, [0.9], [1]),
        ("between", (-1, 1), [-1, 0, 1], [-1.1, 1.1]),
        ("outside", (-1, 1), [-1.1, 1.1], [-1, 0, 1]),
    ],
)
def test_comparisons(op: str, bound: float | tuple[float, float], inside: list[float], not_inside: list[float]) -> None:
    """``between`` includes both ends."""
    threshold = Threshold(op, bound)
    assert all(contract.compares(value, threshold) for value in inside)
    assert not any(contract.compares(value, threshold) for value in not_inside)


@pytest.mark.parametrize(
    ("no_data", "fires", "clears"), [("ok", False, True), ("fires", True, False), ("inconclusive", None, None)]
)
def test_no_value_follows_no_data(no_data: str, fires: Truth, clears: Truth) -> None:
    """An error is unknown whatever no_data says, and few samples do not matter where there is no value."""
    signal = Signal(id="x", fires=SIGNAL.fires, clears=SIGNAL.clears, no_data=no_data)
    nothing, error = Point(T0), Point(T0, error="the source does not answer")
    assert contract.judge(nothing, signal, "fires")[0] is fires
    assert contract.judge(nothing, signal, "clears")[0] is clears
    assert contract.judge(error, signal, "fires") == (None, "the source does not answer")
    assert contract.judge(Point(T0, 0.5, 99), signal, "fires") == (None, "too few samples: 99 of 100")


def test_absent_asks_for_no_value() -> None:
    """Whatever no_data says."""
    signal = Signal(id="x", fires=Threshold("absent"), clears=Threshold("gt", 0))
    assert contract.judge(Point(T0), signal, "fires")[0] is True
    assert contract.judge(Point(T0, 1), signal, "fires")[0] is False


def test_over_series_fires_wins_then_inconclusive_then_all_clear() -> None:
    """The order of the contract, over every pair of states."""
    plain = Signal(id="x", fires=Threshold("gt", 1), clears=Threshold("lt", 0))
    value = {State.FIRES: 2.0, State.NEITHER: 0.5, State.CLEARS: -1.0, State.INCONCLUSIVE: None}
    order = [State.CLEARS, State.NEITHER, State.INCONCLUSIVE, State.FIRES]
    for a, b in product(State, repeat=2):
        series = [Series((("n", name),), points(value[state])) for name, state in (("a", a), ("b", b))]
        assert contract.outcome(plain, series, MINUTE).state is max(a, b, key=order.index)
    assert contract.outcome(plain, [], MINUTE).state is State.INCONCLUSIVE


def test_since_when() -> None:
    """From the first evaluation at which the state was reached, or from the first that was looked at."""
    found = says(0, 0, 0, 0, 0.03, 0.03, 0.03, 0.03)
    assert (found.state, found.since, found.whole) == (State.FIRES, T0 - MINUTE, True)
    found = says(0.01, *[0.0] * 9)
    assert (found.state, found.since, found.whole) == (State.CLEARS, T0 - 5 * MINUTE, True)
    plain = Signal(id="x", fires=Threshold("gt", 1), clears=Threshold("lt", 1))
    found = says(*[0.0] * 10, signal=plain)
    assert (found.state, found.since, found.whole) == (State.CLEARS, T0 - 9 * MINUTE, False)


def test_what_began_before_one_looked_is_not_told_as_its_beginning() -> None:
    """The first evaluations are unknown only because they reach back further than anybody looked."""
    for value, state in ((0.0, State.CLEARS), (0.03, State.FIRES)):
        found = says(*[value] * 10)
        assert (found.state, found.whole) == (state, False)
    assert says(0.01, *[0.03] * 9).whole
    assert says(None, *[0.03] * 9).whole


def test_a_latched_event_goes_on_until_it_is_cleared() -> None:
    """Whatever the value does; what comes after clearing counts anew."""
    latched = Signal(id="leak", fires=Threshold("gt", 0), latched=True, cleared_by="rotate")
    seen = points(0, 1, 0, 0, 0)
    assert contract.states(latched, seen, MINUTE)[-1] is State.FIRES
    assert contract.states(latched, seen, MINUTE, cleared=T0 - 2 * MINUTE)[-1] is State.CLEARS
    assert contract.states(latched, points(0, 1, 0, 1, 0), MINUTE, cleared=T0 - 2 * MINUTE)[-1] is State.FIRES


def rollback(**changed: object) -> Rollback:
    """A rollback that is verified by two signals for ten minutes, within half an hour."""
    values: dict[str, object] = {
        "to": {},
        "when_all": False,
        "when": ("a", "b"),
        "unless": ("c",),
        "by": "incident_commander",
        "decide_within": 15 * MINUTE,
        "steps": ("back",),
        "verify": ("a", "b"),
        "hold": 10 * MINUTE,
        "give_up_after": 30 * MINUTE,
        "later": (),
        "if_unavailable": "x",
        "if_inconclusive": "x",
        "if_failed": "x",
    }
    return Rollback(**{**values, **changed})  # type: ignore[arg-type]


def test_criteria_by_their_definition() -> None:
    """Over every combination of three signals, any and all; a signal that nobody asked is unknown."""
    fires: dict[State | None, Truth] = {State.FIRES: True, State.INCONCLUSIVE: None, None: None}
    for a, b, c in product((*State, None), repeat=3):
        said = {name: state for name, state in zip("abc", (a, b, c), strict=True) if state is not None}
        x, y, z = (fires.get(each, False) for each in (a, b, c))
        stopped: Truth = None if z is None else not z
        assert contract.criteria(rollback(), said) is contract.every((contract.some((x, y)), stopped))
        assert contract.criteria(rollback(when_all=True), said) is contract.every((x, y, stopped))


def verdict(now: int, *said: tuple[int, int, State]) -> Verdict:
    """The verdict at a minute after the rollback; ``said``: from minute, to minute, what both signals say."""
    seen = [
        (T0 + minute * MINUTE, {"a": state, "b": State.CLEARS})
        for begin, end, state in said
        for minute in range(begin, end + 1)
    ]
    return contract.verified(rollback(), T0, T0 + now * MINUTE, seen)


@pytest.mark.parametrize(
    ("now", "said", "expected"),
    [
        (9, [(0, 9, State.CLEARS)], Verdict.NOT_YET),
        (10, [(0, 10, State.CLEARS)], Verdict.VERIFIED),
        (10, [(-30, 10, State.CLEARS)], Verdict.VERIFIED),
        (5, [(-30, 5, State.CLEARS)], Verdict.NOT_YET),
        (29, [(0, 29, State.FIRES)], Verdict.NOT_YET),
        (30, [(0, 30, State.FIRES)], Verdict.FAILED),
        (30, [(0, 30, State.NEITHER)], Verdict.FAILED),
        (30, [(0, 30, State.INCONCLUSIVE)], Verdict.INCONCLUSIVE),
        (30, [(0, 15, State.FIRES), (16, 30, State.CLEARS)], Verdict.VERIFIED),
        (30, [(0, 25, State.FIRES), (26, 30, State.CLEARS)], Verdict.FAILED),
        (30, [(0, 25, State.INCONCLUSIVE), (26, 30, State.CLEARS)], Verdict.INCONCLUSIVE),
        (30, [], Verdict.INCONCLUSIVE),
        (90, [(0, 12, State.CLEARS), (13, 90, State.FIRES)], Verdict.VERIFIED),
        (90, [(0, 30, State.FIRES), (31, 90, State.CLEARS)], Verdict.FAILED),
    ],
)
def test_a_rollback_is_verified(now: int, said: list[tuple[int, int, State]], expected: Verdict) -> None:
    """Ten minutes clear after the rollback and within half an hour; once verified, or given up, it stays so."""
    assert verdict(now, *said) is expected


def test_the_documentation_holds_the_truth_tables() -> None:
    """Every row of the tables in docs/checking.md is what the functions say, and no possible row is missing."""
    words: dict[Truth, str] = {True: "yes", None: "unknown", False: "no"}
    page = (Path(__file__).parent.parent / "docs/checking.md").read_text()
    rows = {line for line in page.splitlines() if line.startswith("|")}
    series = set()
    for fires, clears in product(words, repeat=2):
        for now in (False, True):
            possible = not (fires and (clears is None or now)) and not (clears and (fires is None or now))
            known = not (fires is None and clears is None and not now)
            if possible and known:
                state = contract._state(fires, clears, now)
                series.add(f"| {words[fires]} | {words[clears]} | {words[now]} | {state} |")
    both = {
        f"| {words[a]} | {words[b]} | {words[contract.every((a, b))]} | {words[contract.some((a, b))]} |"
        for a, b in ((x, y) for i, x in enumerate(words) for y in list(words)[i:])
    }
    print("\n".join(sorted(series | both)))
    shown = {row for row in rows if row.count("|") == 5 and row.split("|")[1].strip() in words.values()}
    assert shown == series | both
