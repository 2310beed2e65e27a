"""`bandmate page`, and every other command, beside a service that others may reach."""

import json
import re
import ssl
from pathlib import Path

import pytest
from aiohttp import ClientSession, TCPConnector

from app.program import program
from app.rig import write_csv
from bandmate.sim.person import reps
from parts.certificates import make_certificate

pytestmark = pytest.mark.timeout(240)
"""On a busy machine a program takes seconds to start, and these start several."""

BAND = '[[band]]\nname = "left"\nlink = "replay:pull.csv"\n[sound]\noutput = "off"\n'


def configure(folder: Path, page: str) -> Path:
    write_csv(folder / "pull.csv", reps(2, 4.0, 14.0, 1.5, start_s=0.5), 600.0)
    file = folder / "bandmate.toml"
    file.write_text(f"{BAND}[page]\n{page}\n")
    return file


async def said(home: Path, *arguments: str | Path) -> tuple[int, list[str], list[str]]:
    """Run a command to its end."""
    async with program(home, *arguments) as ended:
        status = await ended.ended()
    return status, ended.out, ended.err


def code_in(lines: list[str]) -> str:
    (code,) = [found[1] for line in lines if (found := re.match(r"Code +(\d{4} \d{4}),", line))]
    return code


async def entered(port: int, code: str) -> int:
    """Come in from outside, as a phone that goes past the browser's warning."""
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    async with (
        ClientSession(connector=TCPConnector(ssl=trusting)) as client,
        client.post(f"https://127.0.0.1:{port}/enter", json={"code": code}) as answer,
    ):
        return answer.status


async def test_everything_is_asked_over_https_in_an_empty_home(tmp_path: Path, free_port: int):
    file = configure(tmp_path, f'host = "0.0.0.0"\nport = {free_port}')
    home = tmp_path / "home"
    told = ("--config", file)
    async with program(home, "run", *told) as service:
        await service.told("Ctrl-C ends it.")
        assert f"Coach page   https://127.0.0.1:{free_port}/" in service.out
        assert await entered(free_port, code_in(service.out)) == 200

        status, out, err = await said(home, "page", *told)
        assert (status, err) == (0, [])
        assert out[0] == f"Coach page   https://127.0.0.1:{free_port}/"
        assert any(re.match(r" +SHA-256 ([0-9A-F]{2}:){16}$", line) for line in out)
        assert await entered(free_port, code_in(out)) == 200

        assert (await said(home, "session", "status", *told))[1] == ["There was no session yet."]
        _, out, _ = await said(home, "doctor", *told)
        assert f"ok       service: it runs at port {free_port}, and was asked" in out

        _, out, _ = await said(home, "page", "devices", "--json", *told)
        assert [json.loads(line)["label"] for line in out] == ["Device", "Device 2"]
        status, out, _ = await said(home, "page", "forget", "Device 2", *told)
        assert (status, out) == (0, ["Device 2 is let in no longer."])
        status, _, err = await said(home, "page", "forget", "Device 2", *told)
        assert (status, err[0]) == (2, "bandmate: there is no device 'Device 2'")
        _, out, _ = await said(home, "page", "devices", *told)
        assert [line.split()[0] for line in out] == ["Device"]
        await said(home, "page", "forget", "all", *told)
        _, out, _ = await said(home, "page", "devices", *told)
        assert out == ["No device was let in yet."]

        stranger = await said(tmp_path / "other", "session", "status", *told)
        assert (stranger[0], stranger[1]) == (1, [])
        assert stranger[2][0].startswith(
            f"bandmate: no service answers at 127.0.0.1 port {free_port}"
        )
        assert "Traceback" not in "".join(stranger[2])


async def test_a_journal_holds_no_code(tmp_path: Path):
    file = configure(tmp_path, 'host = "0.0.0.0"\nport = 0')
    async with program(tmp_path / "home", "run", "--json", "--config", file) as service:
        await service.told("Ctrl-C ends it.")
    assert "Code" not in str(service)


async def test_a_given_certificate_is_shown_and_known(tmp_path: Path, free_port: int):
    one, other = make_certificate(tmp_path, "one"), make_certificate(tmp_path, "other")
    page = f'host = "0.0.0.0"\nport = {free_port}\ncertificate = "{one}.pem"\nkey = "{one}.key"'
    file = configure(tmp_path, page)
    home = tmp_path / "home"
    async with program(home, "run", "--config", file) as service:
        await service.told("Ctrl-C ends it.")
        status, out, err = await said(home, "page", "--config", file)
        assert (status, err) == (0, [])
        assert not any("SHA-256" in line for line in out)
        file.write_text(file.read_text().replace(str(one), str(other)))
        status, _, err = await said(home, "session", "status", "--config", file)
        assert status == 1
        assert err[0].endswith("it shows another certificate than [page] certificate")


@pytest.mark.parametrize(
    ("page", "told"),
    [
        (
            'host = "0.0.0.0"\ncertificate = "x.pem"',
            "page: `certificate` and `key` belong together",
        ),
        ('certificate = "x.pem"\nkey = "x.key"', "page: `certificate` is not for 127.0.0.1"),
        (
            'host = "0.0.0.0"\ncertificate = "none.pem"\nkey = "none.pem"',
            "[page] certificate: none.pem: cannot be read: No such file or directory",
        ),
    ],
)
async def test_a_certificate_that_cannot_be_used_is_told(tmp_path: Path, page: str, told: str):
    file = configure(tmp_path, page)
    for command in (("run",), ("run", "--check")):
        status, out, err = await said(tmp_path / "home", *command, "--config", file)
        assert (status, out) == (2, [])
        assert told in err[0]


async def test_a_page_of_this_machine_alone_needs_no_code(tmp_path: Path, free_port: int):
    file = configure(tmp_path, f"port = {free_port}")
    home = tmp_path / "home"
    async with program(home, "run", "--config", file) as service:
        await service.told("Ctrl-C ends it.")
        assert "Code" not in str(service)
        _, out, _ = await said(home, "page", "--config", file)
        assert out[0] == f"Coach page   http://127.0.0.1:{free_port}/"
        assert "this machine's alone" in out[1]
        _, out, _ = await said(home, "page", "devices", "--config", file)
        assert out == ["The page is this machine's alone: no device needs to be let in."]
    assert not (home / ".local/share/bandmate/page").exists()
    status, _, err = await said(home, "page", "--config", file)
    assert (status, "no service answers" in err[0]) == (1, True)
