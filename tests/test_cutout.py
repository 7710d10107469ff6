import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from skimage.data import astronaut

from garments.cutting.cutout import cut_out
from garments.errors import RefusedError

Picture = NDArray[np.uint8]
Mask = NDArray[np.bool_]

HEIGHT, WIDTH = 512, 384
LONG_SLEEVES = (
    (150, 70), (234, 70), (282, 100), (330, 400), (296, 408), (262, 190), (262, 440),
    (122, 440), (122, 190), (88, 408), (54, 400), (102, 100),
)  # fmt: skip
SHORT_SLEEVES = (
    (150, 70), (234, 70), (290, 100), (340, 190), (300, 214), (262, 160), (262, 440),
    (122, 440), (122, 160), (84, 214), (44, 190), (94, 100),
)  # fmt: skip


def coverage(outline: tuple[tuple[int, int], ...], scale: int = 1) -> NDArray[np.float32]:
    """How much of each pixel a drawn garment covers, 0 to 1."""
    fine = np.zeros((HEIGHT * 4 * scale, WIDTH * 4 * scale), np.uint8)
    cv2.fillPoly(fine, [np.array(outline, np.int32) * 4 * scale], 255)
    small = cv2.resize(fine, (WIDTH * scale, HEIGHT * scale), interpolation=cv2.INTER_AREA)
    return small.astype(np.float32) / 255


def ground(levels: tuple[int, int, int] = (246, 246, 246), fall: float = 0.0) -> NDArray[np.float32]:
    """A plain ground, `fall` levels darker at its foot."""
    down = np.linspace(0, fall, HEIGHT)[:, None, None]
    return np.ascontiguousarray(np.broadcast_to(np.array(levels, np.float32) - down, (HEIGHT, WIDTH, 3)), np.float32)


def cloth(levels: tuple[int, int, int], folds: float = 6.0) -> NDArray[np.float32]:
    """Woven cloth: soft folds and a grain."""
    y, x = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32)
    shade = folds * np.sin(x / 17 + y / 90) + 1.5 * ((x.astype(int) + y.astype(int)) % 2)
    return np.asarray(np.array(levels, np.float32) + shade[..., None], np.float32)


def shop_photo(
    worn: NDArray[np.float32], on: NDArray[np.float32], cover: NDArray[np.float32], quality: int = 92
) -> Picture:
    """The garment on the ground, as a shop's JPEG shows it."""
    picture = on * (1 - cover[..., None]) + worn * cover[..., None]
    shot = np.clip(np.round(picture), 0, 255).astype(np.uint8)
    packed = cv2.imencode(".jpg", cv2.cvtColor(shot, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.cvtColor(cv2.imdecode(packed, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB), np.uint8)


def overlap(cut: Picture, cover: NDArray[np.float32]) -> float:
    found, true = cut[..., 3] > 127, cover > 0.5
    return float((found & true).sum() / (found | true).sum())


def refusal(photo: Picture) -> str:
    with pytest.raises(RefusedError) as refused:
        cut_out(photo)
    assert refused.value.sentence.endswith(".")
    return refused.value.code


SHIRT = coverage(SHORT_SLEEVES)


@pytest.mark.parametrize("levels", [(30, 40, 90), (200, 60, 50), (222, 205, 180)])
@pytest.mark.parametrize("on", [ground(), ground((228, 226, 222), 30), ground((205, 190, 200))])
def test_the_outline_is_found_on_any_plain_ground(levels: tuple[int, int, int], on: NDArray[np.float32]) -> None:
    cut = cut_out(shop_photo(cloth(levels), on, SHIRT))
    assert cut.shape == (HEIGHT, WIDTH, 4)
    assert overlap(cut, SHIRT) > 0.97


@pytest.mark.parametrize("whiteness", [246, 249, 252])
def test_white_cloth_is_found_on_a_near_white_ground_though_its_shading_crosses_it(whiteness: int) -> None:
    rim = 1 - cv2.erode(cv2.GaussianBlur(SHIRT, (0, 0), 5), None)
    white = cloth((whiteness, whiteness, whiteness), folds=4) - 12 * rim[..., None]
    assert overlap(cut_out(shop_photo(white, ground(), SHIRT)), SHIRT) > 0.955


def test_grain_of_the_camera_does_not_matter() -> None:
    photo = shop_photo(cloth((60, 90, 60)), ground((225, 225, 225), 20), SHIRT).astype(np.float32)
    grainy = photo + np.random.default_rng(0).normal(0, 4, photo.shape)
    assert overlap(cut_out(np.clip(grainy, 0, 255).astype(np.uint8)), SHIRT) > 0.985


def test_a_soft_shadow_stays_behind() -> None:
    shade = cv2.GaussianBlur(np.roll(SHIRT, (12, 8), (0, 1)), (0, 0), 8)
    on = ground() * (1 - 0.3 * shade[..., None])
    assert overlap(cut_out(shop_photo(cloth((40, 60, 110)), on, SHIRT)), SHIRT) > 0.98


def test_ground_shows_between_sleeve_and_body_even_where_they_touch_below() -> None:
    cover = coverage(LONG_SLEEVES)
    closed = cover.copy()
    closed[385:408, 60:130] = closed[385:408, 250:325] = 1
    for worn in (cover, closed):
        cut = cut_out(shop_photo(cloth((150, 30, 40)), ground(), worn))
        assert overlap(cut, worn) > 0.98
        assert cut[330, 104, 3] == 0
        assert cut[330, 280, 3] == 0


def test_a_print_of_the_grounds_own_colour_stays_closed() -> None:
    worn = cloth((20, 20, 30))
    worn[200:280, 150:235] = 246
    assert overlap(cut_out(shop_photo(worn, ground(), SHIRT)), SHIRT) > 0.985


def test_writing_and_logos_beside_the_garment_are_left_out() -> None:
    photo = shop_photo(cloth((40, 120, 90)), ground(), SHIRT)
    cv2.putText(photo, "SALE", (8, 40), cv2.FONT_HERSHEY_SIMPLEX, 1, (20, 20, 20), 3)
    cv2.circle(photo, (350, 40), 20, (200, 20, 20), -1)
    cut = cut_out(photo)
    assert overlap(cut, SHIRT) > 0.985
    assert not cut[:64, :, 3].any()


def test_a_thin_line_round_the_photo_does_not_matter() -> None:
    photo = shop_photo(cloth((40, 120, 90)), ground(), SHIRT)
    cv2.rectangle(photo, (0, 0), (WIDTH - 1, HEIGHT - 1), (120, 120, 120), 1)
    assert overlap(cut_out(photo), SHIRT) > 0.985


def test_the_hook_of_a_hanger_is_taken_off_and_straps_are_not() -> None:
    hooked, strapped = SHIRT.copy(), SHIRT.copy()
    hooked[30:72, 190:195] = 1
    for x in (155, 225):
        strapped[30:72, x : x + 5] = 1
    worn = cloth((70, 70, 75))
    assert not cut_out(shop_photo(worn, ground(), hooked))[:60, :, 3].any()
    assert (cut_out(shop_photo(worn, ground(), strapped))[40:60, :, 3] > 127).sum(axis=1).min() >= 8


def test_a_hanger_with_clips_is_taken_off_and_a_halters_loop_is_not() -> None:
    clipped, looped = (np.roll(SHIRT, 60, axis=0) for _ in range(2))
    clipped[60:105, 190:195] = 1
    clipped[105:110, 155:230] = 1
    clipped[105:132, 155:163] = clipped[105:132, 222:230] = 1
    cv2.ellipse(looped, (192, 134), (34, 60), 0, 180, 360, 1.0, 5)
    worn = cloth((70, 70, 75))
    bare = cut_out(shop_photo(worn, ground(), clipped))
    assert not bare[:120, :, 3].any()
    assert overlap(bare, np.roll(SHIRT, 60, axis=0)) > 0.98
    kept = cut_out(shop_photo(worn, ground(), looped))
    assert (kept[80:110, :, 3] > 127).any(axis=1).all()


def test_a_wall_that_fades_into_a_floor_is_a_plain_ground() -> None:
    fade = 30 / (1 + np.exp(-(np.arange(HEIGHT) - 350) / 25))
    on = ground((240, 240, 240)) - fade[:, None, None].astype(np.float32)
    assert overlap(cut_out(shop_photo(cloth((40, 60, 110)), on, SHIRT)), SHIRT) > 0.97


def test_grey_cloth_is_no_shadow() -> None:
    shade = cv2.GaussianBlur(np.roll(SHIRT, (8, 5), (0, 1)), (0, 0), 7)
    on = ground() * (1 - 0.25 * shade[..., None])
    assert overlap(cut_out(shop_photo(cloth((150, 150, 150), folds=3), on, SHIRT)), SHIRT) > 0.85


def test_stripes_that_the_codec_leaves_above_a_garment_are_no_part_of_it() -> None:
    photo = np.where(SHIRT[..., None] > 0.5, (90, 80, 60), (255, 255, 255)).astype(np.uint8)
    photo[10:64:2, 216:224] = 253
    assert not cut_out(photo)[:64, :, 3].any()


def test_sand_coloured_trousers_are_worn_by_nobody() -> None:
    legs = coverage(((150, 40), (234, 40), (250, 480), (205, 480), (192, 150), (179, 480), (134, 480)))
    assert overlap(cut_out(shop_photo(cloth((205, 155, 100), folds=12), ground((70, 110, 150)), legs)), legs) > 0.97


def test_the_edge_is_soft_and_carries_no_ground() -> None:
    cut = cut_out(shop_photo(cloth((20, 150, 60), folds=0), ground((235, 60, 200)), SHIRT, quality=98))
    alpha = cut[..., 3]
    soft = (alpha > 20) & (alpha < 235)
    assert soft.sum() > 500
    assert np.abs(cut[soft][:, :3].astype(int) - (20, 150, 60)).max(axis=1).mean() < 25
    assert not cut[alpha == 0][:, 0].any() or cut[(alpha == 0) & (cut[..., 1] > 0)][:, 0].mean() < 60


def test_alpha_follows_how_much_of_a_pixel_is_cloth() -> None:
    cut = cut_out(shop_photo(cloth((20, 20, 20), folds=0), ground(), SHIRT, quality=98))
    edge = (SHIRT > 0.1) & (SHIRT < 0.9)
    assert np.abs(cut[..., 3][edge] / 255 - SHIRT[edge]).mean() < 0.12


def test_a_mirrored_photo_gives_the_mirrored_cutout() -> None:
    photo = shop_photo(cloth((90, 60, 120)), ground(), coverage(LONG_SLEEVES))
    there, back = cut_out(photo)[..., 3], cut_out(np.ascontiguousarray(photo[:, ::-1]))[:, ::-1, 3]
    assert (np.abs(there.astype(int) - back) > 64).mean() < 1e-3


def test_a_large_photo_gets_an_edge_of_its_own_size() -> None:
    cover = coverage(SHORT_SLEEVES, scale=3)
    photo = np.where(cover[..., None] > 0.5, (60, 80, 140), (246, 246, 246)).astype(np.uint8)
    cut = cut_out(photo)
    assert cut.shape == (*photo.shape[:2], 4)
    assert overlap(cut, cover) > 0.995


def test_a_photo_that_is_cut_out_already_keeps_its_own_alpha() -> None:
    straight = np.dstack([cloth((246, 246, 246), folds=0).astype(np.uint8), (SHIRT * 255).astype(np.uint8)])
    np.testing.assert_array_equal(cut_out(straight)[..., 3], straight[..., 3])


def test_alpha_that_says_nothing_is_ignored() -> None:
    photo = shop_photo(cloth((40, 60, 110)), ground(), SHIRT)
    opaque = np.dstack([photo, np.full((HEIGHT, WIDTH), 255, np.uint8)])
    np.testing.assert_array_equal(cut_out(opaque), cut_out(photo))


def test_what_shows_no_garment_is_refused() -> None:
    assert refusal(np.full((300, 200, 3), 246, np.uint8)) == "no-garment"
    assert refusal(np.dstack([np.full((300, 200, 3), 246, np.uint8), np.zeros((300, 200), np.uint8)])) == "no-garment"
    speck = np.full((300, 200, 3), 246, np.uint8)
    speck[100:110, 100:110] = 0
    assert refusal(speck) == "no-garment"


def test_a_busy_background_is_refused() -> None:
    room = np.random.default_rng(0).integers(0, 255, (24, 18, 3), np.uint8)
    assert refusal(cv2.resize(room, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)) == "busy-background"
    assert refusal(astronaut()) in {"busy-background", "worn-by-person"}


def test_two_garments_are_refused() -> None:
    photo = shop_photo(cloth((40, 60, 110)), ground(), SHIRT)
    assert refusal(np.concatenate([photo, photo], axis=1)) == "several-garments"


@pytest.mark.parametrize("edge", ["top", "bottom", "left", "right"])
def test_a_garment_cut_off_at_the_edge_is_refused_and_the_edge_named(edge: str) -> None:
    photo = shop_photo(cloth((40, 60, 110)), ground(), SHIRT)
    cropped = {"top": photo[120:], "bottom": photo[:380], "left": photo[:, 90:], "right": photo[:, :300]}[edge]
    with pytest.raises(RefusedError, match=edge) as refused:
        cut_out(np.ascontiguousarray(cropped))
    assert refused.value.code == "touches-edge"


def test_a_cuff_that_just_touches_the_edge_is_no_reason_to_refuse() -> None:
    photo = shop_photo(cloth((40, 60, 110)), ground(), SHIRT)
    assert cut_out(np.ascontiguousarray(photo[:, 46:])).shape[1] == WIDTH - 46


def test_a_garment_that_somebody_wears_is_refused() -> None:
    skin, shirt = (205, 150, 125), (40, 60, 110)
    photo = np.full((HEIGHT, WIDTH, 3), 240, np.uint8)
    cv2.ellipse(photo, (192, 80), (38, 50), 0, 0, 360, skin, -1)
    cv2.rectangle(photo, (176, 110), (208, 160), skin, -1)
    cv2.fillPoly(photo, [np.array([(140, 150), (244, 150), (290, 240), (250, 260), (250, 511), (134, 511)])], shirt)
    for x in (96, 262):
        cv2.rectangle(photo, (x, 230), (x + 30, 420), skin, -1)
    assert refusal(photo) == "worn-by-person"
