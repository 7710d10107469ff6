"""The whole mirror as a visitor meets it: the real server, the real page, a real browser with a camera."""

import base64
import io
import json
import re

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect, sync_playwright

from tests.browser_kit import (
    FILM_HEIGHT_PX,
    FILM_WIDTH_PX,
    Server,
    astronaut_picture,
    browser_with_camera,
    changed,
    look_at,
    visitor,
    wait_until,
    wall_picture,
    write_film,
)

SUIT_RGB = (205, 80, 45)
"""About the colour of what the person wears already."""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    running = Server(tmp_path_factory.mktemp("data"))
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def playwright():
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def browser(playwright, tmp_path_factory):
    """A browser before whose camera a person stands."""
    film = write_film(tmp_path_factory.mktemp("film") / "person.mjpeg", astronaut_picture())
    with browser_with_camera(playwright, film) as running:
        yield running


@pytest.fixture(scope="module")
def browser_without_camera(playwright):
    with browser_with_camera(playwright, None) as running:
        yield running


@pytest.fixture(scope="module")
def colours(server):
    """The mean colour of every garment on the rail, in its order."""
    garments = list_garments(server)
    assert len(garments) >= 8
    return {garment["id"]: mean_colour(server.get(garment["cutout"])) for garment in garments}


@pytest.fixture(scope="module")
def rivals(server, colours):
    """The two tops of one kind, so that the one takes the other's place, that are least alike and unlike the suit."""
    kinds = {one["id"]: one["kind"] for one in list_garments(server) if one["covers"] == ["upper"]}

    def unlikeness(pair):
        a, b = (colours[name] for name in pair)
        return min(np.linalg.norm(a - b), np.linalg.norm(a - SUIT_RGB), np.linalg.norm(b - SUIT_RGB))

    pairs = [(a, b) for a in kinds for b in kinds if a != b and kinds[a] == kinds[b]]
    return max(pairs, key=unlikeness)


def list_garments(server):
    """What hangs on the rail: of a piece in several colours the first."""
    garments = json.loads(server.get("/api/garments"))["garments"]
    return list({one["group"] or one["id"]: one for one in reversed(garments)}.values())[::-1]


def mean_colour(cutout_png):
    cutout = np.asarray(Image.open(io.BytesIO(cutout_png)).convert("RGBA"))
    return cutout[cutout[..., 3] > 200][:, :3].mean(axis=0)


def card(page, garment):
    return page.locator(f"[data-garment='{garment}']")


def bare_look(page):
    """The canvas with the person in it and nothing put on: bright, and the same twice."""
    expect(page.locator("[data-garment]").first).to_be_visible()
    assert wait_until(page, lambda: look_at(page).mean() > 60), "the mirror stayed dark"
    page.wait_for_timeout(300)
    return look_at(page)


def look_wearing(page, garment, other_look):
    """The canvas once the garment is on and the picture has come to rest."""
    card(page, garment).click()
    expect(card(page, garment)).to_have_attribute("aria-pressed", "true")
    assert wait_until(page, lambda: changed(other_look, look_at(page)).mean() > 0.02, 60), f"{garment} never showed"
    looks = [look_at(page)]

    def is_at_rest():
        page.wait_for_timeout(250)
        looks.append(look_at(page))
        return changed(looks[-2], looks[-1]).mean() < 0.002

    wait_until(page, is_at_rest, within_secs=10)
    return looks[-1]


def test_torso_takes_the_first_and_then_the_second_garment_and_the_background_stays(server, browser, colours, rivals):
    first, second = rivals
    with visitor(browser, server.address) as page:
        bare = bare_look(page)
        in_first = look_wearing(page, first, bare)
        in_second = look_wearing(page, second, in_first)
        page.keyboard.press("0")
        assert wait_until(page, lambda: changed(bare, look_at(page)).mean() < 0.002), "it did not come off"

    torso = changed(bare, in_first) & changed(bare, in_second) & changed(in_first, in_second)
    assert torso.mean() > 0.02
    apart = np.linalg.norm(colours[first] - colours[second])
    for look, worn in ((in_first, first), (in_second, second)):
        seen = look[torso].mean(axis=0)
        assert np.linalg.norm(seen - colours[worn]) < apart / 2, f"the torso in {worn} is {seen}, not {colours[worn]}"

    rows, columns = np.nonzero(torso)
    height, width = torso.shape
    assert 0.2 * width < np.median(columns) < 0.8 * width
    assert np.median(rows) > 0.4 * height
    for look in (in_first, in_second):
        untouched = {
            "wall on the left": (slice(None), slice(0, width // 12)),
            "wall on the right": (slice(None), slice(-width // 12, None)),
            "room above": (slice(0, height // 20), slice(None)),
            "face": (slice(height // 8, height // 4), slice(int(0.52 * width), int(0.6 * width))),
        }
        for name, part in untouched.items():
            assert np.abs(look[part] - bare[part]).mean() < 6, f"the {name} changed"
            assert changed(bare[part], look[part]).mean() < 0.01, f"the {name} changed"


def is_mirrored(look, picture):
    """Whether the look is the picture turned round; the fake camera's own colours are a little off."""
    return np.abs(look - picture[:, ::-1]).mean() < min(20, np.abs(look - picture).mean() / 2)


def test_camera_is_shown_as_in_a_mirror(server, browser):
    with visitor(browser, server.address) as page:
        bare = bare_look(page)
    height, width = bare.shape[:2]
    scale = max(width / FILM_WIDTH_PX, height / FILM_HEIGHT_PX)
    whole = Image.fromarray(astronaut_picture()).resize((round(FILM_WIDTH_PX * scale), round(FILM_HEIGHT_PX * scale)))
    left, top = (whole.width - width) // 2, (whole.height - height) // 2
    seen = np.asarray(whole.crop((left, top, left + width, top + height))).astype(np.int16)
    assert is_mirrored(bare, seen)


def test_keyboard_alone_does_everything(server, browser, colours, tmp_path):
    names = list(colours)
    with visitor(browser, server.address) as page:
        bare_look(page)
        page.keyboard.press("ArrowRight")
        expect(card(page, names[0])).to_have_attribute("aria-pressed", "true")
        page.keyboard.press("ArrowRight")
        expect(card(page, names[1])).to_have_attribute("aria-pressed", "true")
        expect(card(page, names[0])).to_have_attribute("aria-pressed", "false")
        page.keyboard.press("2")
        expect(card(page, names[1])).to_have_attribute("aria-pressed", "false")
        page.keyboard.press("3")
        expect(card(page, names[2])).to_have_attribute("aria-pressed", "true")
        page.keyboard.press("Escape")
        expect(page.locator("[aria-pressed=true][data-garment]")).to_have_count(0)

        page.keyboard.press("i")
        expect(page.get_by_text("pictures a second")).to_be_visible()
        expect(page.locator(".readout")).to_contain_text(re.compile(r"\d ms"))
        page.keyboard.press("i")
        expect(page.get_by_text("pictures a second")).to_have_count(0)

        with page.expect_download() as download:
            page.keyboard.press("s")
        assert re.fullmatch(r"geoul-\d{4}-\d\d-\d\d-\d\d\.\d\d\.\d\d\.jpg", download.value.suggested_filename)
        download.value.save_as(tmp_path / "snapshot.jpg")
        expect(page.get_by_text(download.value.suggested_filename)).to_be_visible()

        for _ in range(40):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.dataset.garment") == names[0]:
                break
        page.keyboard.press("Enter")
        expect(card(page, names[0])).to_have_attribute("aria-pressed", "true")

    snapshot = np.asarray(Image.open(tmp_path / "snapshot.jpg")).astype(np.int16)
    assert snapshot.shape == (FILM_HEIGHT_PX, FILM_WIDTH_PX, 3)
    assert is_mirrored(snapshot, astronaut_picture())


def test_nobody_in_view_is_said_in_words(server, playwright, colours, tmp_path):
    film = write_film(tmp_path / "wall.mjpeg", wall_picture())
    with browser_with_camera(playwright, film) as browser, visitor(browser, server.address) as page:
        bare = bare_look(page)
        card(page, next(iter(colours))).click()
        expect(page.get_by_role("status")).to_contain_text("Step back", timeout=20_000)
        assert changed(bare, look_at(page)).mean() < 0.002
        page.keyboard.press("0")
        expect(page.get_by_role("status")).not_to_contain_text("Step back")


def test_without_a_camera_a_picture_can_be_dressed(server, browser_without_camera, colours, rivals, tmp_path):
    Image.fromarray(astronaut_picture()).save(tmp_path / "me.jpg")
    with visitor(browser_without_camera, server.address) as page:
        expect(page.get_by_role("heading", name="No camera found")).to_be_visible()
        expect(page.get_by_role("button", name="Try the camera again")).to_be_visible()
        with page.expect_file_chooser() as chooser:
            page.get_by_role("button", name="Choose a picture or video").click()
        chooser.value.set_files(tmp_path / "me.jpg")
        expect(page.locator(".doors")).to_have_count(0)
        bare = bare_look(page)
        first, second = rivals
        in_first = look_wearing(page, first, bare)
        in_second = look_wearing(page, second, in_first)
    torso = changed(bare, in_first) & changed(bare, in_second)
    assert torso.mean() > 0.01
    apart = np.linalg.norm(colours[first] - colours[second])
    assert np.linalg.norm(in_second[torso].mean(axis=0) - colours[second]) < apart / 2


def test_file_that_is_no_picture_gets_a_sentence(server, browser_without_camera, tmp_path):
    Image.new("RGB", (1, 1)).save(tmp_path / "dot.png")
    (tmp_path / "letter.jpg").write_text("not a picture")
    (tmp_path / "song.mp4").write_text("not a video")
    with visitor(browser_without_camera, server.address) as page:
        for name in ("letter.jpg", "song.mp4"):
            page.locator("input[type=file]").set_input_files(tmp_path / name)
            expect(page.get_by_role("status")).to_contain_text(f"“{name}” cannot be shown")
        expect(page.get_by_role("button", name="Choose a picture or video")).to_be_visible()
        page.locator("input[type=file]").set_input_files(tmp_path / "dot.png")
        page.keyboard.press("1")
        expect(page.get_by_role("status")).to_contain_text("Nobody found here", timeout=30_000)


def test_picture_dropped_on_the_page_is_shown(server, browser_without_camera):
    png = io.BytesIO()
    Image.fromarray(astronaut_picture()).save(png, "PNG")
    with visitor(browser_without_camera, server.address) as page:
        dropped = page.evaluate_handle(
            """text => {
                const carried = new DataTransfer();
                const bytes = Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
                carried.items.add(new File([bytes], "me.png", { type: "image/png" }));
                return carried;
            }""",
            base64.b64encode(png.getvalue()).decode(),
        )
        page.locator("canvas").dispatch_event("drop", {"dataTransfer": dropped})
        expect(page.locator(".doors")).to_have_count(0)
        assert bare_look(page).mean() > 60


def test_demo_shopper_stands_in_for_a_visitor_without_a_camera(server, browser_without_camera, colours):
    with visitor(browser_without_camera, server.address) as page:
        page.get_by_role("button", name="Try with the demo shopper").click()
        bare = bare_look(page)
        look_wearing(page, next(iter(colours)), bare)
        page.get_by_role("button", name="Use the camera").click()
        expect(page.get_by_role("heading", name="No camera found")).to_be_visible()


def test_refused_camera_is_explained(server, browser):
    with visitor(browser, "about:blank") as page:
        page.add_init_script(
            "navigator.mediaDevices.getUserMedia ="
            " () => Promise.reject(new DOMException('Permission denied', 'NotAllowedError'))"
        )
        page.goto(server.address)
        expect(page.get_by_role("heading", name="The camera is blocked")).to_be_visible()
        expect(page.get_by_role("button", name="Try the camera again")).to_be_visible()
        expect(page.get_by_role("button", name="Choose a picture or video")).to_be_visible()


def test_page_speaks_the_language_of_the_browser(server, browser_without_camera):
    with visitor(browser_without_camera, server.address, locale="ko-KR") as page:
        expect(page.get_by_role("heading", name="카메라가 없어요")).to_be_visible()
        expect(page.locator("html")).to_have_attribute("lang", "ko")
        page.goto(f"{server.address}/?lang=en")
        expect(page.get_by_role("heading", name="No camera found")).to_be_visible()
        expect(page.locator("html")).to_have_attribute("lang", "en")


def test_mirror_outlives_its_server_and_dresses_again_when_it_is_back(server, browser, rivals):
    first, _ = rivals
    with visitor(browser, server.address) as page:
        bare = bare_look(page)
        look_wearing(page, first, bare)
        server.stop()
        expect(page.get_by_role("status")).to_contain_text("out of reach", timeout=10_000)
        expect(page.get_by_role("button", name="Try now")).to_be_visible()
        assert changed(bare, look_at(page)).mean() < 0.002, "it is not a plain mirror"
        page.get_by_role("button", name="Try now").click()
        server.start()
        expect(page.get_by_role("status")).not_to_contain_text("out of reach", timeout=15_000)
        assert wait_until(page, lambda: changed(bare, look_at(page)).mean() > 0.02), "it is not dressed again"


def test_several_pieces_are_worn_together_and_what_takes_the_place_of_another_replaces_it(server, browser, rivals):
    first, second = rivals
    others = [one for one in list_garments(server) if one["covers"] == ["upper"]]
    kind = next(one["kind"] for one in others if one["id"] == first)
    over = next(one["id"] for one in others if one["layer"] >= 30 and one["kind"] != kind)
    worn = "[data-garment][aria-pressed=true]"
    with visitor(browser, server.address) as page:
        bare = bare_look(page)
        for name in (first, over, second):
            card(page, name).click()
        expect(page.locator(worn)).to_have_count(2)
        expect(card(page, first)).to_have_attribute("aria-pressed", "false")
        chips = page.get_by_role("list", name="What you wear").get_by_role("listitem")
        expect(chips).to_have_count(2)
        assert wait_until(page, lambda: changed(bare, look_at(page)).mean() > 0.02, 60), "nothing was put on"
        chips.first.get_by_role("button").click()
        expect(page.locator(worn)).to_have_count(1)
        page.get_by_role("button", name="Take all off").click()
        expect(page.locator(worn)).to_have_count(0)
        expect(chips).to_have_count(0)
        assert wait_until(page, lambda: changed(bare, look_at(page)).mean() < 0.002), "they did not come off"


def test_the_rail_shows_one_kind_or_all(server, browser):
    garments = list_garments(server)
    knits = [one["id"] for one in garments if one["kind"] == "knit"]
    with visitor(browser, server.address) as page:
        kinds = page.get_by_role("group", name="Kinds of clothes")
        kinds.get_by_role("button", name="Knit").click()
        expect(page.locator("[data-garment]")).to_have_count(len(knits))
        page.keyboard.press("1")
        expect(card(page, knits[0])).to_have_attribute("aria-pressed", "true")
        kinds.get_by_role("button", name="All").click()
        expect(page.locator("[data-garment]")).to_have_count(len(garments))
        expect(card(page, knits[0])).to_have_attribute("aria-pressed", "true")


def test_a_swatch_puts_a_piece_on_and_changes_its_colour(server, browser):
    groups = {}
    for one in json.loads(server.get("/api/garments"))["garments"]:
        groups.setdefault(one["group"], []).append(one)
    first, second, *_ = next(colours for group, colours in groups.items() if group and len(colours) > 1)
    with visitor(browser, server.address, locale="ko-KR") as page:
        swatch = page.get_by_role("group", name=f"{first['title']['ko']} 색상").locator("button").nth(1)
        expect(swatch).to_have_accessible_name(second["colour"]["ko"])
        box = swatch.bounding_box()
        assert min(box["width"], box["height"]) >= 44
        assert swatch.evaluate("one => getComputedStyle(one, '::before').backgroundColor") == rgb(
            second["colour"]["hex"]
        )
        card(page, first["id"]).click()
        swatch = page.locator(f"[data-colour='{second['id']}']")
        swatch.focus()
        page.keyboard.press("Enter")
        expect(card(page, second["id"])).to_have_attribute("aria-pressed", "true")
        expect(card(page, first["id"])).to_have_count(0)
        expect(swatch).to_be_focused()
        expect(page.locator(".piece .name")).to_have_text([second["title"]["ko"]])


def rgb(code):
    """A colour as browsers say it."""
    return f"rgb({', '.join(str(int(code[at : at + 2], 16)) for at in (1, 3, 5))})"


def test_an_outfit_is_put_on_at_one_tap(server, browser):
    outfit = json.loads(server.get("/api/garments"))["outfits"][0]
    with visitor(browser, server.address) as page:
        page.get_by_role("group", name="Kinds of clothes").get_by_role("button", name="Outfits").click()
        shown = page.locator(f"[data-outfit='{outfit['id']}']")
        page.keyboard.press("1")
        expect(shown).to_have_attribute("aria-pressed", "true")
        expect(page.locator(".piece")).to_have_count(len(outfit["garments"]))
        shown.click()
        expect(page.locator(".piece")).to_have_count(0)
