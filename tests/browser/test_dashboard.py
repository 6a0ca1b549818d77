"""The dashboard as a person has it: in Chromium, by keyboard, read aloud, on a telephone, with the server gone."""

from itertools import pairwise

import pytest

from experiments.analysis.comparison import compare
from experiments.dashboard import export
from experiments.dashboard.offered import OUTCOMES, offers
from experiments.figures.text import decimals, number
from tests.experiments.dashboard.served import served

for extra in ("starlette", "uvicorn"):
    pytest.importorskip(extra, reason="needs the extra `dashboard`")
pytestmark = pytest.mark.browser

LANGUAGES = ("en", "zh")
TABS = ("changes", "pairs", "map", "network", "story", "gallery", "again")
VIEW = "a%3Diuc-asia%26b%3Diuc-asia%26b.broker.capacity%3D12"
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


def tabs(page):
    """Open every tab in turn, and yield its name when it is drawn."""
    for tab in TABS:
        page.wait_for_selector(DONE)
        page.click(f"#tab-{tab}")
        page.wait_for_selector(DONE)
        yield tab


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
    cells = {name: page.locator(f"#forest tr:has([id='outcome-{name}']) td.number").inner_text() for name in OUTCOMES}
    command, file = command_of(page)
    assert command == "twinhelix compare iuc-asia B.toml --seeds 100 --months 48"
    (tmp_path / "B.toml").write_text(file, encoding="utf-8")
    told = compare(["iuc-asia", tmp_path / "B.toml"], 100, 48, progress=False).differences
    for row in told.to_dict("records"):
        places = decimals((row["high"] - row["low"]) / 2)
        wanted = (
            f"{number(row['difference'], places, True)} {number(row['low'], places)} to {number(row['high'], places)}"
        )
        assert " ".join(cells[row["outcome"]].split()) == wanted, row["outcome"]


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
    page.wait_for_url("**b.broker.capacity=8**")
    page.wait_for_selector(DONE)
    assert set(drawn) == {"From A to B: Broker (units a month) 4 → 8"}
    assert "b.broker.capacity=8" in page.url


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_bars_a_screen_reader(opened, board, language):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs the extra `browser`").Axe()
    found = []
    link = f"{board.link}#b=iuc-asia&b.broker.capacity=8&b.policies=joint-call&language={language}&view={VIEW}"
    page = opened(link, bypass_csp=True)
    page.emulate_media(reduced_motion="reduce")
    for tab in tabs(page):
        page.wait_for_function("!document.querySelector('[aria-busy=true]')")  # until then it is dim
        for fold in page.query_selector_all("details:not([hidden]):not([open]) > summary"):
            fold.click()
        found += [(tab, one["id"], one["nodes"][0]["html"][:150]) for one in axe.run(page).response["violations"]]
    assert not found


def test_the_whole_page_is_reached_by_the_keyboard(opened, board):
    page = opened(board.link)
    page.wait_for_selector(DONE)
    reached = []
    for _ in range(100):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.tagName"))
    for wanted in (
        "language-en",
        "more",
        "a-scenario",
        "b-scenario",
        "b-broker.capacity",
        "b-back",
        "rescale",
        "months",
        "keep",
    ):
        assert wanted in reached, wanted
    assert {"a-broker.capacity", "outcome-pilots_ever", "tab-changes"} <= set(reached)
    press(page, "outcome-pilots_ever", "ArrowDown")
    page.wait_for_selector("tr.chosen #outcome-contacts_ever")
    assert "first contacts" in page.inner_text("#verdict")
    assert page.evaluate("document.activeElement.id") == "outcome-contacts_ever"
    press(page, "tab-changes")
    page.wait_for_selector("#tab-pairs[aria-selected='true']")
    page.wait_for_selector("#panel figure svg")
    assert page.evaluate("document.activeElement.id") == "tab-pairs"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [360, 720], ids=["telephone", "zoomed to 200 %"])
def test_a_narrow_page_scrolls_one_way(opened, board, language, width):
    link = f"{board.link}#b=iuc-asia&b.broker.capacity=8&b.policies=joint-call&language={language}&view={VIEW}"
    page = opened(link, viewport={"width": width, "height": 450})
    for tab in tabs(page):
        assert page.evaluate("document.documentElement.scrollWidth") <= width, tab


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
    assert list(tabs(page)) == list(TABS)
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


def test_when_the_server_comes_back_the_page_goes_on_by_itself(opened):
    with served() as one:
        page = opened(one.wait_until_ready().link)
        page.wait_for_selector(DONE)
        port = one.link.rstrip("/").rpartition(":")[2]
    press(page, "b-broker.capacity")
    page.wait_for_selector("#notice:has-text('The server does not answer')")
    with served("--port", port):
        page.wait_for_selector("#differs:has-text('4 → 9')")
        page.wait_for_selector(f"{DONE}:has(#notice[hidden])")


def test_a_room_opens_the_link_with_the_key_and_then_any_link(opened, tmp_path):
    with served("--host", "0.0.0.0", "--allow-host", "localhost") as one:
        bare = one.link.partition("?")[0]
        page = opened(bare)
        page.wait_for_selector("h1:has-text('open the link that the command printed')")
        letter = tmp_path / "letter.html"
        letter.write_text(f'<a href="{one.link}#a=iuc-asia&amp;b=no-broker">ours</a>', encoding="utf-8")
        page.goto(letter.as_uri())
        page.click("a")
        page.wait_for_selector("#differs:has-text('without')")
        page.wait_for_selector(DONE)
        assert page.url.startswith(f"{bare}#a=iuc-asia&b=no-broker") and "key" not in page.url


def test_all_that_matters_is_seen_without_scrolling(opened, board):
    page = opened(board.link, viewport={"width": 1440, "height": 900})
    page.wait_for_selector(DONE)
    for part in ("#verdict", "#sure", ".card.a", ".card.b", "#bands svg", "#difference svg", "#forest table"):
        box = page.locator(part).bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= 900, part
    for side in ("a", "b"):
        assert page.locator(f"[id='{side}-broker.capacity']").is_visible()
    for tab in TABS:
        assert page.locator(f"#tab-{tab}").bounding_box()["y"] < 900


def test_views_that_were_kept_or_handed_on_stand_side_by_side(opened, board):
    page = opened(board.link)
    page.wait_for_selector(DONE)
    page.click("#keep")
    page.wait_for_selector(DONE)
    page.click("#tab-gallery")
    page.fill("#a-link", "http://example.org/")
    page.click("#add-link")
    assert "no link of a view" in page.inner_text("#closer form")
    page.fill("#a-link", board.link + "#a=nowhere&b=iuc-asia")
    page.click("#add-link")
    assert "left out: nowhere" in page.inner_text("#closer form")
    page.fill("#a-link", board.link + "#a=no-events&b=iuc-asia&b.broker.capacity=12")
    page.click("#add-link")
    page.wait_for_selector(f"{DONE}:has(#gallery tbody tr:nth-child(2) td.number)")
    numbers = page.locator("#gallery tbody tr td.number:nth-child(2) strong").all_inner_texts()
    assert numbers[0].strip("+") in page.inner_text("#verdict") and page.inner_text("#keep").endswith("(2)")
    other = opened(page.url)
    other.wait_for_selector(f"{DONE}:has(#gallery tbody tr:nth-child(2) td.number)")
    assert other.inner_text("#gallery") == page.inner_text("#gallery")
    page.click("#open-1")
    page.wait_for_selector("#differs:has-text('4 → 12')")
    page.wait_for_selector(DONE)
    assert numbers[1].strip("+") in page.inner_text("#verdict")
    page.click("#remove-0")
    page.wait_for_selector("#gallery tbody tr:only-child")


def test_a_policy_that_is_added_has_strength_and_dates(opened, board):
    page = opened(board.link + "#a=iuc-asia&b=iuc-asia")
    page.wait_for_selector(DONE)
    page.click("#b-policies > summary")
    page.click("#b-policies-joint-call")
    page.fill("#b-policies-joint-call-strength", "12")
    page.fill("#b-policies-joint-call-start", "2018-01")
    page.press("#b-policies-joint-call-start", "Tab")
    page.wait_for_selector("#differs:has-text('+ Joint call (12, 2018-01 –)')")
    page.wait_for_selector(DONE)
    _, file = command_of(page)
    assert '{ kind = "joint-call", start = "2018-01", strength = 12.0 }' in file
    page.fill("#b-policies-joint-call-strength", "-1")
    page.press("#b-policies-joint-call-strength", "Tab")
    page.wait_for_selector("#notice:has-text('policies.strength = -1.0: must be a whole number from 1 to 10000')")


def test_what_nobody_knows_can_be_set_to_nothing_on_both_sides(opened, board):
    page = opened(board.link)
    page.wait_for_selector(DONE)
    before = page.inner_text("#verdict")
    for side in ("a", "b"):
        page.click(f"#{side}-assumptions > summary")
        page.select_option(f"#{side}-assumption", "cooperation.broker_closing")
        press(page, f"{side}-cooperation.broker_closing", "Home")
    page.wait_for_url("**a.cooperation.broker_closing=0**b.cooperation.broker_closing=0**")
    page.wait_for_selector(DONE)
    assert page.inner_text("#differs") == "From A to B: Broker (units a month) 4 → 8"
    assert page.inner_text("#verdict") != before


def test_a_link_that_asks_for_what_is_not_here_says_so(opened, board):
    link = f"{board.link}#a=iuc-asia&b=elsewhere&b.broker.capacity=2&tab=gallery&view=a%3Dnowhere&view=x&view={VIEW}"
    page = opened(link)
    page.wait_for_selector(DONE)
    assert "left out: elsewhere, nowhere" in page.inner_text("#notice")
    assert page.locator("#gallery tbody tr").count() == 1
    press(page, "b-broker.capacity")
    page.wait_for_selector(f"{DONE}:has(#notice[hidden])")


def test_a_command_is_copied_also_where_there_is_no_clipboard_for_scripts(opened, board):
    page = opened(board.link + "#tab=again")
    page.wait_for_selector(DONE)
    page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.click("#copy-command")
    page.wait_for_selector("#copy-command + [role=status]:has-text('copied')")
    assert page.evaluate("getSelection().toString()") == page.inner_text("#text-command")


def test_months_can_be_fewer(opened, board):
    page = opened(board.link)
    page.wait_for_selector(DONE)
    page.fill("#months", "24")
    page.press("#months", "Tab")
    page.wait_for_selector("h2:has-text('after 24 months')")
    page.wait_for_selector(DONE)
    assert "months=24" in page.url and "24 months from 2017-01" in page.inner_text("#foot")


def test_names_of_a_matrix_do_not_touch_on_a_telephone(opened, board):
    page = opened(board.link + "#tab=pairs", viewport={"width": 360, "height": 740})
    page.wait_for_selector(DONE)
    left = "(found) => found.map((one) => one.getBoundingClientRect().left)"
    columns = page.locator("#panel figure svg [transform*=rotate]").evaluate_all(left)
    assert len(columns) > 10 and min(b - a for a, b in pairwise(columns)) >= 14
    picture = page.locator("#panel figure svg")
    box = picture.bounding_box()
    right = picture.locator("text").evaluate_all(left.replace("left", "right"))
    assert min(picture.locator("text").evaluate_all(left)) >= box["x"] and max(right) <= box["x"] + box["width"]


def test_sides_of_a_network_stay_apart_on_a_telephone(opened, board):
    page = opened(board.link + "#tab=network&language=zh", viewport={"width": 360, "height": 740})
    page.wait_for_selector(DONE)
    names = page.locator("#panel figure svg [aria-hidden] text, #panel figure svg g[text-anchor] text")
    left = "(found) => found.map((one) => [one.getBoundingClientRect().left, one.getBoundingClientRect().right])"
    ends = names.evaluate_all(left)
    assert len(ends) > 25 and all(0 < a < b < 360 for a, b in ends)
    assert max(b for a, b in ends if a < 120) + 60 < min(a for a, b in ends if a > 180)


def test_a_world_in_which_a_lever_does_nothing_is_the_same_and_drawn_on_a_plain_axis(opened, board):
    page = opened(board.link + "#a=world-300&b=world-300&b.broker.capacity=8&months=12&tab=network")
    page.wait_for_selector(DONE)
    assert page.inner_text("#verdict") == "A and B have the same pilot projects"
    assert max(map(len, page.locator("#difference svg text").all_text_contents())) < 8
    assert "synthetic" in page.inner_text("#foot") and page.locator("#panel figure svg").bounding_box()["height"] < 900


def test_while_rules_compile_it_says_so_at_once(opened, tmp_path):
    with served(TWINHELIX_CACHE=str(tmp_path)) as one:
        page = opened(one.link)
        page.wait_for_selector("#notice:has-text('Compiling the rules')", timeout=10_000)
        page.wait_for_selector("#notice progress", timeout=10_000)


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
    assert first.startswith("B brings")
    page.goto((tmp_path / "room" / "index.html").as_uri() + "#a=short&a.broker.capacity=8&b=short&b.broker.capacity=8")
    page.reload()
    page.wait_for_selector("#notice:has-text('finished answers only. For any other: twinhelix dashboard short.toml')")
    assert page.inner_text("#verdict") == "TwinHelix" and "twinhelix dashboard short.toml" in page.inner_text("#beyond")
    assert {one.split()[0] for one in page.seen} == {"request"} and all("file://" in one for one in page.seen)
