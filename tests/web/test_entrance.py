"""The way in to a page that other machines may reach, over its sockets."""

import stat
from http.cookies import SimpleCookie
from pathlib import Path

import pytest
from aiohttp import ClientSession, ServerDisconnectedError, WSMsgType, WSServerHandshakeError

from bandmate.errors import StoreError
from bandmate.web.entrance import DEVICES_FILE, LOCAL_TOKEN_FILE, Entrance
from bandmate.web.entry_pages import COOKIE
from bandmate.web.offer import Offer
from bandmate.web.page_files import page_files
from bandmate.web.pairing_code import VALID_S
from parts.waiting import until
from web.beyond import Beyond, Time, beyond
from web.scripted import BEYOND, REPS, ScriptedService, running_page

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


async def status_of(client: ClientSession, url: str, **more: object) -> int:
    async with client.get(url, allow_redirects=False, **more) as answer:  # pyright: ignore[reportArgumentType]
        return answer.status


async def tried(run: Beyond, client: ClientSession, code: str) -> int:
    async with client.post(f"{run.url}/enter", json={"code": code}) as answer:
        return answer.status


async def test_without_a_token_there_is_only_the_way_in(tmp_path: Path) -> None:
    async with beyond(tmp_path) as run, run.client() as client:
        for path in {"/health", "/devices", *page_files(Offer())}:
            status = await status_of(client, run.url + path)
            is_open = (
                path in {"/style.css", "/enter.css", "/manifest.webmanifest"} or "icon" in path
            )
            assert status == (200 if is_open else 303 if path == "/" else 401), path
        async with client.post(f"{run.url}/command", json={"do": "ack"}) as answer:
            assert answer.status == 401
        with pytest.raises(WSServerHandshakeError, match="401"):
            await client.ws_connect(f"{run.url}/stream")
        async with client.get(run.url) as answer:
            assert answer.url.path == "/enter"
            assert "form-action 'self'" in answer.headers["Content-Security-Policy"]
        async with client.get(f"{run.url}/certificate.crt") as answer:
            assert answer.content_type == "application/x-x509-ca-cert"
            assert await answer.read() == run.entrance.authority_der()
    assert run.page.service.commands == []


async def test_a_code_lets_one_device_in(tmp_path: Path) -> None:
    async with beyond(tmp_path) as run, run.client() as client, run.client() as other:
        code = run.entrance.new_code()
        form = f"code={code.replace(' ', '+')}"
        origin = {"Origin": run.url}
        async with client.post(
            f"{run.url}/enter", data=form, headers=FORM | origin, allow_redirects=False
        ) as answer:
            assert (answer.status, answer.headers["Location"]) == (303, "/")
            cookie = SimpleCookie(answer.headers["Set-Cookie"])[COOKIE]
        assert cookie["secure"]
        assert cookie["httponly"]
        assert (cookie["samesite"], cookie["path"], cookie["domain"]) == ("Strict", "/", "")
        assert int(cookie["max-age"]) == 365 * 24 * 60 * 60
        assert await status_of(client, f"{run.url}/") == 200
        assert await status_of(client, f"{run.url}/health") == 200
        async with client.post(f"{run.url}/command", json={"do": "ack"}) as answer:
            assert answer.status == 200
        async with client.ws_connect(f"{run.url}/stream") as socket:
            assert (await socket.receive_json())["type"] == "hello"
        assert await tried(run, other, code) == 403  # it was used
        assert await status_of(other, f"{run.url}/health") == 401


async def test_a_code_that_is_wrong_too_old_or_tried_too_often_does_not(tmp_path: Path) -> None:
    async with beyond(tmp_path) as run, run.client() as client:
        code = run.entrance.new_code()
        assert await tried(run, client, "0") == 403
        run.time.now_s += VALID_S
        assert await tried(run, client, code) == 403
        code = run.entrance.new_code()
        assert [await tried(run, client, "0") for _ in range(5)] == [403] * 4 + [429]
        assert await tried(run, client, code) == 403
        assert len(client.cookie_jar) == 0
        async with client.post(f"{run.url}/enter", data="code=1", headers=FORM) as answer:
            assert answer.status == 403
            assert "No code holds now" in await answer.text()
        async with client.post(f"{run.url}/enter", data=b"\xff", headers=FORM) as answer:
            assert answer.status == 403


async def test_another_site_gets_nowhere_with_a_cookie(tmp_path: Path) -> None:
    async with beyond(tmp_path) as run, run.client() as client:
        await run.let_in(client)
        for origin in ("https://evil.example", run.url.replace("https", "http"), "null"):
            headers = {"Origin": origin}
            with pytest.raises(WSServerHandshakeError, match="403"):
                await client.ws_connect(f"{run.url}/stream", headers=headers)
            for path in ("/command", "/devices", "/enter"):
                async with client.post(run.url + path, json={}, headers=headers) as answer:
                    assert answer.status == 403
        # A form of another site that a browser sent without `Origin`, as old ones do.
        for path in ("/command", "/devices"):
            async with client.post(run.url + path, data='{"do": "code"}', headers=FORM) as answer:
                assert answer.status == 415


async def test_a_device_is_listed_forgotten_and_cut_off(tmp_path: Path) -> None:
    async with (
        beyond(tmp_path) as run,
        run.client(**{"User-Agent": "Android"}) as phone,
        run.client(**{"User-Agent": "Windows"}) as other,
    ):
        await run.let_in(phone)
        await run.let_in(other)
        async with other.get(f"{run.url}/devices") as answer:
            told = await answer.json()
        assert [(d["label"], d["here"]) for d in told["devices"]] == [
            ("Android", False),
            ("Windows", True),
        ]
        assert "token" not in str(told)
        socket = await phone.ws_connect(f"{run.url}/stream")
        kept = await other.ws_connect(f"{run.url}/stream")
        forget = {"do": "forget", "label": "Android"}
        async with other.post(f"{run.url}/devices", json=forget) as answer:
            assert [d["label"] for d in (await answer.json())["devices"]] == ["Windows"]
        while (message := await socket.receive()).type is WSMsgType.TEXT:
            pass
        assert message.data == 1008
        assert (await kept.receive()).type is WSMsgType.TEXT
        assert await status_of(phone, f"{run.url}/health") == 401
        async with other.post(f"{run.url}/devices", json=forget) as answer:
            assert answer.status == 404
        async with other.post(f"{run.url}/devices", json={"do": "forget"}) as answer:
            assert answer.status == 400


async def test_a_device_makes_a_code_for_another(tmp_path: Path) -> None:
    async with beyond(tmp_path) as run, run.client() as one, run.client() as other:
        await run.let_in(one)
        async with one.post(f"{run.url}/devices", json={"do": "code"}) as answer:
            told = await answer.json()
        assert (told["ok"], told["valid_s"]) == (True, VALID_S)
        assert await tried(run, other, told["code"]) == 200
        assert await status_of(other, f"{run.url}/health") == 200


async def test_devices_outlast_a_restart_and_a_year_ends_them(tmp_path: Path) -> None:
    time = Time()
    async with beyond(tmp_path, time) as run, run.client() as client:
        await run.let_in(client)
        (token,) = [cookie.value for cookie in client.cookie_jar]
    kept = tmp_path / DEVICES_FILE
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert token not in kept.read_text()
    shown = {"Cookie": f"{COOKIE}={token}"}
    time.pass_days(1)
    async with beyond(tmp_path, time) as run, run.client(**shown) as client:
        assert await status_of(client, f"{run.url}/health") == 200
        await until(lambda: '"seen": "2026-05-02"' in kept.read_text())
        time.pass_days(364)
        assert await status_of(client, f"{run.url}/health") == 401
    async with beyond(tmp_path, time) as run:
        assert list(run.entrance.devices) == []


async def test_a_damaged_list_lets_nobody_in_and_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / DEVICES_FILE).write_text('[{"label": "x"')
    entrance = await Entrance.open(BEYOND, tmp_path)
    assert list(entrance.devices) == []
    assert "devices must be let in anew" in caplog.text


async def test_a_device_that_cannot_be_kept_is_not_let_in(tmp_path: Path) -> None:
    async with beyond(tmp_path) as run, run.client() as client:
        (tmp_path / DEVICES_FILE).mkdir()
        code = run.entrance.new_code()
        assert await tried(run, client, code) == 500
        assert list(run.entrance.devices) == []
        with pytest.raises(StoreError, match="cannot be written"):
            await run.entrance.enter(run.entrance.new_code(), "Mac")


async def test_a_device_that_cannot_be_forgotten_is_told_and_stays(tmp_path: Path) -> None:
    async with beyond(tmp_path) as run, run.client() as client:
        await run.let_in(client)
        (tmp_path / DEVICES_FILE).unlink()
        (tmp_path / DEVICES_FILE).mkdir()
        (device,) = run.entrance.devices
        for _ in range(2):
            with pytest.raises(StoreError, match="cannot be written"):
                await run.entrance.forget(device.label)
        assert list(run.entrance.devices) == [device]


async def test_this_machines_commands_have_a_token_of_their_own(tmp_path: Path) -> None:
    async with beyond(tmp_path) as run:
        file = tmp_path / LOCAL_TOKEN_FILE
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        async with run.client(Authorization=f"Bearer {file.read_text()}") as client:
            assert await status_of(client, f"{run.url}/health") == 200
        async with run.client(Authorization="Bearer x") as client:
            assert await status_of(client, f"{run.url}/health") == 401
    again = await Entrance.open(BEYOND, tmp_path)
    assert again.label_of(file.read_text()) == ""


async def test_no_secret_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    async with beyond(tmp_path) as run, run.client() as client:
        await tried(run, client, "0")
        code = run.entrance.new_code()
        assert await tried(run, client, "24681357") == 403
        assert await tried(run, client, code) == 200
        (token,) = [cookie.value for cookie in client.cookie_jar]
    assert "Device was let in" in caplog.text
    for secret in (code, code.replace(" ", ""), token, "24681357"):
        assert secret not in caplog.text


async def test_plain_http_gets_no_answer(tmp_path: Path) -> None:
    async with beyond(tmp_path) as run, ClientSession() as client:
        with pytest.raises(ServerDisconnectedError):
            await client.get(run.url.replace("https", "http"))


async def test_on_this_machine_alone_nobody_needs_to_be_let_in() -> None:
    async with running_page(ScriptedService(REPS)) as page, ClientSession() as client:
        async with client.get(f"{page.url}devices") as answer:
            assert await answer.json() == {
                "beyond": False,
                "address": "",
                "devices": [],
                "fingerprint": "",
            }
        async with client.post(f"{page.url}devices", json={"do": "code"}) as answer:
            assert answer.status == 409
        assert await status_of(client, f"{page.url}enter") == 404
