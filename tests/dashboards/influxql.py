"""What Grafana makes of an InfluxQL query before it sends it, and which InfluxQL all servers know.

Pure. The rules are those of Grafana's own documentation (variable syntax, format options, global
variables) and of its InfluxDB data source, version 11: the page puts variables in, then the server
puts in `$timeFilter` and `$__interval`.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

Value = str | Sequence[str]
"""What is chosen of a variable: one, or several of one that takes several."""

_VARIABLE = re.compile(r"\$\{(\w+)(?::(\w+))?\}|\[\[(\w+)(?::(\w+))?\]\]|\$(\w+)")
_SPECIAL_IN_REGEX = re.compile(r"[\\^$*+?.()|\[\]{}/]")

_S, _M, _H, _D = 1000, 60_000, 3_600_000, 86_400_000
_INTERVALS_MS: Final = (
    *((10, 1), (15, 10), (35, 20), (75, 50), (150, 100), (350, 200), (750, 500)),
    *((1500, _S), (3500, 2 * _S), (7500, 5 * _S), (12_500, 10 * _S)),
    *((17_500, 15 * _S), (25_000, 20 * _S), (45_000, 30 * _S), (90_000, _M), (210_000, 2 * _M)),
    *((450_000, 5 * _M), (750_000, 10 * _M), (1_050_000, 15 * _M), (1_500_000, 20 * _M)),
    *((2_700_000, 30 * _M), (5_400_000, _H), (9_000_000, 2 * _H), (16_200_000, 3 * _H)),
    *((32_400_000, 6 * _H), (_D, 12 * _H), (7 * _D, _D), (21 * _D, 7 * _D)),
)
"""Up to which width of a point (not included) which interval is taken."""
_LONGEST_MS: Final = 30 * _D
_UNITS: Final = (("d", _D), ("h", _H), ("m", _M), ("s", _S), ("ms", 1))
_DURATION = re.compile(r"(\d+)(ms|[smhdw])")


def expand(
    text: str, variables: Mapping[str, Value], *, from_ms: int, to_ms: int, interval_ms: int
) -> str:
    """The query as the database gets it.

    Args:
        text: With `${name:format}`, `${name}`, `[[name]]`, `$name`, `$timeFilter`, `$interval`,
            `$__interval`, `$__interval_ms`; unknown names stay as they are.
        variables: What is chosen; of "All" every value there is.
        from_ms: The dashboard's time range, UTC.
        to_ms: Its end.
        interval_ms: See `interval_ms`.

    Raises:
        ValueError: A format that is not known here.
    """

    def chosen(found: re.Match[str]) -> str:
        name = found[1] or found[3] or found[5]
        value = variables.get(name)
        return found[0] if value is None else _formatted(value, found[2] or found[4] or "")

    written = _VARIABLE.sub(chosen, text)
    interval = duration(interval_ms)
    written = written.replace("$timeFilter", f"time >= {from_ms}ms and time <= {to_ms}ms")
    written = written.replace("$interval", interval)
    return written.replace("$__interval_ms", str(interval_ms)).replace("$__interval", interval)


def pinned(text: str, now_ms: int) -> str:
    """The same query asked at another moment: Grafana leaves `now()` to the database."""
    return text.replace("now()", f"{now_ms}ms")


def interval_ms(from_ms: int, to_ms: int, points: int, least_ms: int = 1) -> int:
    """`$__interval`: how far points lie apart.

    Args:
        from_ms: The time range.
        to_ms: Its end.
        points: The most that are drawn: the panel's own maximum, or its width in pixels.
        least_ms: The panel's or the data source's least interval.
    """
    width_ms = (to_ms - from_ms) / points
    at = bisect_right([limit for limit, _ in _INTERVALS_MS], width_ms)
    rounded_ms = _INTERVALS_MS[at][1] if at < len(_INTERVALS_MS) else _LONGEST_MS
    return max(rounded_ms, least_ms)


def duration(length_ms: int) -> str:
    """A length in the largest unit of which it holds a whole one, such as `5s`."""
    unit, unit_ms = next((unit, ms) for unit, ms in _UNITS if length_ms >= ms)
    return f"{length_ms // unit_ms}{unit}"


def length_ms(text: str) -> int:
    """The length that `duration` writes; `>5s` and `now-5s` are 5 s, too."""
    found = _DURATION.search(text)
    if found is None:
        raise ValueError(f"no duration: {text!r}")
    return int(found[1]) * {"w": 7 * _D, **dict(_UNITS)}[found[2]]


def _formatted(value: Value, form: str) -> str:
    match form:
        case "regex":
            return _as_regex(value)
        case "":  # the data source's own: several are always an expression
            return value if isinstance(value, str) else _as_regex(value)
        case "raw":
            return value if isinstance(value, str) else ",".join(value)
        case _:
            raise ValueError(f"unknown format {form!r}")


def _as_regex(value: Value) -> str:
    values = [value] if isinstance(value, str) else value
    escaped = [_SPECIAL_IN_REGEX.sub(r"\\\g<0>", one) for one in values]
    return escaped[0] if len(escaped) == 1 else f"({'|'.join(escaped)})"


FUNCTIONS: Final = frozenset("mean min max count sum last first percentile distinct".split())
"""Known to versions 1, 2 and 3 alike, as far as that could be looked up."""
_OTHERS: Final = frozenset({"time", "fill", "now"})
_WORDS: Final = frozenset(
    "select from where group by order asc desc limit and or as show tag values with key distinct "
    "time null none previous linear true false".split()
)
_TOKEN = re.compile(
    r"""(?P<quoted>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
    r"""|(?P<regex>(?<=~)\s*/(?:[^/\\]|\\.)*/)"""
    r"""|(?P<number>\d[\w.]*)"""
    r"""|(?P<macro>\$\w+|\$\{[^}]*\}|\[\[[^\]]*\]\])"""
    r"""|(?P<word>[A-Za-z_]\w*)(?P<call>\s*\()?"""
)


def faults(text: str) -> list[str]:
    """What in a query not every server knows, or reads the same.

    Args:
        text: Before it is expanded.
    """
    return list(_faults(text))


def _faults(text: str) -> Iterator[str]:
    if "$timeFilter" not in text and not re.search(r"\btime\s*>", text):
        yield "it has no time range"
    for token in _TOKEN.finditer(text):
        word = token["word"]
        if word is None:
            continue
        if token["call"] and word.lower() not in FUNCTIONS | _OTHERS | _WORDS:
            yield f"the function {word}() is not known to all"
        elif not token["call"] and word.lower() not in _WORDS:
            yield f"{word} is no word of it; names stand in double quotes"
