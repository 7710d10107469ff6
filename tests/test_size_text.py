"""Size tables as people paste them."""

import pytest

import server.studio.studio as studio_file
from garments.kinds import get_kind
from garments.size_table import read_size_table
from server.studio.size_text import tidy_table
from tests.studio_kit import QuickWorker, start_studio


@pytest.fixture
def quick(monkeypatch):
    """Builds take no time."""
    monkeypatch.setattr(studio_file, "Worker", QuickWorker)
    monkeypatch.setattr(QuickWorker, "calls", [])
    return QuickWorker


@pytest.fixture
async def studio(aiohttp_client, tmp_path, quick):
    return await start_studio(aiohttp_client, tmp_path)


# ---- Size tables ----


@pytest.mark.parametrize(
    "text",
    [
        "size,chest_cm,length_cm\nM,104,70\nL,108.5,72\n",
        "Size\tChest\tLength\nM\t104\t70\nL\t108.5\t72",
        "\ufeffsize;chest (cm);length\r\nM;104;70\r\nL;108,5 cm;72\r\n",
        "사이즈\t가슴단면\t총장\t\nM\t52\t70\t\nL\t54.25\t72\t\n\t\t\t\n",
        "\t가슴둘레(cm)\t총장 cm\nM\t104cm\t70\nL\t108,5\t72",
    ],
)
def test_tables_are_understood_as_spreadsheets_give_them(tmp_path, text):
    (tmp_path / "sizes.csv").write_text(tidy_table(text), encoding="utf-8")
    table = read_size_table(tmp_path / "sizes.csv", get_kind("t-shirt"))
    assert table == {"M": {"chest_cm": 104.0, "length_cm": 70.0}, "L": {"chest_cm": 108.5, "length_cm": 72.0}}


async def test_a_table_that_is_wrong_is_complained_of_and_the_old_one_stays(studio):
    piece = await studio.built((await studio.upload(kind="t-shirt"))["id"])
    good = "size,chest_cm\nM,104\n"
    assert (await studio.ask("PUT", f"/pieces/{piece['id']}/sizes", data=good))[1]["sizes"] == good
    for bad in ("size,inseam_cm\nM,80\n", "size,chest_cm\nM,wide\n", "size,chest_cm\nM,104\nM,106\n"):
        status, said = await studio.ask("PUT", f"/pieces/{piece['id']}/sizes", data=bad)
        assert (status, said["code"]) == (422, "bad-size-table")
        assert (await studio.ask("GET", f"/pieces/{piece['id']}"))[1]["sizes"] == good
    assert (await studio.ask("PUT", f"/pieces/{piece['id']}/sizes", data=b"\xff\xfe"))[1]["code"] == "bad-request"
    assert (await studio.ask("PUT", f"/pieces/{piece['id']}/sizes", data=" " * 300_000))[0] == 413
    assert (await studio.ask("PUT", f"/pieces/{piece['id']}/sizes", data=""))[1]["sizes"] == ""
