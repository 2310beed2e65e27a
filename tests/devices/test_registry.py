"""Where profiles come from, and what a bad file of a person's own does."""

from pathlib import Path

import pytest

from bandmate.devices.registry import load_profiles, read_profile, shipped_files
from bandmate.errors import ProfileError, UsageError


def shipped(profile_id: str) -> str:
    (file,) = [file for file in shipped_files() if file.name == f"{profile_id}.toml"]
    return file.read_text()


def test_shipped_profiles_are_named_after_their_ids():
    profiles = load_profiles()
    assert [profile.device.id for profile in profiles] == sorted(
        file.name.removesuffix(".toml") for file in shipped_files()
    )
    assert len(profiles) == len(list(profiles))
    assert profiles.problems == ()


def test_an_unknown_id_is_answered_with_the_nearest():
    with pytest.raises(UsageError, match="Did you mean 'tindeq-progressor'"):
        load_profiles().get("tindeq")


def test_an_id_like_no_other_is_answered_with_the_way_to_the_list():
    with pytest.raises(UsageError) as caught:
        load_profiles().get("zzz")
    assert caught.value.hint == "`bandmate profiles list` shows all."


def test_a_persons_own_profile_is_added_or_takes_the_place(tmp_path: Path):
    own = shipped("sig-force").replace("max_n = 2147483.646", "max_n = 500.0")
    (tmp_path / "gauge.toml").write_text(own)
    (tmp_path / "other.toml").write_text(own.replace('id = "sig-force"', 'id = "my-gauge"'))
    profiles = load_profiles(tmp_path)
    assert profiles.get("sig-force").limits.max_n == 500.0
    assert profiles.get("my-gauge").limits.max_n == 500.0
    assert len(profiles) == len(load_profiles()) + 1


def test_a_folder_that_is_not_there_holds_nothing(tmp_path: Path):
    assert list(load_profiles(tmp_path / "none")) == list(load_profiles())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"schema = \n", "not valid TOML.*line 1"),
        (b"\xff\xfe", "not valid TOML"),
        (b"schema = 1\n", "missing required field `device`"),
        (b"schema = 2\n", r"\$.schema"),
    ],
)
def test_a_bad_file_is_named_and_passed_over(tmp_path: Path, content: bytes, said: str):
    (tmp_path / "mine.toml").write_bytes(content)
    profiles = load_profiles(tmp_path)
    assert list(profiles) == list(load_profiles())
    (problem,) = profiles.problems
    with pytest.raises(ProfileError, match=rf"mine\.toml: .*{said}"):
        raise problem


def test_what_cannot_be_read_is_named(tmp_path: Path):
    (tmp_path / "folder.toml").mkdir()
    (problem,) = load_profiles(tmp_path).problems
    assert "folder.toml: cannot be read: Is a directory" in str(problem)


def test_a_profile_whose_tables_disagree_is_not_used(tmp_path: Path):
    path = tmp_path / "mine.toml"
    path.write_text(shipped("sig-force").replace('require = ["data"]', 'require = ["nothing"]'))
    with pytest.raises(ProfileError, match=r"identify\.require: 'nothing' is no role"):
        read_profile(path)


def test_bytes_refused_for_a_shipped_sensor_are_refused_in_a_persons_file(tmp_path: Path):
    tables, _, _ = shipped("tindeq-progressor").partition("[[vectors]]")
    vectors = '[[vectors]]\nid = "v"\nkind = "notify"\non = "data"\nhex = "0400"\n'
    harmful = tables.replace('hex = "64"', 'hex = "6a00"') + vectors
    (tmp_path / "mine.toml").write_text(harmful)
    profiles = load_profiles(tmp_path)
    (problem,) = profiles.problems
    assert "commands.tare.steps[0].hex: '6a00' is refused" in str(problem)
    tare = profiles.get("tindeq-progressor").commands.tare
    assert tare
    assert tare.steps[0].hex == "64"
