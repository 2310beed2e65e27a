"""Results in the words of a language: numbers, times, names, sentences. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bandmate.app.library import Library
from bandmate.app.reports.findings import (
    OverTension,
    Place,
    SideBySide,
    Stop,
    longest_s,
    total_s,
)
from bandmate.app.reports.results import Results
from bandmate.app.reports.work import Work
from bandmate.catalog.catalogue import load_catalogue
from bandmate.domain.zones import Zone
from bandmate.engine.review import MARKED_PCT
from bandmate.errors import UsageError

DASH: Final = "\N{EN DASH}"
"""Not available."""
_MOST_TIMES: Final = 1

LocalTime = Callable[[int], datetime]


@dataclass(frozen=True, slots=True)
class Wording:
    """Says what results come to.

    Args:
        library: Words, and the titles of plans.
        results: Of which session.
        local: The local time of a moment.
    """

    library: Library
    results: Results
    local: LocalTime

    def put(self, line: str, **values: object) -> str:
        """A line of the section `[report]`, with values put in."""
        return self.library.page["report"][line].format(**values)

    def number(self, value: float | None, digits: int = 0) -> str:
        """A number as the language writes it."""
        if value is None:
            return DASH
        return f"{value:.{digits}f}".replace(".", self.library.page["report"]["decimal"])

    def short(self, value: float) -> str:
        """A number with no more digits than it needs, one at most."""
        return self.number(value, 0 if abs(value - round(value)) < 0.05 else 1)

    def percent(self, share: float | None, digits: int = 0) -> str:
        """A share as percent."""
        return DASH if share is None else f"{self.number(100 * share, digits)} %"

    def clock(self, t_s: float) -> str:
        """The local time of a moment of the session clock, with its seconds."""
        return f"{self.local(self.results.base_ns + round(t_s * 1e9)):%H:%M:%S}"

    def title(self, slug: str, told: str = "") -> str:
        """What an exercise is called; `told`: where the catalogue does not know it any more."""
        try:
            return self.library.words.exercise(load_catalogue().find(slug)).title
        except UsageError:
            return told or slug

    def named(self, work: Work) -> str:
        """An exercise and its side."""
        return _joined((self.title(work.exercise, work.title), self.side(work.side)))

    def plan(self) -> str:
        """What the plan is called, or that there was none."""
        session = self.results.session
        if session.kind == "free":
            return self.put("free")
        try:
            return self.library.find(session.plan, session.person).title
        except UsageError:
            return session.plan

    def when(self) -> str:
        """From when to when, local."""
        results = self.results
        begun = self.local(results.base_ns + round(results.from_s * 1e9))
        ended = self.local(results.base_ns + round(results.to_s * 1e9))
        return f"{begun:%Y-%m-%d, %H:%M} {self.put('to')} {ended:%H:%M}"

    def side(self, side: str) -> str:
        """Left or right; nothing where sides mean nothing."""
        return self.put(side) if side else ""

    def heading(self) -> str:
        """When it was, by which plan, whose it was and how it ended."""
        session = self.results.session
        parts = [self.when(), self.plan()]
        if session.kind == "guided":
            status = self.put(f"status_{session.status}")
            parts += [f"{self.put('person')} {session.person}", status]
        return _joined(parts, " · ")

    def dose(self) -> tuple[str, str]:
        """How much of what was planned was done, and of how many sets."""
        results = self.results
        session = results.session
        if session.sets_planned is None:
            return self.percent(results.dose_share), ""
        sets = self.put("dose_sets", done=session.sets_done, planned=session.sets_planned)
        return self.percent(results.dose_share), sets

    def pain(self) -> tuple[str, str]:
        """Pain before and after, and the change where it is large enough to be told."""
        before, after = self.results.session.pain
        if before is None:
            return self.put("not_told"), ""
        text = f"{before}, {self.put('then')} {self.put('not_told') if after is None else after}"
        change = self.results.pain_change
        if after is None or before == after:
            return text, ""
        if change is None:
            return text, self.put("pain_small")
        return text, self.put("pain_change", points=f"{change:+d}".replace("-", "\N{MINUS SIGN}"))

    def distal(self) -> str:
        """How far down it was felt, before and after."""
        levels = self.library.page["distal"]
        before, after = self.results.session.distal
        told = [
            self.put("not_told") if level is None else levels[str(level)]
            for level in (before, after)
        ]
        return told[0] if before is None else f", {self.put('then')} ".join(told)

    def credit(self, work: Work) -> str:
        """What was done of what was asked for, uncapped."""
        if work.kind is None:
            return DASH
        return self.put(
            f"kind_{work.kind}",
            credited=self.short(work.credited),
            target=self.short(work.target),
        )

    def grades(self, work: Work) -> str:
        """Movements by grade; a set of holds has none."""
        return " / ".join(map(str, work.grades.values())) if work.movements else DASH

    def cycle(self, work: Work) -> str:
        """Median length of a movement, and the spread."""
        if work.cycle_s is None:
            return DASH
        spread = work.cycle_cv_pct
        more = "" if spread is None else f" ± {self.number(spread)} %"
        return f"{self.number(work.cycle_s, 1)} s{more}"

    def holds(self, work: Work) -> str:
        """Holds, their seconds (in zone, where there is one), and their sags."""
        if not work.holds:
            return DASH
        line, seconds = "hold", work.hold_in_zone_s
        if seconds is None:
            line, seconds = "hold_no_zone", work.hold_s
        text = self.put(line, count=work.holds, seconds=self.number(seconds))
        return f"{text}, {self.put('sags', count=work.sags)}" if work.sags else text

    def unit(self, work: Work) -> str:
        """Of the level that was seen."""
        return "°" if work.quantity == "angle" else "N"

    def over(self) -> tuple[str, str]:
        """How often the pull was over its limit, and for how long."""
        found = self.results.over_tension
        if not found:
            return self.put("over_none"), ""
        times = "over_once" if len(found) == _MOST_TIMES else "over_times"
        return self.put(times, count=len(found)), self._over_length(found)

    def _over_length(self, found: Sequence[OverTension]) -> str:
        """For how long; at least so long where nothing tells the end of one of them."""
        longest = longest_s(found)
        if longest is None:
            return self.put("unknown_end")
        is_least = any(one.duration_s is None for one in found)
        return self.put(
            "over_length_least" if is_least else "over_length",
            total=self.number(total_s(found), 1),
            longest=self.number(longest, 1),
        )

    def over_count(self, work: Work) -> str:
        """How often the pull was over its limit; nothing where no zone was watched."""
        is_told = work.over_tension or work.has_zone or work.zone_s
        return str(work.over_tension) if is_told else DASH

    def place(self, place: Place) -> str:
        """In which set; between sets where in none."""
        if not place.exercise:
            return self.put("between_sets")
        number = self.put("set", number=place.set_number) if place.set_number else ""
        return _joined((self.title(place.exercise), self.side(place.side), number))

    def over_row(self, one: OverTension) -> Sequence[str]:
        """One time that the pull was over its limit, as a row."""
        length = (
            self.put("unknown_end")
            if one.duration_s is None
            else f"{self.number(one.duration_s, 1)} s"
        )
        return (
            self.clock(one.t_s),
            self.place(one.place),
            DASH if one.rep is None else str(one.rep),
            self.put(f"code_{one.code}"),
            f"{self.number(one.limit_n)} N",
            f"{self.number(one.peak_n, 1)} N",
            length,
        )

    def stop(self, one: Stop) -> str:
        """A stop: where, after which movement, and at which pull."""
        kind = self.put("tingle" if one.kind == "tingle" else "pain_stop")
        where = self.place(one.place)
        more = [
            "" if one.pain is None else self.put("pain_of", points=one.pain),
            "" if one.rep is None else self.put("at_rep", rep=one.rep),
            self.put("pull_unknown")
            if one.force_n is None
            else self.put("pull_then", force=self.number(one.force_n)),
        ]
        text = self.put("stop_at", kind=kind, at=self.clock(one.t_s), where=where)
        return _joined((text, *more), ", ")

    def sides(self, one: SideBySide) -> str:
        """How left and right compare; marked only where it was so often, and large enough."""
        title, pct = self.title(one.exercise), self.number(one.asymmetry_pct)
        line = "side_even" if one.word == "even" else f"side_less_{one.weaker}"
        counts = self.put("side_n", left=one.n_left, right=one.n_right)
        is_marked = one.word == "marked" and one.asymmetry_pct > MARKED_PCT
        often = self.put("side_marked") if is_marked else ""
        return _joined((self.put(line, title=title, pct=pct), counts, often), ", ")

    def quality(self) -> str:
        """How far the data can be relied on: what is always told, and the rest where it was."""
        found = self.results.quality
        counts = {name: self.short(value) for name, value in found.counts.items()}
        raw = found.counts
        parts = [
            self.put("quality_samples", **counts),
            self.put("quality_lost", **counts),
            self.put("quality_saturated", **counts),
            self.put("quality_drift", count=found.drift),
            self.put("quality_tares", count=found.tares),
        ]
        if found.timed_share is not None:
            parts.append(self.put("quality_timed", share=self.number(100 * found.timed_share)))
        if any(raw[name] for name in ("nan", "duplicate", "late", "malformed")):
            parts.append(self.put("quality_other", **counts))
        if found.signal_lost:
            parts.append(self.put("quality_signal", count=found.signal_lost))
        if found.tares_refused:
            parts.append(self.put("quality_refused", count=found.tares_refused))
        return " · ".join(parts)

    def zone_names(self) -> dict[Zone, str]:
        """What zones are called."""
        words = self.library.page["zones"]
        return {zone: words[zone] for zone in Zone}


def _joined(parts: Iterable[str], by: str = " ") -> str:
    return by.join(part for part in parts if part)
