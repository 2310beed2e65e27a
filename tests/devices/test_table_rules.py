"""What the rules find in parameters, commands, framing and what else came with more sensors."""

import pytest
from msgspec.structs import replace

from bandmate.devices.conformance import check
from bandmate.devices.profile import Profile
from bandmate.devices.registry import load_profiles, parse_profile
from bandmate.devices.vectors import Malformed
from devices.changing import changed

LINES, SCALE, WEIGHT = "nus-csv", "linescale-3", "sig-weight-scale"
DYNO, HANGING, MOTION = "frez-dyno", "cts500", "mbientlab-metamotion"


@pytest.mark.parametrize(
    ("profile_id", "old", "new", "place"),
    [
        (SCALE, "default = 40, choices", "default = 41, choices", "params.rate_hz"),
        (SCALE, 'default = "kgf"', "required = true, default = 5", "params.unit"),
        (DYNO, "required = true", "required = true, default = 0.01", "params.coefficient"),
        (DYNO, "mean_of = 100", 'type = "text", mean_of = 100', "params.tare_adc"),
        (DYNO, ", required = true", "", "stream.notify.frames[0].fields[force].factor"),
        (DYNO, 'zero = "tare_adc"', 'zero = "tara"', "stream.notify.frames[0].fields[force].zero"),
        (SCALE, 'by = ["unit"]', 'by = ["einheit"]', "commands.unit.by"),
        (SCALE, "choices.10 =", "choices.12 =", "commands.rate.choices.12"),
        (SCALE, 'by = ["unit"]', 'steps = [{ to = "write", hex = "00" }]', "commands.unit"),
        (
            SCALE,
            'choices.kgf = [{ to = "write"',
            'choices.kgf = [{ to = "x"',
            "commands.unit.choices.kgf[0].to",
        ),
        (
            HANGING,
            'tag = "0580c4", timeout_ms',
            'tag = "0999", timeout_ms',
            "commands.battery.reply.tag",
        ),
        (
            HANGING,
            'reply = { on = "notify", tag = "0580c4", timeout_ms = 2000 }',
            'reply = { on = "notify" }',
            "commands.battery.reply",
        ),
        (
            HANGING,
            "checksum = { kind",
            "header = { size = 2, length_at = 0 }\nchecksum = { kind",
            "stream.notify.header",
        ),
        (
            HANGING,
            '[stream.notify.framing]\nkind = "sync"\nbyte = "05"\nsize = 7',
            '[stream.notify.framing]\nkind = "sync"\nbyte = "05"\nsize = 1',
            "stream.notify.framing.size",
        ),
        (
            SCALE,
            'byte = "0d", size = 20 }',
            'byte = "0d", size = 20, strip = "0a" }',
            "stream.notify.framing.strip",
        ),
        (SCALE, "at = 17 }", "at = 20 }", "stream.notify.checksum.at"),
        (SCALE, 'template = "52', 'template = "5252', "stream.notify.frames[0].template"),
        (
            "nordic-thingy52",
            "[[vectors]]",
            "[quirks]\nstop_before_battery = true\n\n[[vectors]]",
            "quirks.stop_before_battery",
        ),
        (
            WEIGHT,
            'name = "flags"',
            'name = "bits"',
            "stream.weight.frames[0].fields[datetime].if_flag",
        ),
        (LINES, 'default = "t_ms,kg"', 'default = "t_ms"', "stream.data.csv.columns"),
        (LINES, "csv = { columns", 'codec = "movesense"\ncsv = { columns', "stream.data"),
        (
            MOTION,
            'factor = "range_g"',
            'factor = "range"',
            "stream.notify.frames[0].fields[acc].factor",
        ),
        ("polar-pmd-acc", 'codec = "polar_acc"', 'codec = "polar"', "stream.data.codec"),
        ("sig-force", 'unit = "N"', 'unit = "g"', "stream.data.frames[0].fields[force].unit"),
        ("sig-force", "max_n = 2147483.646\n", "", "limits.max_n"),
        ("sig-force", 'mode = "software"', 'mode = "none"', "tare.mode"),
        ("sig-force", 'transport = "gatt"', 'transport = "gatt"\nlost_s = 0.1', "link.degraded_s"),
        ("sig-battery", "[identify]", '[identify]\nany = [{ name = "x" }]', "identify.any"),
        ("bbc-microbit", "count = 3", "count = 2", "stream.data.frames[0].fields[acc].count"),
        ("activ5", 'command = "stop"', 'command = "wake"', "link.keep_alive"),
        (
            "witmotion-bwt901ble5",
            'between = "step"\n',
            'between = "line"\n',
            "stream.data",
        ),
    ],
)
def test_one_change_and_the_place_that_is_named(profile_id: str, old: str, new: str, place: str):
    places = [problem.place for problem in check(parse_profile(changed(profile_id, old, new)))]
    assert place in places


@pytest.mark.parametrize("profile", [*load_profiles()], ids=lambda profile: profile.device.id)
def test_a_single_wrong_vector_is_named_alone(profile: Profile):
    at, wrong = next((i, v) for i, v in enumerate(profile.vectors) if isinstance(v, Malformed))
    error = "resync" if wrong.error != "resync" else "overflow"
    vectors = list(profile.vectors)
    vectors[at] = replace(wrong, error=error)
    problems = check(replace(profile, vectors=tuple(vectors)))
    assert [problem.place for problem in problems] == [f"vectors[{wrong.id}]"]


def test_several_that_fail_alike_name_the_table_they_have_in_common():
    (problem,) = check(parse_profile(changed(HANGING, "scale = 0.01", "scale = 0.1")))
    assert problem.place == "stream.notify"
    assert "cts-weight-fragmented (sample 0: force_n is 1210.14061, not 121.014061)" in problem.text
    assert "cts-weight-500kg" in problem.text
