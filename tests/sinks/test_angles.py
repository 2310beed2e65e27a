"""Readings and movements of a motion sensor on their ways out: degrees, never newtons."""

import json
from dataclasses import replace

from bandmate.sinks import mqtt_messages as messages
from bandmate.sinks.influx_points import encode
from bandmate.sinks.store_rows import from_row, to_row
from sinks.records import T0_NS, event, samples

ANGLES = replace(samples(0, 3), quantity="angle")


def test_angles_are_a_measurement_of_their_own():
    lines = encode(ANGLES, "home")
    head = "imu,band=left,exercise=free_reps,site=home"
    assert lines == [
        f"{head} angle_deg={value!r} {ts_ns}"
        for value, ts_ns in zip(ANGLES.values, ANGLES.ts_ns, strict=True)
    ]


def test_a_movement_has_its_peak_in_degrees():
    rep = event(1, "rep", index=1, peak_n=None, peak_deg=42.5)
    (line,) = encode(rep, "home")
    assert "peak_deg=42.5" in line
    assert "peak_n" not in line


def test_angles_are_stored_beside_forces():
    row = to_row(ANGLES)
    assert (row.name, row.ts_ns) == ("angles", T0_NS)
    assert from_row(row) == ANGLES
    assert to_row(samples(0, 3)).name == "samples"


def test_angles_are_published_as_such():
    (message,) = messages.record_messages("home", ANGLES, with_samples=True)
    body = json.loads(message.payload)
    assert tuple(body["angle_deg"]) == ANGLES.values
    assert "force_n" not in body
