"""The walls of the server, a line each: who may ask, what, how much; and what every answer carries."""

import asyncio
import json
import socket
from types import SimpleNamespace

import pytest

from abm.parameters import ConfigError
from experiments.dashboard.desk import Busy
from experiments.dashboard.page import INDEX, read
from experiments.dashboard.runs import Abandoned

for extra in ("starlette", "uvicorn", "httpx"):
    pytest.importorskip(extra, reason="needs the extra `test`")

HOME = "http://127.0.0.1:8765"
JSON = {"Content-Type": "application/json"}
ASKED = json.dumps({"a": {}, "b": {"set": {"broker.capacity": 8}}})
ANSWER = b'{"answer":true}'


class Desk:
    """A desk that answers at once, or as it is told to."""

    def __init__(self, offered, raised=None):
        self.offered, self.raised = offered, raised

    async def answer(self, asked):
        """Answer."""
        if self.raised:
            raise self.raised
        return ANSWER

    history = answer


@pytest.fixture
def said(offered):
    """Give a function that sends one request and returns the answer."""
    from experiments.dashboard.server import application

    def send(method="GET", path="/", raised=None, over=True, **how):
        """Send a request to a server of this machine."""
        ready = SimpleNamespace(over=over, said={"ready": over, "done": 3, "total": 40})
        hosts = {name: how.pop(name) for name in ("hosts", "key") if name in how}
        app = application(offered, ready, desk=Desk(offered, raised), **hosts)
        how.setdefault("headers", {})

        async def once():
            import httpx

            transport = httpx.ASGITransport(app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url=how.pop("home", HOME)) as client:
                return await client.request(method, path, **how)

        return asyncio.run(once())

    return send


def post(said, content=ASKED, headers=JSON, path="/answer", **how):
    """Send a question."""
    return said("POST", path, content=content, headers=headers, **how)


def test_a_question_of_the_page_is_answered(said):
    answer = post(said)
    assert (answer.status_code, answer.content) == (200, ANSWER)


@pytest.mark.parametrize("host", ["127.0.0.1:8765", "localhost:1", "LOCALHOST", "[::1]:8765"])
def test_it_answers_by_its_own_names(said, host):
    assert said(headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "127.0.0.2", "", "[::1"])
def test_another_host_is_refused(said, host):
    assert said(headers={"Host": host}).status_code == 403


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://localhost:9", "http://[", "file://"])
def test_another_origin_is_refused(said, origin):
    assert post(said, headers=JSON | {"Origin": origin}).status_code == 403


def test_its_own_origin_is_welcome(said):
    assert post(said, headers=JSON | {"Origin": HOME, "Sec-Fetch-Site": "same-origin"}).status_code == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_page_from_elsewhere_gets_nothing_even_where_it_sends_no_origin(said, site):
    assert said(headers={"Sec-Fetch-Site": site}).status_code == 403


def test_a_link_elsewhere_may_lead_to_the_page_and_no_further(said):
    followed = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert said(headers=followed).status_code == 200
    assert post(said, headers=followed | {"Content-Type": "text/plain"}).status_code == 403


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_only_json_is_read(said, kind):
    assert post(said, headers={"Content-Type": kind}).status_code == 403


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_questions_are_posted(said, method):
    assert said(method, "/answer").status_code == 405


def test_a_large_body_is_refused(said):
    assert post(said, content=b" " * 65_537).status_code == 413


def test_a_large_body_is_refused_while_it_comes(said):
    sent = []

    async def stream():
        for _ in range(1000):
            sent.append(1)
            yield b" " * 4096

    assert post(said, content=stream()).status_code == 413 and len(sent) <= 1000


def test_a_slow_body_is_refused(said, monkeypatch):
    monkeypatch.setattr("experiments.dashboard.guard.SLOWEST", 0.02)

    async def stream():
        yield b"{"
        await asyncio.sleep(1)

    assert post(said, content=stream()).status_code == 413


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff", b"NaN", b'{"a": Infinity}', b"[" * 30_000, b"1" * 5000, b"null", b"[]", b'"x"']
)
def test_what_means_nothing_is_refused_in_one_line(said, content):
    answer = post(said, content=content)
    assert answer.status_code == 400 and len(answer.text.strip().splitlines()) == 1 and "rror" not in answer.text


@pytest.mark.parametrize(
    ("b", "line"),
    [
        ({"scenario": "../../etc/passwd"}, "b.scenario = '../../etc/passwd': must be one of iuc-asia"),
        ({"set": {"broker.capacity": 1e99}}, "broker.capacity = 1e+99: must be a number from 0 to 64"),
    ],
)
def test_a_name_or_number_that_is_not_offered_is_refused(said, b, line):
    answer = post(said, content=json.dumps({"a": {}, "b": b}))
    assert answer.status_code == 400 and answer.text.startswith(line)


def test_a_bug_says_nothing_of_the_machine(said):
    answer = post(said, raised=TypeError("'int' object is not subscriptable"))
    assert (answer.status_code, answer.text) == (500, "Internal Server Error")


def test_when_many_ask_it_says_when_to_come_again(said):
    answer = post(said, raised=Busy())
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")


def test_when_the_browser_goes_away_its_question_is_given_up():
    from experiments.dashboard.server import while_waiting

    async def ask():
        work = asyncio.ensure_future(asyncio.sleep(60))
        gone = SimpleNamespace(receive=lambda: asyncio.sleep(0, {"type": "http.disconnect"}))
        with pytest.raises(Abandoned):
            await while_waiting(gone, work)
        with pytest.raises(asyncio.CancelledError):
            await work

    asyncio.run(asyncio.wait_for(ask(), 20))


def test_while_rules_compile_it_says_how_far_it_is(said):
    answer = post(said, over=False)
    assert (answer.status_code, answer.json()) == (503, {"ready": False, "done": 3, "total": 40})
    assert said(path="/", over=False).status_code == 200


@pytest.mark.parametrize("path", ["/static/../server.py", "/vendor/../../server.py", "/%2e%2e/x", "/words.toml"])
def test_no_path_leads_to_a_file_that_is_not_the_pages(said, path):
    assert said(path=path).status_code in (403, 404)


@pytest.mark.parametrize("path", ["/", "/app.js", "/menu.json", "/nowhere", "/answer"])
def test_every_answer_carries_the_headers(said, path):
    headers = said(path=path).headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self';") and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    wanted = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    assert {name: headers[name] for name in wanted} == wanted
    assert "Access-Control-Allow-Origin" not in headers and "Set-Cookie" not in headers and "Server" not in headers


def test_a_refusal_carries_them_too(said):
    assert "Content-Security-Policy" in said(headers={"Host": "evil.example"}).headers


def test_the_page_has_no_script_or_style_of_its_own():
    text = read(INDEX).decode()
    assert "<style" not in text and "style=" not in text and " on" not in text.replace(" one", "")
    assert text.count("<script") == text.count('<script src="')


OUT = {"hosts": ("localhost", "board.example"), "key": "a-key", "home": "http://board.example:8765"}


def test_other_hosts_need_the_key(said):
    for path in ("/menu.json", "/land.json", "/state.json", "/nowhere", "/menu.json?key=another"):
        assert said(path=path, **OUT).status_code == 403
    assert post(said, **OUT).status_code == post(said, path="/history", **OUT).status_code == 403
    for cookie in ("twinhelix-key=another", 'twinhelix-key="\x00; ,;=;'):
        assert said(path="/menu.json", headers={"Cookie": cookie}, **OUT).status_code == 403


def test_the_page_as_it_is_published_needs_no_key(said):
    assert {said(path=path, **OUT).status_code for path in ("/", "/app.js", "/vendor/d3.min.js")} == {200}


def test_the_link_with_the_key_gives_a_cookie_that_opens(said):
    first = said(path="/?key=a-key", **OUT)
    assert (first.status_code, first.headers["Location"]) == (303, "/")
    cookie = first.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=strict" in cookie and "Domain" not in cookie
    assert said(path="/menu.json", headers={"Cookie": cookie.partition(";")[0]}, **OUT).status_code == 200


def test_to_listen_to_others_needs_their_name_for_this_machine():
    from experiments.dashboard.server import address

    with pytest.raises(ConfigError, match=r"--host '0\.0\.0\.0': needs --allow-host NAME"):
        address("0.0.0.0", 0, ())
    for name in ("http://board/", "board:80", "two words", ""):
        with pytest.raises(ConfigError, match=r"--allow-host '.*': must be a name or address alone"):
            address("0.0.0.0", 0, (name,))
    for name, link in (("Board.local", "http://board.local:"), ("fe80::1", "http://[fe80::1]:")):
        at = address("0.0.0.0", 0, (name,))
        at.socket.close()
        assert at.link.startswith(link) and name.lower() in at.hosts and f"?key={at.key}" in at.link
    at = address("127.0.0.1", 0, ())
    at.socket.close()
    assert at.key == "" and at.link == f"http://127.0.0.1:{at.link.rsplit(':', 1)[1]}"


def test_a_port_that_is_taken_is_said_in_one_line():
    from experiments.dashboard.server import address

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=rf"--host 127\.0\.0\.1 --port {port}: .*--port 0 takes a free one"):
            address("127.0.0.1", port, ())


def test_without_the_extra_the_command_says_the_line_to_type(monkeypatch, capsys):
    from experiments.cli import answer
    from experiments.commands import dashboard

    monkeypatch.setattr(dashboard, "find_spec", lambda name: None)
    assert answer(["dashboard"]) == 2
    assert "pip install 'twinhelix[dashboard]'" in capsys.readouterr().err
