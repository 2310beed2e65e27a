"""Each rule of profiles finds what it is for: one change to a good profile, one place named."""

import pytest

from bandmate.devices.conformance import check
from bandmate.devices.registry import parse_profile
from bandmate.errors import ProfileError
from devices.changing import SHIPPED, changed

PROGRESSOR, SCALE, GAUGE = "tindeq-progressor", "weiheng-wh-c06", "sig-force"
BATTERY = "sig-battery"
SKETCH = "arduino-nicla-dashboard"


@pytest.mark.parametrize(
    ("profile_id", "old", "new", "said"),
    [
        (PROGRESSOR, "rate_hz = 80.0", "rate = 80.0", "unknown field `rate`"),
        (PROGRESSOR, "rate_hz = 80.0", "rate_hz = nan", r"\$.limits.rate_hz"),
        (PROGRESSOR, "rate_hz = 80.0", "rate_hz = inf", r"\$.limits.rate_hz"),
        (PROGRESSOR, "max_n = 1470.9975", 'max_n = "150 kg"', r"\$.limits.max_n"),
        (PROGRESSOR, 'confidence = "A"', 'confidence = "D"', r"\$.device.confidence"),
        (PROGRESSOR, "7e4e1701-1ea6", "7E4E1701-1EA6", r"\$.identify.any"),
        (PROGRESSOR, "[commands]\n", "[commands]\nreboot = 1\n", "unknown field `reboot`"),
        (PROGRESSOR, 'hex = "65"', 'hex = "6"', r"\$.commands.start.steps\[0\].hex"),
        (PROGRESSOR, 'hex = "65"', 'hex = ""', r"\$.commands.start.steps\[0\].hex"),
        (GAUGE, 'type = "i32le"', 'type = "i33le"', r"\$.stream\[...\].frames"),
        (PROGRESSOR, 'error = "truncated"', 'error = "oops"', r"\$.vectors"),
    ],
)
def test_the_schema_names_the_place(profile_id: str, old: str, new: str, said: str):
    with pytest.raises(ProfileError, match=said):
        parse_profile(changed(profile_id, old, new))


@pytest.mark.parametrize(
    ("profile_id", "old", "new", "place"),
    [
        (PROGRESSOR, '{ name_prefix = "Progressor" }', "{}", "identify.any[0]"),
        (SCALE, "{ company = 0x0100, mfr", '{ name = "IF_B7", mfr', "identify.any[0]"),
        (SCALE, "any = [{ company = 0x0100", "any = [{ company = 0x0101", "stream.advert.company"),
        (SCALE, "[stream.advert]\ncompany = 0x0100", "[stream.advert]", "stream.advert.company"),
        (SCALE, 'transport = "advert"', 'transport = "gatt"', "stream.advert"),
        (GAUGE, 'transport = "gatt"', 'transport = "advert"', "stream"),
        (GAUGE, 'require = ["data"]', 'require = ["control"]', "identify.require"),
        (BATTERY, "[[stream.battery.frames]]", "[[stream.level.frames]]", "stream.level"),
        (GAUGE, 'mode = "software"', 'mode = "hardware"', "tare.mode"),
        (
            GAUGE,
            'name = "force", type = "i32le", unit = "N"',
            'name = "pull", type = "i32le"',
            "stream",
        ),
        (
            PROGRESSOR,
            'start = { steps = [{ to = "control"',
            'start = { steps = [{ to = "x"',
            "commands.start.steps[0].to",
        ),
        (PROGRESSOR, "reply = true", "reply = false", "commands.battery.reply.on"),
        (PROGRESSOR, 'name = "battery_mv"', 'name = "force"', "commands.battery.reply.field.unit"),
        (PROGRESSOR, "bits = 32", "bits = 24", "clock.bits"),
        (PROGRESSOR, 'restarts_on = "start"', 'restarts_on = "wake"', "clock.restarts_on"),
        (PROGRESSOR, '{ name = "tick", type', '{ name = "stamp", type', "clock.source"),
        (SCALE, 'name = "force", at = 10', 'name = "tick", at = 10', "clock.source"),
        (GAUGE, 'source = "host"', 'source = "device"\nunit = "us"\nbits = 32', "clock.source"),
        (PROGRESSOR, 'tag = "02"', 'tag = "03"', "stream.data.frames"),
        (PROGRESSOR, 'tag = "02"', 'tag = "020000"', "stream.data.frames[2].tag"),
        (PROGRESSOR, "length_at = 1", "length_at = 2", "stream.data.header"),
        (PROGRESSOR, "repeat = true", "repeat = true\nsize = 8", "stream.data.frames[0]"),
        (GAUGE, "size = 4", "size = 4\nmin_size = 4", "stream.data.frames[0]"),
        (GAUGE, "size = 4", "size = 6\nrepeat = true", "stream.data.frames[0].size"),
        (PROGRESSOR, "reply = true", "reply = true\nfacts = { on = 1 }", "stream.data.frames[1]"),
        (SCALE, "at = 10", "at = 2", "stream.advert.frames[0].fields[force].at"),
        (
            SCALE,
            'name = "force", at = 10',
            'name = "tick", at = 10',
            "stream.advert.frames[0].fields",
        ),
        (GAUGE, "size = 4", "size = 3", "stream.data.frames[0].fields"),
        (GAUGE, "size = 4", 'size = 4\ntag = "0102030405"', "stream.data.frames[0].tag"),
        (
            SCALE,
            "{ at = 14, mask = 0xF0",
            "{ at = 15, mask = 0xF0",
            "stream.advert.frames[0].guards",
        ),
        (
            PROGRESSOR,
            '{ name = "tick", type = "u32le" }',
            '{ name = "force", type = "u32le", unit = "N" }',
            "stream.data.frames[0].fields",
        ),
        (
            PROGRESSOR,
            '{ name = "tick", type = "u32le" }',
            '{ name = "seq", type = "u32le" }',
            "stream.data.frames[0].fields",
        ),
        (
            PROGRESSOR,
            '{ name = "tick", type = "u32le" }',
            '{ name = "tick", type = "u32be" }',
            "stream.data.frames[0].fields",
        ),
        (
            PROGRESSOR,
            '{ name = "tick", type = "u32le" }',
            '{ name = "tick", type = "u32le", at = 3 }',
            "stream.data.frames[0].fields[tick].at",
        ),
        (
            PROGRESSOR,
            '{ name = "tick", type = "u32le" }',
            '{ name = "tick", type = "i32le" }',
            "stream.data.frames[0].fields[tick].type",
        ),
        (
            BATTERY,
            'type = "u8", max = 100',
            'type = "ascii", count = 2',
            "stream.battery.frames[0].fields[battery_pct].count",
        ),
        (
            BATTERY,
            'type = "u8", max = 100',
            'type = "u8", min = 100, max = 100',
            "stream.battery.frames[0].fields[battery_pct].min",
        ),
        (SKETCH, "size = 6", "size = 12", "stream.gyro.frames"),
        (SKETCH, "size = 6", "min_size = 6", "stream.gyro.frames"),
        (
            SKETCH,
            'unit = "acc_unit"',
            'unit = "acc_unit", order = "xyzw"',
            "stream.acc.frames[0].fields[acc].order",
        ),
        (
            PROGRESSOR,
            'start = { steps = [{ to = "control", hex = "65"',
            'start = { steps = [{ to = "control", hex = "6a"',
            "commands.start.steps[0].hex",
        ),
    ],
)
def test_tables_that_disagree(profile_id: str, old: str, new: str, place: str):
    problems = check(parse_profile(changed(profile_id, old, new)))
    assert place in [problem.place for problem in problems]


@pytest.mark.parametrize(
    ("profile_id", "old", "new", "place"),
    [
        (GAUGE, 'id = "force-negative"', 'id = "force-max"', "vectors[force-max]"),
        (GAUGE, 'on = "battery"', 'on = "level"', "vectors[force-battery].on"),
        (
            PROGRESSOR,
            'to = "control"\nhex = "69"',
            'to = "data2"\nhex = "69"',
            "vectors[prog-refused-add-point].to",
        ),
        (GAUGE, "force_n = 1000.0", "force_n = 1000.1", "vectors[force-max]"),
        (PROGRESSOR, "t = 1000 }", "t = 1001 }", "vectors[prog-weight-2]"),
        (PROGRESSOR, "battery_mv = 3700", "battery_mv = 3701", "vectors[prog-battery]"),
        (PROGRESSOR, 'error = "short_header"', 'error = "short_frame"', "vectors[prog-bad-empty]"),
        (PROGRESSOR, 'writes = ["64"]', 'writes = ["65"]', "vectors[prog-cmd-tare]"),
        (PROGRESSOR, "ticks = [4294960000, 5204]", "ticks = [1, 2]", "vectors[prog-clock-wrap]"),
        (SCALE, "lost_within_s = 2.0", "lost_within_s = 1.5", "vectors[whc-stale]"),
        (SCALE, "2e20101f401f401", "2e20101f401f4a1", "vectors[whc-stale]"),
    ],
)
def test_vectors_that_do_not_hold(profile_id: str, old: str, new: str, place: str):
    problems = check(parse_profile(changed(profile_id, old, new)))
    assert [problem.place for problem in problems] == [place]


def test_a_profile_needs_vectors():
    text = SHIPPED[GAUGE].read_text()
    tables, _, vectors = text.partition("[[vectors]]")
    first_two = "[[vectors]]".join(["", *vectors.split("[[vectors]]")[:2]])
    (problem,) = check(parse_profile((tables + first_two).encode()))
    assert "at least 3 vectors" in str(problem)
