"""The configuration as its user meets it: what is taken, and how a fault is told."""

from pathlib import Path

import pytest

from bandmate.app.config import Config
from bandmate.app.config_file import config_path, find_file, read_config
from bandmate.errors import ConfigError

WHOLE = """
[site]
name = "studio"

[[band]]
name = "left"
profile = "tindeq-progressor"
address = "AA:BB:CC:DD:EE:FF"
params = { rate_hz = 50, scale = 0.5, columns = "t_us,N" }
exercise = "supine_sciatic_floss"

[[band]]
name = "right"
link = "replay:right.csv"

[mqtt]
host = "broker.example"
port = 8883
tls = true
password_file = "/run/secrets/mqtt"

[influx]
api = "v2"
url = "http://db.example:8086"
org = "gym"
token_file = "/run/secrets/influx"

[store]
path = "/var/lib/bandmate"
recordings = false

[page]
host = "0.0.0.0"
port = 80

[sound]
output = "off"
"""

MQTT = '[mqtt]\nhost = "broker.example"\n'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "bandmate.toml"


def read(file: Path, text: str, **environment: str) -> Config:
    file.write_text(text, encoding="utf-8")
    return read_config(file, environment)


def fault(file: Path, text: str, **environment: str) -> str:
    """What the user is told, behind the file's name."""
    with pytest.raises(ConfigError) as told:
        read(file, text, **environment)
    return str(told.value).removeprefix(f"{file}: ")


def test_every_section_is_taken(file: Path):
    config = read(file, WHOLE)

    assert [band.name for band in config.band] == ["left", "right"]
    assert config.band[0].address == "AA:BB:CC:DD:EE:FF"
    assert config.band[0].params == {"rate_hz": 50, "scale": 0.5, "columns": "t_us,N"}
    assert config.site.name == "studio"
    assert config.mqtt is not None
    assert (config.mqtt.port, config.mqtt.tls) == (8883, True)
    assert config.influx is not None
    assert config.influx.api == "v2"
    assert not config.store.recordings
    assert (config.page.port, config.sound.output) == (80, "off")


def test_nothing_has_to_be_configured(file: Path):
    assert read(file, "") == Config()


def test_a_byte_order_mark_does_no_harm(file: Path):
    assert read(file, "\ufeff" + MQTT).mqtt is not None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (MQTT + "prot = 1", "mqtt.prot: there is no such key\nDid you mean port?"),
        ("[pages]\nport = 1", "pages: there is no such key\nDid you mean page?"),
        (
            '[[band]]\nname = "a"\nprofil = "x"',
            "band[0].profil: there is no such key\nDid you mean profile?",
        ),
        (
            '[page]\n"a.b`c" = 1',
            "page.a.b`c: there is no such key\nKnown are: host, port, certificate, key.",
        ),
        (MQTT + 'port = "1883"', "mqtt.port: Expected `int`, got `str`"),
        (MQTT + "port = 70000", "mqtt.port: Expected `int` <= 65535"),
        ("mqtt = 5", "mqtt: Expected `table`, got `int`"),
        ("page = []", "page: Expected `table`, got `array`"),
        ("[mqtt]\nport = 1883", "mqtt.host: this key is missing"),
        ('[[band]]\nprofile = "x"', "band[0].name: this key is missing"),
        (
            '[[band]]\nname = "a"\nprofile = "x"\n[[band]]\nname = "a"\nprofile = "x"',
            "two bands are called 'a'",
        ),
        ('[[band]]\nname = "a"', "band[0]: a band needs either `profile` or `link`"),
        *(
            (f'[[band]]\nname = "a"\nlink = "{link}"', "band[0]: `link` is `replay:FILE`")
            for link in ("right.csv", "replay:", "sim:tindeq-progressor")
        ),
        (
            '[[band]]\nname = "a"\nlink = "replay:f"\naddress = "x"',
            "band[0]: `address` is for a sensor, not for `link`",
        ),
        (
            '[[band]]\nname = "a"\nlink = "replay:f"\nstrands = 2',
            "band[0]: `strands` is for a sensor; a recording holds the pull at the limb",
        ),
        (
            '[[band]]\nname = "a"\nlink = "replay:f"\nparams = { rate_hz = 50 }',
            "band[0]: `params` are for a sensor, not for `link`",
        ),
        (
            '[[band]]\nname = "a"\nprofile = "x"\nparams = { rate_hz = [50] }',
            "band[0].params[...]: Expected `int | float | str`, got `array`",
        ),
        (
            '[influx]\napi = "v2"\nurl = "http://db"',
            "influx: `api` `v2` needs `org`",
        ),
        ("[mqtt]\nhost = \n", "not valid TOML: Invalid value (at line 2, column 8)"),
    ],
)
def test_a_fault_names_its_place_and_what_to_do(file: Path, text: str, told: str):
    assert fault(file, text) == told


@pytest.mark.parametrize(
    "text",
    [
        '[[band]]\nprofile = "x"\nname = "Left"',
        '[[band]]\nname = "a"\nprofile = "x"\nstrands = 0',
        '[site]\nname = "my home"',
        '[influx]\nurl = "http://db"\napi = "v4"',
        '[influx]\napi = "v1"\nurl = "http://me:pa55word@db"',
        '[sound]\noutput = "loud"',
        "[page]\nport = -1",
    ],
)
def test_a_value_outside_its_range_is_refused_at_its_key(file: Path, text: str):
    key = text.splitlines()[-1].partition(" =")[0]

    told = fault(file, text)

    assert f".{key}: " in told
    assert "pa55word" not in told


def test_a_missing_file_says_how_to_name_one(file: Path):
    with pytest.raises(ConfigError, match=r"no configuration here\n.*--config.*BANDMATE_CONFIG"):
        read_config(file, {})


def test_what_is_no_file_of_text_is_told(file: Path, tmp_path: Path):
    file.write_bytes(b"\xff\xfe\x00")

    with pytest.raises(ConfigError, match="not a text file"):
        read_config(file, {})
    with pytest.raises(ConfigError, match=r"cannot be read: Is a directory$"):
        read_config(tmp_path, {})


@pytest.mark.parametrize(
    ("section", "key"), [("mqtt", "password"), ("influx", "password"), ("influx", "token")]
)
def test_a_secret_in_the_file_is_refused_and_not_repeated(file: Path, section: str, key: str):
    told = fault(file, f'[{section}]\n{key} = "hunter2"')

    assert told == (
        f"{section}.{key}: a secret does not belong in this file\n"
        f"Use {section}.{key}_file, or BANDMATE_{section.upper()}__{key.upper()}."
    )


def test_a_key_that_is_a_secret_elsewhere_is_an_unknown_one(file: Path):
    told = fault(file, MQTT + 'token = "hunter2"')

    assert told.startswith("mqtt.token: there is no such key")
    assert "hunter2" not in told


def test_a_secret_of_the_environment_is_taken_and_never_shown(file: Path):
    config = read(file, MQTT, BANDMATE_MQTT__PASSWORD="hunter2")

    assert config.mqtt is not None
    assert config.mqtt.password == "hunter2"
    assert "hunter2" not in repr(config)
    assert "hunter2" not in str(config)


def test_the_environment_overrides_by_type(file: Path):
    config = read(
        file,
        WHOLE,
        BANDMATE_SITE__NAME="lab",
        BANDMATE_MQTT__PORT="1884",
        BANDMATE_MQTT__TLS="false",
        BANDMATE_INFLUX__API="v3",
        BANDMATE_STORE__RECORDINGS="true",
        BANDMATE_CONFIG="is no setting",
        HOME="is another program's",
    )

    assert config.site.name == "lab"
    assert config.mqtt is not None
    assert (config.mqtt.host, config.mqtt.port, config.mqtt.tls) == ("broker.example", 1884, False)
    assert config.influx is not None
    assert config.influx.api == "v3"
    assert config.store.recordings


def test_a_section_can_come_from_the_environment_alone(file: Path):
    config = read(file, "", BANDMATE_MQTT__HOST="broker.example")

    assert config.mqtt is not None
    assert config.mqtt.port == 1883


@pytest.mark.parametrize(
    ("variable", "text", "told"),
    [
        ("BANDMATE_MQTT__PROT", "1", "there is no such setting\nDid you mean BANDMATE_MQTT__PORT?"),
        ("BANDMATE_MQQT__PORT", "1", "there is no such setting\nDid you mean BANDMATE_MQTT__PORT?"),
        ("BANDMATE_MQTT_PORT", "1", "there is no such setting\nDid you mean BANDMATE_MQTT__PORT?"),
        ("BANDMATE_mqtt__port", "1", "there is no such setting\nDid you mean BANDMATE_MQTT__PORT?"),
        ("BANDMATE_MQTT__PORT", "high", "Expected `int`, got `str`"),
        ("BANDMATE_MQTT__PORT", "70000", "Expected `int` <= 65535"),
        ("BANDMATE_MQTT__TLS", "perhaps", "Expected `bool`, got `str`"),
        ("BANDMATE_INFLUX__API", "v9", "Invalid enum value 'v9'"),
    ],
)
def test_a_wrong_variable_is_named(file: Path, variable: str, text: str, told: str):
    assert fault(file, MQTT, **{variable: text}) == f"${variable}: {told}"


def test_a_band_cannot_be_set_by_a_variable(file: Path):
    assert "no such setting" in fault(file, "", BANDMATE_BAND__NAME="left")


def test_variables_that_only_begin_alike_are_left_alone(file: Path):
    # Kubernetes sets these for a service of the name `bandmate`.
    environment = {"BANDMATE_SERVICE_HOST": "10.0.0.7", "BANDMATE_PORT": "tcp://10.0.0.7:8777"}

    assert read(file, "", **environment) == Config()


def test_a_wrong_section_is_told_even_when_the_environment_would_fill_it(file: Path):
    assert fault(file, "mqtt = 5", BANDMATE_MQTT__PORT="1884") == (
        "mqtt: Expected `table`, got `int`"
    )


def test_the_file_is_the_given_one_then_the_variables_then_the_users(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.delenv("BANDMATE_CONFIG", raising=False)
    assert config_path(None) == tmp_path / "bandmate" / "config.toml"

    monkeypatch.setenv("BANDMATE_CONFIG", "named.toml")
    assert config_path(None) == Path("named.toml")
    assert config_path(Path("given.toml")) == Path("given.toml")


def test_a_recording_is_looked_for_beside_the_configuration_first(file: Path, tmp_path: Path):
    assert find_file("a.csv", file) == Path("a.csv")

    (tmp_path / "a.csv").touch()
    assert find_file("a.csv", file) == tmp_path / "a.csv"
