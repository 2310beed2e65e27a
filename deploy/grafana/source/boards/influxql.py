"""What is asked of InfluxDB, and how the answer is to be read."""

from dataclasses import dataclass

from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.cog.variants import Dataquery
from grafana_foundation_sdk.models.dashboard import AnnotationQuery, DataSourceRef

SOURCE = DataSourceRef(type_val="influxdb", uid="${datasource}")

IN_RANGE = "$timeFilter"
SITE = '"site" =~ /^${site:regex}$/'
BAND = '"band" =~ /^${band:regex}$/'
EXERCISE = '"exercise" =~ /^${exercise:regex}$/'
PERSON = '"person" =~ /^${person:regex}$/'
GUIDED = "\"kind\" = 'guided'"

WEEK = "time(1w, 4d)"
"""Weeks that begin on a Monday; the epoch was a Thursday."""


def ask(what: str, measurement: str, *where: str, by: str = "", then: str = "") -> str:
    """A query; every one has a time range of its own in `where`.

    Args:
        what: Its columns.
        measurement: Where from.
        where: All of which must hold.
        by: What it is grouped by.
        then: What comes behind, such as an order.
    """
    text = f'SELECT {what} FROM "{measurement}" WHERE {" AND ".join(where)}'  # noqa: S608 - ours
    return " ".join([text, *([f"GROUP BY {by}"] if by else []), *([then] if then else [])])


@dataclass
class Query(Dataquery):
    """A query as Grafana's InfluxDB plugin keeps it, of which the SDK has no model."""

    ref_id: str
    text: str
    result_format: str
    alias: str

    def to_json(self) -> dict[str, object]:
        """As it stands in a dashboard."""
        return {
            "refId": self.ref_id,
            "datasource": SOURCE,
            "rawQuery": True,
            "query": self.text,
            "resultFormat": self.result_format,
            **({"alias": self.alias} if self.alias else {}),
        }


@dataclass
class Target(Builder[Dataquery]):
    """A query of a panel; its letter is given to it by its place.

    Attributes:
        text: InfluxQL.
        alias: How a curve is named: `$col` is the column, `$tag_band` the tag `band`.
        as_table: Whether the answer is a table and not curves.
    """

    text: str
    alias: str = ""
    as_table: bool = False
    ref_id: str = "A"

    def build(self) -> Query:
        """The query itself."""
        return Query(
            self.ref_id, self.text, "table" if self.as_table else "time_series", self.alias
        )


class Marks(AnnotationQuery):
    """Marks on every curve of a dashboard, each a row of a query.

    Args:
        name: How they are switched on and off.
        colour: Their colour.
        text: InfluxQL.
        says: The column whose text they show.
        tags: The columns that are shown as tags.
    """

    def __init__(self, name: str, colour: str, text: str, says: str, tags: str) -> None:
        super().__init__(name=name, datasource=SOURCE, icon_color=colour, built_in=None)
        self._query = {
            "refId": "Marks",
            "query": text,
            "queryType": "tags",
            "rawQuery": True,
            "resultFormat": "table",
            "fromAnnotations": True,
            "name": name,
            "textColumn": says,
            "tagsColumn": tags,
            "titleColumn": "",
            "timeEndColumn": "",
            # What Grafana's own model asks of every target of marks.
            "limit": 100,
            "matchAny": False,
            "tags": [],
            "type": "",
        }

    def to_json(self) -> dict[str, object]:
        """As it stands in a dashboard."""
        return {**super().to_json(), "target": self._query}

    def build(self) -> AnnotationQuery:
        """It is built already."""
        return self
