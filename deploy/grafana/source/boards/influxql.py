"""What is asked of InfluxDB, and how the answer is to be read."""

from dataclasses import dataclass

from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.cog.variants import Dataquery
from grafana_foundation_sdk.models.dashboard import (
    AnnotationQuery,
    AnnotationTarget,
    DataSourceRef,
)

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


@dataclass
class Marks(Builder[AnnotationQuery]):
    """Marks on every curve of a dashboard, each a row of a query.

    Attributes:
        name: How they are switched on and off.
        colour: Their colour.
        text: InfluxQL.
        says: The column whose text they show.
        tags: The columns that are shown as tags.
    """

    name: str
    colour: str
    text: str
    says: str
    tags: str

    def build(self) -> AnnotationQuery:
        """The marks themselves."""
        return _Marked(
            {
                "refId": "Marks",
                "query": self.text,
                "queryType": "tags",
                "rawQuery": True,
                "resultFormat": "table",
                "fromAnnotations": True,
                "name": self.name,
                "textColumn": self.says,
                "tagsColumn": self.tags,
                "titleColumn": "",
                "timeEndColumn": "",
            },
            self.name,
            self.colour,
        )


class _Marked(AnnotationQuery):
    """Marks with a target of InfluxDB's plugin, of which the SDK has no model."""

    def __init__(self, query: dict[str, object], name: str, colour: str) -> None:
        super().__init__(name=name, datasource=SOURCE, icon_color=colour, built_in=None)
        self._query = query

    def to_json(self) -> dict[str, object]:
        of_every_target = AnnotationTarget(limit=100).to_json()
        return {**super().to_json(), "target": {**of_every_target, **self._query}}
