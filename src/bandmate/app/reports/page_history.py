"""What the coach page is given of earlier sessions (`web.history.History`)."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from bandmate.app.library import Library
from bandmate.app.reports.archive import PAGE_N, Archive, local_time
from bandmate.app.reports.export import zipped
from bandmate.app.reports.report import content_security_policy, report
from bandmate.app.reports.sessions import Session
from bandmate.app.reports.trends import trends
from bandmate.errors import UsageError

_LISTED: Final = (
    "id",
    "kind",
    "day",
    "person",
    "status",
    "sets",
    "sets_done",
    "sets_planned",
    "dose_share",
    "pain",
    "over_tension",
    "stops",
)


class PageHistory:
    """Reads for the page.

    Args:
        archive: The sessions.
        library: Words, and the titles of plans.
        today: The local date.
    """

    def __init__(
        self, archive: Archive, library: Library, today: Callable[[], date] = date.today
    ) -> None:
        self._archive = archive
        self._library = library
        self._today = today

    def listed(self, person: str, before: str) -> Mapping[str, object]:
        """See `web.history.History.listed`."""
        found = self._archive.sessions(person=person, before=before, most=PAGE_N + 1)
        return {
            "sessions": [self._listed(session) for session in found[:PAGE_N]],
            "more": len(found) > PAGE_N,
            "people": self._archive.people.names(),
        }

    def trends(self, person: str) -> Mapping[str, object]:
        """See `web.history.History.trends`."""
        entries = self._archive.people.sessions(person)
        return trends(self._library, person, entries, self._today())

    def report(self, session: str) -> tuple[str, str]:
        """See `web.history.History.report`."""
        kept = self._archive.keep_of(self._archive.find(session))
        return report(kept.results, kept.readings, self._library), content_security_policy()

    def tables(self, session: str) -> bytes:
        """See `web.history.History.tables`."""
        return zipped(self._archive.keep_of(self._archive.find(session)))

    def _listed(self, session: Session) -> dict[str, object]:
        time = f"{local_time(session.begun_ns):%H:%M}"
        told = {name: getattr(session, name) for name in _LISTED}
        return {**told, "time": time, "title": self._title(session)}

    def _title(self, session: Session) -> str:
        if session.kind == "free":
            return self._library.page["sessions"]["free"]
        try:
            return self._library.find(session.plan, session.person).title
        except UsageError:
            return session.plan
