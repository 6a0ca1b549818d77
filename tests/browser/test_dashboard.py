"""The dashboard as a person has it: in Chromium, by keyboard, read aloud, on a telephone, with the server gone."""

import pytest

from experiments.analysis.comparison import compare
from experiments.dashboard import export
from experiments.dashboard.offered import offers
from experiments.figures.text import decimals, number
from tests.experiments.dashboard.served import served

for extra in ("starlette", "uvicorn"):
    pytest.importorskip(extra, reason="needs the extra `dashboard`")
pytestmark = pytest.mark.browser

LANGUAGES = ("en", "zh")
TABS = ("pairs", "map", "network", "story", "again")
DONE = "body[data-done='100']"
FIELDS = ["#verdict", "#sure", "#bands svg", "#difference svg", "#forest tbody", "#differs"]


@pytest.fixture(scope="module")
def board():
    """Give a dashboard of its own process, ready to answer."""
    with served() as one:
        yield one.wait_until_ready()


def shown(page):
    """Return what of the answer a page shows."""
    return [page.inner_html(field) for field in FIELDS]


def press(page, control, key="ArrowRight"):
    """Press a key on a control."""
    page.focus(f"[id='{control}']")
    page.keyboard.press(key)


def command_of(page):
    """Return the command and the file of B that a page shows."""
    page.click("#tab-again")
    page.wait_for_selector(DONE)
    return page.inner_text("#text-command"), page.inner_text("#text-B")


def test_an_arrow_key_changes_everything_and_the_command_gives_the_numbers(opened, board, tmp_path):
    page = opened(board.link)
    page.wait_for_selector(DONE)
    before = shown(page)
    press(page, "b-broker.capacity")
    page.wait_for_selector(f"{DONE}:has([id='b-broker.capacity'])")
    page.wait_for_selector("#differs:has-text('4 → 9')")
    page.wait_for_selector(DONE)
    assert all(one != other for one, other in zip(before, shown(page), strict=True))
    command, file = command_of(page)
    assert command == "twinhelix compare iuc-asia B.toml --seeds 100 --months 48"
    (tmp_path / "B.toml").write_text(file, encoding="utf-8")
    told = compare(["iuc-asia", tmp_path / "B.toml"], 100, 48, progress=False).differences
    for row in told.to_dict("records"):
        if row["outcome"] in page.inner_html("#forest"):
            places = decimals((row["high"] - row["low"]) / 2)
            cell = page.locator(f"#forest tr:has([id='outcome-{row['outcome']}']) td.number")
            wanted = f"{number(row['low'], places)} to {number(row['high'], places)}"
            assert cell.inner_text().split("\n") == [number(row["difference"], places, True), wanted], row["outcome"]


def test_of_quick_moves_only_the_last_is_drawn(opened, board):
    page = opened(board.link + "#a=iuc-asia&b=iuc-asia&b.broker.capacity=5")
    page.wait_for_selector(DONE)
    drawn = []
    page.expose_function("drawn", lambda text: drawn.append(text))
    page.evaluate("new MutationObserver(() => drawn(document.getElementById('differs').textContent))"
                  ".observe(document.getElementById('differs'), {childList: true})")  # fmt: skip
    page.focus("[id='b-broker.capacity']")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.wait_for_selector("body:not([data-done])", state="attached")
    page.wait_for_selector(DONE)
    assert set(drawn) == {"From A to B: Broker (units a month) 4 → 8"}
    assert "b.broker.capacity=8" in page.url


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_bars_a_screen_reader(opened, board, language):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs the extra `browser`").Axe()
    found = []
    for tab in TABS:
        page = opened(f"{board.link}#b=iuc-asia&b.broker.capacity=8&tab={tab}&language={language}", bypass_csp=True)
        page.wait_for_selector(DONE)
        for fold in page.query_selector_all("details:not([hidden]) > summary"):
            fold.click()
        found += [(tab, one["id"], one["nodes"][0]["html"][:150]) for one in axe.run(page).response["violations"]]
    assert not found


def test_the_whole_page_is_reached_by_the_keyboard(opened, board):
    page = opened(board.link)
    page.wait_for_selector(DONE)
    reached = []
    for _ in range(80):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.tagName"))
    for wanted in ("language-en", "more", "a-scenario", "b-scenario", "b-broker.capacity", "b-back", "rescale"):
        assert wanted in reached, wanted
    assert {"outcome-pilots_ever", "tab-pairs", "choose-which"} <= set(reached)
    press(page, "tab-pairs")
    page.wait_for_selector("#tab-map[aria-selected='true']")
    page.wait_for_selector("#panel figure svg")
    assert page.evaluate("document.activeElement.id") == "tab-map"
    press(page, "outcome-pilots_ever", "ArrowDown")
    page.wait_for_selector("tr.chosen #outcome-contacts_ever")
    assert "first contacts" in page.inner_text("#verdict")
    assert page.evaluate("document.activeElement.id") == "outcome-contacts_ever"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize("width", [360, 720], ids=["telephone", "zoomed to 200 %"])
def test_a_narrow_page_scrolls_one_way(opened, board, language, tab, width):
    link = f"{board.link}#b=iuc-asia&b.broker.capacity=8&tab={tab}&language={language}"
    page = opened(link, viewport={"width": width, "height": 450})
    page.wait_for_selector(DONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_nothing_moves_for_those_who_want_it_so(opened, board):
    page = opened(board.link, reduced_motion="reduce")
    page.wait_for_selector(DONE)
    moving = "[...document.querySelectorAll('*')].filter((e) => getComputedStyle(e).transitionDuration !== '0s').length"
    assert page.evaluate(moving) == 0


@pytest.mark.parametrize(("language", "said"), [("en", "A and B are the same"), ("zh", "A与B相同")])
def test_the_same_arm_twice_is_said_to_be_the_same(opened, board, language, said):
    page = opened(f"{board.link}#a=iuc-asia&b=iuc-asia&language={language}")
    page.wait_for_selector(DONE)
    assert page.inner_text("#verdict") == said
    assert set(page.locator("#forest td.number strong").all_inner_texts()) <= {"0.0"}


def test_the_language_is_that_of_the_browser_and_can_be_changed(opened, board):
    page = opened(board.link, locale="zh-CN")
    page.wait_for_selector(DONE)
    assert page.get_attribute("html", "lang") == "zh-Hans" and "B的试点项目" in page.inner_text("#verdict")
    page.click("#language-en")
    page.wait_for_selector("h1:has-text('B brings')")
    assert page.get_attribute("html", "lang") == "en"


def test_a_link_holds_the_view(opened, board):
    page = opened(board.link)
    page.wait_for_selector(DONE)
    page.click("#b-events > summary")
    page.click("#b-without-expo")
    page.click("#outcome-adoptions_ever")
    page.wait_for_selector("#differs:has-text('− Expos')")
    page.wait_for_selector(DONE)
    page.click("#rescale")
    other = opened(page.url)
    other.wait_for_selector(DONE)
    assert shown(other) == shown(page) and "adoptions" in other.inner_text("#verdict")


def test_it_asks_its_own_server_alone_and_complains_of_nothing(opened, board):
    page = opened(board.link)
    for tab in TABS:
        page.wait_for_selector(DONE)
        page.click(f"#tab-{tab}")
    page.wait_for_selector(DONE)
    assert page.seen and not [one for one in page.seen if not one.startswith(f"request {board.link}")]


def test_when_the_server_is_gone_it_says_so_and_keeps_the_picture(opened):
    with served() as one:
        page = opened(one.wait_until_ready().link)
        page.wait_for_selector(DONE)
        before = page.inner_html("#bands svg")
        one.end()
        press(page, "b-broker.capacity")
        page.wait_for_selector("#notice:has-text('The server does not answer')")
        assert page.inner_html("#bands svg") == before and page.inner_text("#verdict").startswith("B brings")


def test_while_rules_compile_it_says_so_at_once(opened, tmp_path):
    with served(TWINHELIX_CACHE=str(tmp_path)) as one:
        page = opened(one.link)
        page.wait_for_selector("#notice:has-text('Compiling the rules')", timeout=1000)
        page.wait_for_selector("#notice progress", timeout=1000)


def test_an_exported_page_answers_from_its_grid(opened, tmp_path, monkeypatch):
    monkeypatch.setattr(export, "LEVELS", {"broker.capacity": (0,)})
    scenario = tmp_path / "short.toml"
    scenario.write_text('extends = "iuc-asia"\nmonths = 24\n', encoding="utf-8")
    export.write(offers([str(scenario)]), tmp_path / "room")
    page = opened(tmp_path / "room" / "index.html")
    page.wait_for_selector(DONE)
    first = page.inner_text("#verdict")
    press(page, "b-broker.capacity", "ArrowLeft")
    page.wait_for_selector("h1:has-text('A and B are the same')")
    assert first.startswith("B brings") and "twinhelix dashboard short.toml" in page.inner_text("#beyond")
    assert {one.split()[0] for one in page.seen} == {"request"} and all("file://" in one for one in page.seen)
