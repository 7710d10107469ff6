"""Rendering: right place, right texel, nearest cloth in front, smooth edges."""

from dataclasses import replace

import numpy as np
import pytest

from bench.material import shell_top
from body_model.load import load_template
from fitting import raster
from fitting.anatomy import in_lining_pieces, study
from fitting.drape import drape
from fitting.render import Renderer
from fitting.texture import SHEETS_MOST, TextureLevels, TextureSheets
from tests.dressing import SIZE_PX, hang, square, stand


def picture_of(layer, size_px):
    x0, y0, x1, y1 = layer.box_px
    out = np.zeros((size_px[1], size_px[0], 4), np.uint8)
    out[y0:y1, x0:x1] = layer.colour_rgba
    return out


def test_square_covers_its_pixels_and_no_others():
    layer = Renderer().render([hang(square(), 20, 30, 60, 80)], (100, 100))
    picture = picture_of(layer, (100, 100))
    assert (picture[32:78, 22:58, 3] == 255).all()
    outside = np.ones((100, 100), bool)
    outside[29:81, 19:61] = False
    assert (picture[outside] == 0).all()


def test_cloth_that_faces_the_camera_shows_its_own_colour():
    layer = Renderer().render([hang(square(colour=(200, 100, 50, 255)), 20, 30, 60, 80)], (100, 100))
    assert np.abs(picture_of(layer, (100, 100))[50, 40].astype(int) - (200, 100, 50, 255)).max() <= 1


def test_texture_lies_as_its_coordinates_say():
    texture = np.zeros((64, 64, 4), np.uint8)
    texture[..., 3] = 255
    texture[:32, :32, 0], texture[:32, 32:, 1], texture[32:, :32, 2] = 250, 250, 250
    picture = picture_of(Renderer().render([hang(square(texture=texture), 10, 10, 74, 74)], (90, 90)), (90, 90))
    assert (picture[20, 20, :3] > (240, -1, -1)).all() and picture[20, 20, 1:3].max() == 0
    assert picture[20, 60, 1] > 240 and picture[60, 20, 2] > 240 and picture[60, 60, :3].max() == 0


def test_edge_between_pixels_is_soft_and_premultiplied():
    picture = picture_of(
        Renderer().render([hang(square(colour=(200, 200, 200, 255)), 20, 20, 60, 60)], (90, 90)), (90, 90)
    )
    edge = picture[40, 17:24]
    assert (np.diff(edge[:, 3].astype(int)) >= 0).all()
    assert ((edge[:, 3] > 0) & (edge[:, 3] < 255)).sum() == 2
    assert (edge[:, 0] <= edge[:, 3]).all()


def test_slanted_edge_has_no_step_of_a_whole_pixel():
    worn = hang(square(), 20, 20, 60, 220)
    worn.vertices_image_px[[0, 3], 0] = (20, 40)
    alpha = picture_of(Renderer().render([worn], (240, 90)), (90, 240))[30:210, :, 3] / 255.0
    left = 58 - alpha[:, :58].sum(axis=1)
    assert np.abs(np.diff(left)).max() < 0.7


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_nearest_cloth_is_in_front_whatever_the_order(order):
    near = hang(square(colour=(250, 0, 0, 255)), 10, 10, 50, 50, depth=-5)
    far = hang(square(colour=(0, 250, 0, 255)), 10, 10, 80, 80, depth=5)
    layer = Renderer().render([(near, far)[k] for k in order], (100, 100))
    picture = picture_of(layer, (100, 100))
    assert picture[30, 30, 0] > 240 and picture[70, 70, 1] > 240
    assert abs(layer.depth_px[30 - layer.box_px[1], 30 - layer.box_px[0]] + 5) < 0.01


def test_face_that_turns_away_shows_a_darker_inside():
    worn = hang(square(colour=(200, 200, 200, 255)), 60, 20, 20, 80)
    layer = Renderer().render([worn], (100, 100))
    assert layer.face_is_inside.all()
    assert 80 < picture_of(layer, (100, 100))[50, 40, 0] < 160


def test_garment_outside_the_frame_is_no_layer():
    assert Renderer().render([hang(square(), -80, -80, -10, -10)], (100, 100)) is None
    assert Renderer().render([hang(square(), 10, 10, np.nan, 20)], (100, 100)) is None
    assert Renderer().render([], (100, 100)) is None


def test_garment_half_outside_is_drawn_as_far_as_it_is_inside():
    picture = picture_of(Renderer().render([hang(square(), -500, -500, 50, 50)], (100, 100)), (100, 100))
    assert (picture[:48, :48, 3] == 255).all() and picture[60, 60, 3] == 0


def test_layer_is_the_same_when_the_renderer_draws_again():
    renderer = Renderer()
    first = renderer.render([hang(square(), 10, 10, 90, 90)], (100, 100)).colour_rgba.copy()
    renderer.render([hang(square(colour=(1, 2, 3, 255)), 30, 0, 60, 20)], (100, 100))
    again = renderer.render([hang(square(), 10, 10, 90, 90)], (100, 100)).colour_rgba
    assert np.array_equal(first, again)


def test_fine_stripes_seen_from_afar_are_averaged():
    texture = np.zeros((512, 512, 4), np.uint8)
    texture[..., 3] = 255
    texture[::2, :, :3] = 255
    garment = square(texture=texture)
    worn = hang(garment, 10, 10, 42, 42)
    worn = type(worn)(garment, worn.vertices_image_px, 32 / 2.0)
    picture = picture_of(Renderer().render([worn], (60, 60)), (60, 60))
    assert np.abs(picture[14:38, 14:38, 0].astype(int) - 127).max() < 6


def test_texture_level_is_never_finer_than_the_screen_by_much():
    levels = TextureLevels(np.full((256, 256, 4), 255, np.uint8))
    for size_px in (10, 40, 120, 254):
        texel_px = size_px / levels.at(size_px / 256).shape[0]
        assert 0.6 < texel_px < 1.05
    assert levels.at(40).shape[0] == 256


def test_top_on_a_standing_body_has_no_holes():
    template = load_template()
    layer = Renderer().render([drape(shell_top(template), stand(template))], SIZE_PX[::-1])
    alpha = picture_of(layer, SIZE_PX)[..., 3]
    assert (alpha[220:330, 215:266] == 255).all()
    assert (layer.depth_px[layer.faces >= 0] < raster.FAR).all()


def test_lining_of_a_collar_counts_as_inside_and_is_darker():
    collar = np.array([[-0.06, 0.05, 1.44], [0.06, 0.05, 1.44], [0.06, 0.06, 1.38], [-0.06, 0.06, 1.38]], np.float32)
    plain = square(colour=(200, 200, 200, 255))
    lining = replace(plain, vertices_rest_m=collar)
    anatomy = study(lining)
    assert anatomy.face_is_lining.all() and anatomy.face_is_back.all()
    layer = Renderer().render([hang(lining, 20, 20, 60, 60)], (90, 90))
    assert layer.face_is_inside.all()
    assert 100 < picture_of(layer, (90, 90))[40, 40, 0] < 150
    deep = replace(lining, vertices_rest_m=collar - np.array([0, 0, 0.22], np.float32))
    assert study(deep).face_is_lining.all()
    turned = replace(lining, faces=lining.faces[:, ::-1].copy())
    assert not study(turned).face_is_lining.any()


def test_word_holds_face_and_depth():
    code = raster.make_code(6000, -300.0, 500.0)
    layer = Renderer().render([hang(square(), 10, 10, 50, 50, depth=123.0)], (100, 100))
    assert np.abs(layer.depth_px[layer.faces >= 0] - 123).max() < 0.01
    assert set(np.unique(layer.faces)) == {-1, 0, 1}
    words = ((np.array([0, 1000], np.uint32) << np.uint32(code.face_bits)) | np.uint32(5999)).astype(np.uint32)
    assert code.faces(words).tolist() == [5999, 5999]
    assert np.allclose(code.depths_px(words), [-300, -300 + 1000 / code.steps_a_px])
    assert 1 / code.steps_a_px < 0.01
    nothing = np.array([raster.NOTHING])
    assert code.faces(nothing)[0] == -1 and code.depths_px(nothing)[0] == raster.FAR


def stack(**options):
    """A red square, and a green one of the next layer that lies over its left half one pixel behind it."""
    inner = hang(square(colour=(250, 0, 0, 255)), 20, 20, 80, 80, depth=0.0)
    return inner, hang(square(**{"colour": (0, 250, 0, 255)} | options), 20, 20, 50, 80, depth=1.0)


def test_outer_layer_wins_where_both_lie_on_the_same_part():
    layer = Renderer().render(stack(), (100, 100))
    picture = picture_of(layer, (100, 100))
    assert picture[50, 30, 1] > 240 and picture[50, 70, 0] > 240
    # What is told of depth is where the cloth is, not how it was put in order.
    assert abs(layer.depth_px[30, 10] - 1) < 0.01 and abs(layer.depth_px[30, 50]) < 0.01


def test_inner_forearm_stays_before_an_outer_trunk():
    forearm = load_template().segment_index["forearm_left"]
    inner = hang(square(colour=(250, 0, 0, 255), segment=forearm), 20, 20, 80, 80, depth=-3.0)
    outer = hang(square(colour=(0, 250, 0, 255)), 10, 10, 90, 90, depth=0.0)
    assert picture_of(Renderer().render([inner, outer], (100, 100)), (100, 100))[50, 50, 0] > 240


def test_edge_between_layers_is_soft_and_has_no_gap():
    picture = picture_of(Renderer().render(stack(), (100, 100)), (100, 100))
    edge = picture[50, 44:56].astype(int)
    assert (edge[:, 3] == 255).all()
    assert (np.diff(edge[:, 0]) >= 0).all() and (np.diff(edge[:, 1]) <= 0).all()
    assert ((edge[:, 0] > 10) & (edge[:, 0] < 240)).sum() == 2
    assert np.abs(edge[:, :2].sum(axis=1) - 250).max() <= 3


def test_inner_layer_is_seen_through_holes_and_thin_cloth_of_the_outer_one():
    texture = np.full((64, 64, 4), (0, 250, 0, 255), np.uint8)
    texture[:32, :, 3] = 0
    texture[32:, :32, 3] = 128
    layer = Renderer().render(stack(texture=texture), (100, 100))
    picture = picture_of(layer, (100, 100))
    assert np.abs(picture[34, 35].astype(int) - (250, 0, 0, 255)).max() <= 2
    assert np.abs(picture[65, 26].astype(int) - (125, 125, 0, 255)).max() <= 4
    assert np.abs(picture[65, 43].astype(int) - (0, 250, 0, 255)).max() <= 2
    assert layer.faces[34 - layer.box_px[1], 35 - layer.box_px[0]] in (0, 1)


def test_layer_under_opaque_cloth_changes_nothing():
    inner, outer = stack()
    small = hang(inner.garment, 30, 30, 40, 60)
    both = Renderer().render([small, outer], (100, 100))
    alone = Renderer().render([outer], (100, 100))
    assert both.box_px == alone.box_px and np.array_equal(both.colour_rgba, alone.colour_rgba)


def test_inside_of_an_outer_layer_lies_behind_the_inner_one():
    inner = hang(square(colour=(250, 0, 0, 255)), 20, 20, 80, 80, depth=0.0)
    lining = hang(square(colour=(0, 250, 0, 255)), 80, 20, 20, 80, depth=-2.0)
    picture = picture_of(Renderer().render([inner, lining], (100, 100)), (100, 100))
    assert picture[50, 50, 0] > 240


def test_textures_of_an_outfit_lie_on_one_sheet_and_the_last_few_are_kept():
    sheets = TextureSheets()
    draped = [hang(square(texture=np.full((64, side, 4), side, np.uint8)), 0, 0, 9, 9) for side in (40, 90)]
    draped = [replace(one, px_per_m=1000.0) for one in draped]
    sheet = sheets.of(draped)
    assert sheet.picture_rgba.shape == (128, 90, 4)
    assert sheet.rows == (0, 64) and sheet.sizes_px == ((40, 64), (90, 64))
    assert (sheet.picture_rgba[64:, :, 3] == 90).all() and (sheet.picture_rgba[:64, 40:] == 0).all()
    assert sheets.of(draped) is sheet
    for count in range(2, 2 + SHEETS_MOST):
        sheets.of(draped * count)
    assert sheets.of(draped) is not sheet


def test_a_lining_is_lining_as_a_whole_whichever_way_a_few_of_its_faces_lean():
    strip = np.array([[i, i + 1, i + 2] for i in range(10)], np.int32)
    other = strip + 12
    faces = np.vstack([strip, other])
    lining = np.zeros(20, np.bool_)
    lining[:9] = True
    lining[10:14] = True
    found = in_lining_pieces(faces, lining)
    assert found[:10].all(), "nine of ten"
    assert not found[10:].any(), "four of ten"
