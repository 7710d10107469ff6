"""Compositing: what is clear changes nothing, what is in front stays in front, light carries over."""

from dataclasses import replace

import numpy as np

from bench.material import shell_top
from body_model.load import load_template
from fitting import raster
from fitting.composite import Compositor, blend, lay_in, visible_mask
from fitting.drape import drape
from fitting.frame import ParseFrame
from fitting.light import STUDIO, Light, LightMeter, scene_gains
from fitting.occlude import Occluder, Occlusion, put_before_back
from fitting.render import Renderer
from fitting.sharpen import divide, fit_colours
from fitting.sight import look_at_cloth
from fitting.warm_up import warm_up
from tests.dressing import SIZE_PX, hang, parse_of, square, stand, turn_arm

TEMPLATE = load_template()
SHAPE = (SIZE_PX[1], SIZE_PX[0], 3)
OCCLUDER = Occluder(TEMPLATE)
RNG = np.random.default_rng(11)
FRAME = RNG.integers(0, 256, SHAPE, np.uint8)
BACK = 1000.0


def test_clear_layer_leaves_the_frame_untouched():
    layer = Renderer().render([hang(square(colour=(90, 200, 30, 0)), 40, 50, 300, 400)], SHAPE)
    assert np.array_equal(lay_in(FRAME, layer, None, STUDIO), FRAME)
    assert visible_mask(layer, None, SHAPE).max() == 0


def test_no_layer_gives_a_copy_of_the_frame():
    picture = lay_in(FRAME, None, None, STUDIO)
    assert np.array_equal(picture, FRAME) and not np.shares_memory(picture, FRAME)


def test_layer_behind_everything_leaves_the_frame_untouched():
    layer = Renderer().render([hang(square(), 40, 50, 300, 400)], SHAPE)
    shape = layer.words.shape
    everything = Occlusion(np.full(shape, 255, np.uint8), np.full(shape, 100, np.uint8))
    assert np.array_equal(lay_in(FRAME, layer, everything, STUDIO), FRAME)


def test_pixels_outside_the_garment_are_untouched_and_the_frame_is_never_written():
    before = FRAME.copy()
    layer = Renderer().render([hang(square(), 40, 50, 300, 400)], SHAPE)
    picture = lay_in(FRAME, layer, None, STUDIO)
    assert np.array_equal(FRAME, before)
    changed = (picture != FRAME).any(axis=2)
    assert np.array_equal(changed & (visible_mask(layer, None, SHAPE) == 0), np.zeros_like(changed))
    assert np.abs(picture[200, 200].astype(int) - (200, 100, 50)).max() <= 1


def dress(frame, body, parse, garments):
    layer = Renderer().render(garments, SHAPE)
    occlusion = OCCLUDER.occlude(frame, layer, body, parse)
    return visible_mask(layer, occlusion, SHAPE) / 255.0, lay_in(frame, layer, occlusion, STUDIO)


def test_hair_over_the_cloth_stays_in_front():
    frame = np.full(SHAPE, 190, np.uint8)
    frame[150:300, 210:230] = (60, 40, 20)
    parse = parse_of(SIZE_PX, upper=(180, 180, 300, 400), hair=(208, 152, 232, 300))
    visible, picture = dress(frame, stand(TEMPLATE), parse, [hang(square(), 180, 190, 300, 380, depth=-60)])
    assert visible[210:290, 212:228].max() < 0.05
    assert visible[210:290, 236:290].min() > 0.95
    assert np.array_equal(picture[220, 220], frame[220, 220])


def test_lace_on_the_chest_that_passes_for_hair_is_covered():
    parse = parse_of(SIZE_PX, upper=(180, 180, 300, 400), hair=(220, 260, 244, 290))
    visible, _ = dress(FRAME, stand(TEMPLATE), parse, [hang(square(), 180, 190, 300, 380, depth=-60)])
    assert visible[200:370, 190:290].min() > 0.95


def test_border_of_hair_is_found_in_the_picture_where_the_parse_is_coarse():
    frame = np.full(SHAPE, 200, np.uint8)
    frame[150:300, 214:226] = (50, 35, 20)
    parse = parse_of(SIZE_PX, upper=(180, 180, 300, 400), hair=(208, 152, 232, 300))
    visible, _ = dress(frame, stand(TEMPLATE), parse, [hang(square(), 180, 190, 300, 380, depth=-60)])
    assert visible[220:280, 216:224].max() < 0.15
    assert visible[220:280, 204:211].min() > 0.6


def test_bare_neck_under_the_cloth_is_covered():
    frame = np.full(SHAPE, 190, np.uint8)
    parse = parse_of(SIZE_PX, upper=(180, 180, 300, 400), skin=(216, 180, 264, 230))
    visible, _ = dress(frame, stand(TEMPLATE), parse, [hang(square(), 180, 190, 300, 380, depth=-60)])
    assert visible[206:300, 190:290].min() > 0.95


def test_bare_forearm_before_the_belly_stays_in_front_and_one_behind_does_not():
    template = TEMPLATE
    for depth, in_front in ((-90.0, True), (60.0, False)):
        body = turn_arm(stand(template), template, "left", depth)
        top = [drape(shell_top(template), body)]
        visible, _ = dress(np.full(SHAPE, 150, np.uint8), body, None, top)
        elbow = 600 - 330
        belly = visible[elbow - 6 : elbow + 6, 225:265]
        assert (belly.min() < 0.05) == in_front


def test_inside_of_the_back_stays_behind_the_neck():
    body = stand(TEMPLATE)
    behind = hang(square(), 300, 150, 180, 220, depth=100)
    visible, _ = dress(np.full(SHAPE, 150, np.uint8), body, None, [behind])
    assert visible[190:210, 234:246].max() < 0.05
    assert visible[160:170, 184:190].min() > 0.95


def test_compositor_gives_what_its_stages_give_and_the_mask_only_when_asked():
    body = stand(TEMPLATE)
    layer = Renderer().render([drape(shell_top(TEMPLATE), body)], SHAPE)
    compositor = Compositor()
    picture, mask = compositor.composite(FRAME, layer, None, body, mask=True)
    occlusion = OCCLUDER.occlude(FRAME, layer, body, None)
    light = Light(scene_gains(FRAME, None))
    assert np.array_equal(picture, lay_in(FRAME, layer, occlusion, light))
    assert np.array_equal(mask, visible_mask(layer, occlusion, SHAPE))
    assert compositor.composite(FRAME, layer, None, body)[1] is None
    plain, nothing = compositor.composite(FRAME, None, None, body, mask=True)
    assert np.array_equal(plain, FRAME) and nothing.max() == 0


def test_empty_parse_hides_nothing():
    nothing = ParseFrame(np.zeros((10, 10, 9), np.float32), np.array([900, 900, 950, 950], np.float32))
    visible, _ = dress(FRAME, stand(TEMPLATE), nothing, [hang(square(), 180, 190, 300, 380, depth=-60)])
    assert visible[200:370, 190:290].min() > 0.95


def test_studio_light_changes_no_colour_and_no_light_burns_white_out():
    layer = Renderer().render([hang(square(colour=(255, 255, 255, 255)), 40, 50, 300, 400)], SHAPE)
    assert lay_in(FRAME, layer, None, STUDIO)[200, 200].min() >= 253
    bright = Light(scene_gains(np.full((200, 100, 3), 255, np.uint8), None))
    assert 240 < lay_in(FRAME, layer, None, bright)[200, 200].max() < 252


def test_black_keeps_its_steps():
    ramp = np.zeros((64, 64, 4), np.uint8)
    ramp[..., :3], ramp[..., 3] = np.repeat(np.arange(64, dtype=np.uint8) // 2, 64).reshape(64, 64, 1), 255
    layer = Renderer().render([hang(square(texture=ramp), 40, 50, 168, 178)], SHAPE)
    dim = Light(np.full(3, 0.6, np.float32))
    assert len(np.unique(lay_in(FRAME, layer, None, dim)[54:174, 100, 0])) >= 17


def test_dark_scene_darkens_and_warm_scene_warms():
    bright = np.full((200, 100, 3), 235, np.uint8)
    dark = np.full((200, 100, 3), 90, np.uint8)
    warm = np.full((200, 100, 3), (230, 200, 150), np.uint8)
    assert scene_gains(dark, None).max() < 0.75 < 0.95 < scene_gains(bright, None).max()
    gains = scene_gains(warm, None)
    assert gains[0] > gains[1] > gains[2]


def test_light_follows_slowly_and_settles():
    meter = LightMeter()
    bright, dark = np.full((200, 100, 3), 235, np.uint8), np.full((200, 100, 3), 90, np.uint8)
    first = meter.measure(bright, None, 0.0).gains
    assert np.allclose(first, scene_gains(bright, None), atol=1e-5)
    assert np.array_equal(meter.measure(dark, None, 1 / 30).gains, first)
    second = meter.measure(dark, None, 4 / 30).gains
    assert 0 < (first - second).max() < 0.1
    for frame in range(5, 400):
        last = meter.measure(dark, None, frame / 30).gains
    assert np.allclose(last, scene_gains(dark, None), atol=0.01)


def test_nothing_is_left_to_compile_once_warmed_up():
    warm_up()
    loops = [raster.fill, raster.lay_planes, raster.normals_of, raster.draw_on, raster.trace, raster.shade, blend]
    loops += [raster.turn_faces, raster.merge, raster.reveal]
    loops += [fit_colours, divide, put_before_back, look_at_cloth]
    before = [len(loop.signatures) for loop in loops]
    assert min(before) >= 1
    body = stand(TEMPLATE)
    parse = parse_of(SIZE_PX, upper=(180, 180, 300, 400), hair=(208, 152, 232, 300))
    dress(FRAME, body, parse, [drape(shell_top(TEMPLATE), body)])
    assert [len(loop.signatures) for loop in loops] == before


def test_a_red_wall_does_not_redden_white_cloth_but_red_light_does():
    wall = np.full((200, 100, 3), (190, 20, 25), np.uint8)
    wall[80:120, 40:60] = 235
    gains = scene_gains(wall, None)
    assert gains.min() / gains.max() > 0.97
    lit = (np.full((200, 100, 3), 220, np.float32) * (1.0, 0.85, 0.7)).astype(np.uint8)
    warm = scene_gains(lit, None)
    assert warm[0] > warm[1] > warm[2]


def test_a_dark_room_is_darker_than_a_dark_wall_behind_something_white():
    dark = np.full((200, 100, 3), 30, np.uint8)
    lit = dark.copy()
    lit[80:120, 40:60] = 235
    assert scene_gains(dark, None).max() < 0.75 * scene_gains(lit, None).max()


def low_square(x0, y0, x1, y1, depth=-60.0, segment="pelvis"):
    """Cloth that hangs from the waist, over a rectangle."""
    plain = square(segment=TEMPLATE.segment_index[segment])
    before = plain.vertices_rest_m - np.array([0, 0.3, 0], np.float32)
    plain = replace(plain, kind="trousers", vertices_rest_m=before)
    return hang(plain, x0, y0, x1, y1, depth)


def test_own_top_hangs_over_new_trousers_and_a_tucked_one_does_not():
    frame = np.full(SHAPE, 190, np.uint8)
    frame[150:340] = 60
    hanging = parse_of(SIZE_PX, upper=(180, 180, 300, 340), lower=(180, 340, 300, 560))
    tucked = parse_of(SIZE_PX, upper=(180, 180, 300, 300), lower=(180, 300, 300, 560))
    over, _ = dress(frame, stand(TEMPLATE), hanging, [low_square(190, 290, 290, 500)])
    under, _ = dress(frame, stand(TEMPLATE), tucked, [low_square(190, 310, 290, 500)])
    assert over[300:330, 215:265].max() < 0.1 and over[350:490, 200:280].min() > 0.95
    assert under[320:490, 200:280].min() > 0.95


def test_own_top_is_covered_once_a_new_one_is_closed_over_it_and_seen_under_an_open_one():
    frame = np.full(SHAPE, 190, np.uint8)
    frame[150:340] = 60
    parse = parse_of(SIZE_PX, upper=(180, 180, 300, 340), lower=(180, 340, 300, 560))
    for is_open in (False, True):
        top = hang(replace(square(), kind="jacket", is_open=is_open), 190, 190, 290, 300, depth=-60)
        visible, _ = dress(frame, stand(TEMPLATE), parse, [low_square(190, 290, 290, 500), top])
        assert (visible[305:330, 215:265].min() > 0.95) != is_open
        assert visible[350:490, 200:280].min() > 0.95


def test_what_passes_for_a_top_on_the_legs_is_covered_by_new_trousers():
    parse = parse_of(SIZE_PX, lower=(180, 300, 300, 560), upper=(220, 440, 260, 470))
    visible, _ = dress(FRAME, stand(TEMPLATE), parse, [low_square(190, 310, 290, 540)])
    assert visible[330:530, 200:280].min() > 0.95


def test_legs_stand_before_the_inside_of_a_coats_back():
    frame = np.full(SHAPE, 190, np.uint8)
    frame[380:560, 205:275] = 50
    parse = parse_of(SIZE_PX, lower=(204, 380, 276, 560))
    inside = hang(square(segment=TEMPLATE.segment_index["thigh_left"]), 330, 400, 150, 520, depth=100)
    visible, _ = dress(frame, stand(TEMPLATE), parse, [inside])
    assert visible[410:510, 212:268].max() < 0.1
    assert visible[410:510, 160:195].min() > 0.9


def test_hand_stays_before_new_trousers_and_the_bare_leg_beside_it_does_not():
    body = turn_arm(stand(TEMPLATE), TEMPLATE, "left", -90.0)
    elbow = 600 - 330
    parse = parse_of(SIZE_PX, skin=(180, 240, 300, 400))
    trousers = low_square(190, 240, 290, 400, segment="thigh_left", depth=0.0)
    visible, _ = dress(np.full(SHAPE, 150, np.uint8), body, parse, [trousers])
    assert visible[elbow - 4 : elbow + 4, 230:265].max() < 0.05
    assert visible[elbow + 40 : 390, 200:280].min() > 0.95
