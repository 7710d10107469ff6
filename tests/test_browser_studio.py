"""The studio as a merchandiser meets it: the real server, the real page, a real browser."""

import base64
import json

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect, sync_playwright

from tests.browser_kit import Server, browser_with_camera, visitor, wait_until
from tests.drawn_tops import t_shirt_photo
from tests.studio_kit import tee

LAPTOP = {"viewport": {"width": 1280, "height": 900}}
BUILD_MS = 120_000
"""The first build starts a process, on a machine that may be busy."""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    running = Server(tmp_path_factory.mktemp("data"))
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright, browser_with_camera(playwright, None) as running:
        yield running


@pytest.fixture(scope="module")
def season(tmp_path_factory):
    """A folder as shops have them: photos in folders, and what is none."""
    folder = tmp_path_factory.mktemp("season")
    (folder / "tops").mkdir()
    Image.fromarray(t_shirt_photo()[0]).save(folder / "tops" / "빨강_티.jpg", quality=92)
    Image.fromarray(np.full((400, 300, 3), 240, np.uint8)).save(folder / "nothing.png")
    (folder / "notes.txt").write_text("not a garment")
    return folder


def studio_of(server):
    return json.loads(server.get("/api/studio"))["pieces"]


def piece_of(server, name):
    return json.loads(server.get(f"/api/studio/pieces/{name}"))


def offered(server):
    return [garment["id"] for garment in json.loads(server.get("/api/garments"))["garments"]]


def wait_for_build(page, server, name, version):
    assert wait_until(
        page, lambda: (piece := piece_of(server, name))["version"] >= version and piece["state"] != "building", 60
    ), piece_of(server, name)
    return piece_of(server, name)


def centre(handle):
    box = handle.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_from_a_folder_of_photos_to_the_mirror_without_a_restart(server, browser, season):
    with visitor(browser, server.address) as mirror, visitor(browser, f"{server.address}/studio", **LAPTOP) as page:
        expect(mirror.locator("[data-garment]").first).to_be_visible()
        page.locator("#folder").set_input_files(season)
        expect(page.locator("[data-piece]")).to_have_count(2)
        expect(page.locator(".piece.built")).to_have_count(1, timeout=BUILD_MS)
        expect(page.locator(".piece.refused")).to_have_count(1, timeout=BUILD_MS)
        expect(page.locator(".piece.refused .why")).not_to_be_empty()

        page.locator(".piece.built").click()
        name = page.locator("[data-open]").get_attribute("data-open")
        expect(page.get_by_label("Name")).to_have_value("빨강 티")
        before = piece_of(server, name)
        assert before["grade"] in "AB"
        expect(page.locator("[data-point]")).to_have_count(len(before["landmarks"]["points"]))
        expect(page.locator(".view:not(.waiting)")).to_have_count(3, timeout=BUILD_MS)

        # A wrong landmark is dragged, and the garment is built again from it.
        handle = page.locator("[data-point=cuff_outer_left]")
        x, y = centre(handle)
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x - 20, y + 10, steps=4)
        expect(page.locator(".loupe")).to_contain_text("Cuff, outer, left")
        page.mouse.up()
        moved = wait_for_build(page, server, name, before["version"] + 1)
        old, new = (piece["landmarks"]["points"]["cuff_outer_left"] for piece in (before, moved))
        assert new["x"] < old["x"] - 5
        assert new["y"] > old["y"] + 2
        assert new["confidence"] == 1
        expect(page.locator(".took")).to_contain_text("Built again")

        # By keyboard: one pixel, ten pixels, and back again.
        handle.focus()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Shift+ArrowUp")
        nudged = wait_for_build(page, server, name, moved["version"] + 1)["landmarks"]["points"]["cuff_outer_left"]
        assert (nudged["x"], nudged["y"]) == (round(new["x"]) + 1, round(new["y"]) - 10)
        page.keyboard.press("Control+z")
        undone = wait_for_build(page, server, name, moved["version"] + 2)["landmarks"]["points"]["cuff_outer_left"]
        assert (undone["x"], undone["y"]) == pytest.approx((new["x"], new["y"]), abs=0.01)
        expect(page.locator("main")).to_have_attribute("aria-busy", "false")

        # A table from a spreadsheet.
        page.locator("[data-cell='0,1']").evaluate(
            """(cell, text) => {
                const carried = new DataTransfer();
                carried.setData("text/plain", text);
                const how = { clipboardData: carried, bubbles: true, cancelable: true };
                cell.dispatchEvent(new ClipboardEvent("paste", how));
            }""",
            "사이즈\t가슴단면\t총장\nM\t52\t70\nL\t54\t72\n",
        )
        expect(page.locator("[data-cell='1,1']")).to_have_value("108", timeout=30_000)
        assert piece_of(server, name)["passport"]["sizes_cm"]["L"] == {"chest_cm": 108.0, "length_cm": 72.0}

        # Published by keyboard; the mirror that has been open all the while offers it.
        expect(mirror.locator(f"[data-garment={name}]")).to_have_count(0)
        switch = page.get_by_role("switch")
        expect(page.locator("main")).to_have_attribute("aria-busy", "false")
        switch.focus()
        page.keyboard.press("Space")
        expect(switch).to_have_attribute("aria-checked", "true")
        assert offered(server)[-1] == name
        expect(mirror.locator(f"[data-garment={name}]")).to_have_count(1, timeout=20_000)
        expect(mirror.locator(f"[data-garment={name}]")).to_contain_text("빨강 티")

        # And takes it off again.
        switch.click()
        expect(switch).to_have_attribute("aria-checked", "false")
        expect(mirror.locator(f"[data-garment={name}]")).to_have_count(0, timeout=20_000)

        page.get_by_role("button", name="Delete").click()
        expect(page.locator("[data-piece]")).to_have_count(1)
        page.get_by_role("button", name="Undo").click()
        expect(page.locator(f"[data-open={name}]")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("[data-piece]")).to_have_count(2)
        expect(page.locator(f"[data-piece={name}]")).to_be_focused()


def test_a_garment_turns_by_itself_by_hand_and_by_keyboard(server, browser):
    name = next(piece["id"] for piece in studio_of(server) if piece["state"] == "built")
    with visitor(browser, f"{server.address}/studio#/{name}", **LAPTOP, reduced_motion="reduce") as page:
        slider = page.get_by_role("slider")
        expect(page.locator(".view:not(.waiting)")).to_have_count(3, timeout=BUILD_MS)
        page.wait_for_timeout(500)
        expect(slider).to_have_attribute("aria-valuenow", "0")  # who asks for less motion gets none
        slider.focus()
        page.keyboard.press("ArrowRight")
        expect(slider).to_have_attribute("aria-valuetext", "23 degrees")
        page.keyboard.press("End")
        expect(slider).to_have_attribute("aria-valuenow", "180")
        x, y = centre(slider)
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x - 56, y, steps=4)
        page.mouse.up()
        expect(slider).to_have_attribute("aria-valuenow", "90")
        page.get_by_role("button", name="Turn by itself").click()
        expect(slider).not_to_have_attribute("aria-valuenow", "90")


def test_a_photo_that_is_dropped_anywhere_is_taken_in_and_a_letter_is_not(server, browser):
    with visitor(browser, f"{server.address}/studio", **LAPTOP) as page:
        expect(page.locator("[data-piece]").first).to_be_visible()
        count = page.locator("[data-piece]").count()
        dropped = page.evaluate_handle(
            """text => {
                const carried = new DataTransfer();
                const bytes = Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
                carried.items.add(new File([bytes], "blue.jpg", { type: "image/jpeg" }));
                carried.items.add(new File(["not a photo"], "letter.jpg", { type: "image/jpeg" }));
                return carried;
            }""",
            base64.b64encode(tee((30, 60, 160))).decode(),
        )
        page.locator("main").dispatch_event("drop", {"dataTransfer": dropped})
        expect(page.locator("[data-piece]")).to_have_count(count + 1)
        expect(page.get_by_role("alert")).to_contain_text("neither a JPEG")
        page.get_by_role("button", name="Dismiss").click()
        expect(page.get_by_role("alert")).to_have_count(0)


def test_everything_on_the_list_is_reached_by_tab(server, browser):
    with visitor(browser, f"{server.address}/studio", **LAPTOP) as page:
        expect(page.locator("[data-piece]").first).to_be_visible()
        reached = []
        for _ in range(14):
            page.keyboard.press("Tab")
            reached.append(page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))
        assert {"files", "folder", "Open the mirror"} <= set(reached)
        assert any(words.startswith("To check") for words in reached)
        assert page.evaluate("document.activeElement.matches(':focus-visible')")


def test_the_page_speaks_korean(server, browser):
    with visitor(browser, f"{server.address}/studio", locale="ko-KR", **LAPTOP) as page:
        expect(page.get_by_role("heading", name="상품 사진을 여기에 놓아 주세요")).to_be_visible()
        expect(page.locator("html")).to_have_attribute("lang", "ko")
        expect(page.locator(".piece.refused .why").first).to_contain_text("사진")


def test_a_phone_has_room_for_everything(server, browser):
    name = next(piece["id"] for piece in studio_of(server) if piece["state"] == "built")
    phone = {"viewport": {"width": 390, "height": 844}}
    with visitor(browser, f"{server.address}/studio#/{name}", **phone) as page:
        expect(page.locator("[data-point]").first).to_be_visible()
        expect(page.get_by_role("switch")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
