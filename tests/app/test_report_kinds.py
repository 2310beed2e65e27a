"""The report of sessions of every kind: timed, of a limb, without a zone, refused, stopped."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import TypeGuard

import pytest

from app.kept import KeptHost, a_session, free_sets, keep, pulls
from bandmate.app.library import Library
from bandmate.app.reports.archive import Archive
from bandmate.app.reports.report import report
from bandmate.catalog.page_words import load_page_words
from bandmate.catalog.texts import load_texts
from bandmate.domain.records import EventRecord, Record
from bandmate.engine.session.states import State
from engine.session_host import FINE, a_plan

FORBIDDEN = re.compile(
    r"\b(safe|correct|normal|healthy|treats?|relieves?|decompress\w*|prevents?|heals?|cures?)\b",
    re.IGNORECASE,
)
VOID = {"meta", "path", "rect"}


class Sound(HTMLParser):
    """Takes note of what is open, and of what a report may not hold."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if tag == "script" or "style" in names or any(name.startswith("on") for name in names):
            self.wrong.append(f"{tag} {names}")
        if any(name in {"src", "href"} for name in names):
            self.wrong.append(f"{tag} asks for something")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        del tag, attrs

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"/{tag}")


def page(archive: Archive, language: str = "en") -> str:
    kept = archive.keep_of(archive.find(""))
    library = Library(words=load_texts(language), page=load_page_words(language))
    text = report(kept.results, kept.readings, library)
    sound = Sound()
    sound.feed(text)
    assert (sound.wrong, sound.open) == ([], [])
    assert "None" not in text
    shown = re.sub(r"<style>.*?</style>", "", text, flags=re.DOTALL)
    assert FORBIDDEN.findall(shown) == []
    return shown


def cells(text: str) -> list[str]:
    return [re.sub(r"\s+", " ", cell) for cell in re.findall(r"<t[dh][^>]*>([^<]*)</t[dh]>", text)]


@pytest.mark.parametrize("language", ["en", "de"])
def test_over_tension_is_never_left_out(tmp_path: Path, language: str):
    records = a_session(shown={(9.0, 12.0): 41.0, (20.0, 20.3): 130.0}).records()
    text = page(keep(tmp_path, records), language)
    over = {"en": ["limit", "ceiling"], "de": ["Grenze", "Obergrenze"]}[language]
    told = [one.body["code"] for one in records if _is_over(one)]
    assert [cell for cell in cells(text) if cell in over] == [
        over[code == "tension_ceiling"] for code in told
    ]
    assert len(told) >= 2
    assert ("41,0 N" if language == "de" else "41.0 N") in text


def _is_over(record: Record) -> TypeGuard[EventRecord]:
    return (
        isinstance(record, EventRecord)
        and record.name == "alert_raised"
        and record.body["code"] in {"tension_limit", "tension_ceiling"}
    )


def test_what_was_timed_is_never_told_as_measured(tmp_path: Path):
    text = page(keep(tmp_path, a_session("glute_bridge", bands="").records()))
    assert "timed, not measured: 100 %" in text
    assert "timed" in "".join(cells(text))
    assert "Time in zone" not in text
    assert "<dd>\N{EN DASH}" in text


def test_a_limb_is_told_in_degrees(tmp_path: Path):
    host = KeptHost(a_plan("side_lying_clamshell"), [("thigh", "angle")])
    text = page(keep(tmp_path, host.begin().end().records()))
    assert "The angle, set by set" in text
    assert any(re.fullmatch(r"\d\d °", cell) for cell in cells(text))
    assert "Time in zone" not in text


def test_free_sets_without_a_zone(tmp_path: Path):
    text = page(keep(tmp_path, free_sets(pulls(), exercise="free_reps")))
    assert "Free sets" in text
    assert "Pain" not in text
    assert 'class="line"' in text


@pytest.mark.parametrize("language", ["en", "de"])
def test_holds_without_a_zone_are_in_none(tmp_path: Path, language: str):
    def held_n(t_s: float) -> float:
        return (20.0 if 3.0 < t_s < 15.0 else 0.0) + 0.05 * math.sin(997.0 * t_s)

    records = free_sets(held_n, exercise="free_holds")
    text = page(keep(tmp_path, records), language)
    held = [cell for cell in cells(text) if re.fullmatch(r"1, \d+ s", cell)]
    assert len(held) == 2
    assert not re.search(r"in zone \d|im Bereich \d", text)


def cut_off(shown: Mapping[tuple[float, float], float]) -> Sequence[Record]:
    """The service was cut off while the pull was over its limit."""
    records = a_session(shown=shown).records()
    names = [one.name if isinstance(one, EventRecord) else "" for one in records]
    return records[: names.index("alert_cleared", names.index("alert_raised"))]


def test_over_tension_of_a_set_that_was_cut_off_is_counted(tmp_path: Path):
    text = page(keep(tmp_path, cut_off({(9.0, 12.0): 41.0})))
    rows = [row for row in text.split("<tr>") if row.startswith('<th scope="row">')]
    counts = [re.findall(r"<td>([^<]*)</td>", row)[-1] for row in rows]
    assert counts == ["1", "1"]


@pytest.mark.parametrize("language", ["en", "de"])
def test_over_tension_whose_end_nothing_tells_is_no_time_at_all(tmp_path: Path, language: str):
    archive = keep(tmp_path, cut_off({(9.0, 10.0): 41.0, (10.0, 12.0): 44.0}))
    text = page(archive, language)
    told = {"en": "end not told", "de": "nicht bekannt"}[language]
    assert f"{told}</small>" in text
    (over,) = archive.keep_of(archive.find("")).results.over_tension
    assert over.peak_n == pytest.approx(44.0, abs=0.5)


def test_what_is_known_of_over_tension_is_the_least(tmp_path: Path):
    records = a_session(shown={(9.0, 12.0): 41.0, (20.0, 20.5): 45.0}).records()
    last = [one for one in records if isinstance(one, EventRecord) and _is_over_cleared(one)][-1]
    text = page(keep(tmp_path, [one for one in records if one is not last]))
    assert re.search(r"at least 2\.9 s in all, longest at least 2\.9 s", text)


def _is_over_cleared(record: EventRecord) -> bool:
    return record.name == "alert_cleared" and record.body["code"] == "tension_limit"


def test_a_session_that_was_refused(tmp_path: Path):
    host = KeptHost(a_plan("supine_sciatic_floss"))
    host.do(host.machine.begin(0.0))
    host.do(host.machine.checked(FINE, 1.0, (), "Not today."))
    assert host.state is State.REFUSED
    text = page(keep(tmp_path, host.records()))
    assert "not begun" in text
    assert "Exercises" not in text


def test_a_stop_with_all_that_belongs_to_it(tmp_path: Path):
    records = free_sets(pulls(), command={12.5: "stop:pain"})
    text = page(keep(tmp_path, records))
    assert "pain, at " in text
    assert "Sciatic nerve floss left set 1, movement 3, pull 20 N" in text


def test_readings_that_are_gone_are_told_as_gone(tmp_path: Path):
    records = [one for one in free_sets(pulls()) if isinstance(one, EventRecord)]
    text = page(keep(tmp_path, records))
    assert "not kept any more" in text
    assert 'class="line"' not in text


def test_names_of_a_plan_are_text_and_no_markup(tmp_path: Path):
    plan = replace(a_plan("supine_sciatic_floss"), title="<b onclick=x>Mine</b>")
    archive = keep(tmp_path, a_session().records())
    kept = archive.keep_of(archive.find(""))
    text = report(kept.results, kept.readings, Library({"test": plan}))
    assert "&lt;b onclick=x&gt;Mine&lt;/b&gt;" in text
    assert "<b onclick" not in text


def test_no_reading_is_shown_where_there_was_none(tmp_path: Path):
    records = a_session(shown={(20.0, 25.0): float("nan")}).records()
    first = page(keep(tmp_path, records)).split('class="line" d="')[1].split('"')[0]
    ends = [piece.split("L")[0] for piece in first.split("M")[1:]]
    assert len(ends) == 2
