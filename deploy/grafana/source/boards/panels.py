"""Panels with everything set that Grafana's models ask for."""

from collections.abc import Mapping
from typing import Protocol, Self, TypeVar

from grafana_foundation_sdk.builders import (
    bargauge,
    common,
    stat,
    statetimeline,
    table,
    timeseries,
)
from grafana_foundation_sdk.builders import (
    dashboard as build,
)
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.cog.variants import Dataquery
from grafana_foundation_sdk.models import common as kinds
from grafana_foundation_sdk.models import dashboard

from boards.influxql import SOURCE, Target
from boards.look import BELOW, HIGH, TEXT, colour, props, words


class _Panel(Protocol):
    """What every builder of a panel can be told."""

    def title(self, title: str) -> Self: ...
    def description(self, description: str) -> Self: ...
    def datasource(self, datasource: dashboard.DataSourceRef) -> Self: ...
    def targets(self, targets: list[Builder[Dataquery]]) -> Self: ...
    def unit(self, unit: str) -> Self: ...
    def no_value(self, no_value: str) -> Self: ...
    def color_scheme(self, color: Builder[dashboard.FieldColor]) -> Self: ...
    def transparent(self, transparent: bool) -> Self: ...  # noqa: FBT001 - the SDK's form


P = TypeVar("P", bound=_Panel)


def stat_of(
    title: str, about: str, unit: str, *queries: Target, empty: str, calc: str = "lastNotNull"
) -> stat.Panel:
    """One number or word a band, coloured by its thresholds or mappings."""
    panel = (
        stat.Panel()
        .reduce_options(common.ReduceDataOptions().values(values=False).calcs([calc]).fields(""))
        .graph_mode(kinds.BigValueGraphMode.NONE)
        .color_mode(kinds.BigValueColorMode.VALUE)
        .justify_mode(kinds.BigValueJustifyMode.AUTO)
        .text_mode(kinds.BigValueTextMode.VALUE_AND_NAME)
        .orientation(kinds.VizOrientation.AUTO)
        .wide_layout(wide_layout=True)
        .show_percent_change(show_percent_change=False)
        .percent_change_color_mode(kinds.PercentChangeColorMode.STANDARD)
    )
    by_threshold = dashboard.FieldColorModeId.THRESHOLDS
    return _told(panel, title, about, unit, *queries, empty=empty).color_scheme(
        build.FieldColor().mode(by_threshold)
    )


def word_of(title: str, about: str, *queries: Target, empty: str) -> stat.Panel:
    """One text a band: none of a stat's values else, and thresholds do not colour it."""
    any_field = common.ReduceDataOptions().values(values=False).fields("/^(?!Time$)/")
    return (
        stat_of(title, about, "none", *queries, empty=empty)
        .reduce_options(any_field.calcs(["lastNotNull"]))
        .color_scheme(fixed(TEXT))
    )


def fixed(code: str) -> build.FieldColor:
    """One colour for all values."""
    return build.FieldColor().mode(dashboard.FieldColorModeId.FIXED).fixed_color(code)


def curves(title: str, about: str, unit: str, *queries: Target, empty: str) -> timeseries.Panel:
    """Curves over time; a gap in the data is a gap in the curve."""
    panel = (
        timeseries.Panel()
        .legend(_legend())
        .tooltip(_tooltip())
        .draw_style(kinds.GraphDrawStyle.LINE)
        .line_interpolation(kinds.LineInterpolation.LINEAR)
        .line_width(2)
        .fill_opacity(0)
        .show_points(kinds.VisibilityMode.AUTO)
        .point_size(5)
        .span_nulls(span_nulls=False)
        .thresholds_style(
            common.GraphThresholdsStyleConfig().mode(kinds.GraphThresholdsStyleMode.OFF)
        )
    )
    return _told(panel, title, about, unit, *queries, empty=empty).color_scheme(
        build.FieldColor().mode(dashboard.FieldColorModeId.PALETTE_CLASSIC_BY_NAME)
    )


def points(title: str, about: str, unit: str, *queries: Target, empty: str) -> timeseries.Panel:
    """Single things that happened: a point each, joined by a thin line."""
    return (
        curves(title, about, unit, *queries, empty=empty)
        .show_points(kinds.VisibilityMode.ALWAYS)
        .point_size(8)
        .line_width(1)
        .span_nulls(span_nulls=True)
    )


def bars(title: str, about: str, unit: str, *queries: Target, empty: str) -> timeseries.Panel:
    """A bar for every span of time, one on top of the other."""
    return (
        curves(title, about, unit, *queries, empty=empty)
        .draw_style(kinds.GraphDrawStyle.BARS)
        .fill_opacity(70)
        .line_width(1)
        .show_points(kinds.VisibilityMode.NEVER)
        .stacking(common.StackingConfig().mode(kinds.StackingMode.NORMAL).group("A"))
        .axis_soft_min(0)
    )


def timeline(
    title: str, about: str, *queries: Target, says: list[dashboard.ValueMapping], empty: str
) -> statetimeline.Panel:
    """What held when, a row a band, in colours and words."""
    panel = (
        statetimeline.Panel()
        .show_value(kinds.VisibilityMode.NEVER)
        .row_height(0.85)
        .merge_values(merge_values=True)
        .align_value(kinds.TimelineValueAlignment.LEFT)
        .legend(_legend())
        .tooltip(_tooltip())
        .line_width(0)
        .fill_opacity(90)
        .mappings(says)
    )
    return _told(panel, title, about, "none", *queries, empty=empty).color_scheme(fixed(TEXT))


def lengths(title: str, about: str, unit: str, *queries: Target, empty: str) -> bargauge.Panel:
    """A lying bar for every column or tag."""
    panel = (
        bargauge.Panel()
        .reduce_options(common.ReduceDataOptions().values(values=False).calcs(["sum"]).fields(""))
        .display_mode(kinds.BarGaugeDisplayMode.BASIC)
        .value_mode(kinds.BarGaugeValueMode.TEXT)
        .name_placement(kinds.BarGaugeNamePlacement.LEFT)
        .show_unfilled(show_unfilled=False)
        .sizing(kinds.BarGaugeSizing.AUTO)
        .min_viz_width(8)
        .min_viz_height(14)
        .max_viz_height(40)
        .orientation(kinds.VizOrientation.HORIZONTAL)
        .legend(_legend(shown=False))
        .text(common.VizTextDisplayOptions().title_size(13).value_size(14))
        .min(0)
    )
    return _told(panel, title, about, unit, *queries, empty=empty).color_scheme(fixed(TEXT))


def rows(title: str, about: str, *queries: Target, empty: str) -> table.Panel:
    """A table."""
    panel = (
        table.Panel()
        .show_header(show_header=True)
        .cell_height(kinds.TableCellHeight.SM)
        .footer(
            common.TableFooterOptions()
            .show(show=False)
            .reducer(["sum"])
            .count_rows(count_rows=False)
        )
        .align(kinds.FieldTextAlignment.AUTO)
        .cell_options(kinds.TableAutoCellOptions())
        .min_width(60)
        # What is said of an empty table is not to stand in every empty cell.
        .override_by_regexp("/.*/", props(noValue="-"))
        .override_by_name("exercise", props(custom__width=200))
        .override_by_name(
            "Time", props(displayName="time", unit="dateTimeAsIso", custom__width=160)
        )
    )
    return _told(panel, title, about, "none", *queries, empty=empty)


def column(
    panel: table.Panel,
    name: str,
    *,
    shown: str = "",
    unit: str = "",
    decimals: int | None = None,
    says: Mapping[str, tuple[str, str]] | None = None,
    filled: bool = False,
    width: int | None = None,
) -> table.Panel:
    """How a column of a table is shown."""
    given: dict[str, object] = {}
    if shown:
        given["displayName"] = shown
    if unit:
        given["unit"] = unit
    if decimals is not None:
        given["decimals"] = decimals
    if says is not None:
        given["mappings"] = [words(dict(says))]
        filling = {"type": "color-background", "mode": "basic"}
        given["custom__cellOptions"] = filling if filled else {"type": "color-text"}
    if width is not None:
        given["custom__width"] = width
    return panel.override_by_name(name, props(**given))


def timeless(panel: table.Panel) -> table.Panel:
    """Without the time of a sum or of a last word, which is only where the span begins."""
    return panel.override_by_name("Time", props(custom__hidden=True))


def curve_of(
    panel: timeseries.Panel, name: str, code: str, shown: str = "", **more: object
) -> timeseries.Panel:
    """How one curve is drawn."""
    named = {"displayName": shown} if shown else {}
    return panel.override_by_name(name, props(color=colour(code), **named, **more))


def sided(panel: timeseries.Panel) -> timeseries.Panel:
    """Left and right in the colours and the form that they have on the coach page."""
    dashed = {"fill": "dash", "dash": [8, 4]}
    panel = panel.override_by_regexp("/^left/", props(color=colour(BELOW)))
    return panel.override_by_regexp("/^right/", props(color=colour(HIGH), custom__lineStyle=dashed))


def _told(panel: P, title: str, about: str, unit: str, *queries: Target, empty: str) -> P:
    """What is set on every panel alike."""
    for letter, query in zip("ABCDEFGH", queries, strict=False):
        query.ref_id = letter
    return (
        panel.title(title)
        .description(about)
        .datasource(SOURCE)
        .targets(list(queries))
        .unit(unit)
        .no_value(empty)
        .transparent(False)  # noqa: FBT003 - the SDK's form
    )


def _legend(*, shown: bool = True) -> common.VizLegendOptions:
    return (
        common.VizLegendOptions()
        .display_mode(kinds.LegendDisplayMode.LIST)
        .placement(kinds.LegendPlacement.BOTTOM)
        .show_legend(show_legend=shown)
        .calcs([])
    )


def _tooltip() -> common.VizTooltipOptions:
    return (
        common.VizTooltipOptions()
        .mode(kinds.TooltipDisplayMode.MULTI)
        .sort(kinds.SortOrder.NONE)
        .hide_zeros(hide_zeros=False)
    )
