"""Who may talk to the page's server."""

from bandmate.web.origin import refusal


def test_a_loopback_server_answers_to_loopback_names_only() -> None:
    for host in ("127.0.0.1:8777", "localhost:8777", "[::1]:8777", "localhost"):
        assert refusal("127.0.0.1", host, None) is None
    for host in ("evil.example:8777", "127.0.0.1.evil.example", "[::1", "", None):
        assert refusal("127.0.0.1", host, None) is not None


def test_another_site_is_refused_wherever_the_server_listens() -> None:
    for bound_to, scheme in (("127.0.0.1", "http"), ("0.0.0.0", "https")):
        assert refusal(bound_to, "127.0.0.1:8777", f"{scheme}://127.0.0.1:8777") is None
        for name in ("://evil.example", "://127.0.0.1:9999"):
            assert refusal(bound_to, "127.0.0.1:8777", scheme + name) is not None
        for origin in ("null", "", "ftp://127.0.0.1:8777"):
            assert refusal(bound_to, "127.0.0.1:8777", origin) is not None


def test_an_open_server_answers_to_any_name() -> None:
    assert refusal("0.0.0.0", "band.local:8777", "https://band.local:8777") is None
    assert refusal("0.0.0.0", "band.local:8777", "http://band.local:8777") is not None
