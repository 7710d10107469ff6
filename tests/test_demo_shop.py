"""The demo shop: its photos and its shopper are there, look like what they are, and can be made again."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from body_model.demo.film import Studio
from body_model.demo.pose import CLIP_SECS, stand
from fitting.detect import POSE_BUNDLE, Detector, LandmarkerPool
from garments.build_shop import read_shop
from garments.demo.__main__ import picture_piece, sew_piece, write_shop
from garments.demo.collection import find_piece, list_pieces
from garments.demo.pattern import Cut, sew
from garments.kinds import all_kinds
from garments.photo import read_photo

SHOP = Path(__file__).parents[1] / "assets" / "shop"
ARTICLES = read_shop()


def test_shop_json_lists_the_collection_and_every_photo(tmp_path):
    write_shop(tmp_path)
    assert json.loads((tmp_path / "shop.json").read_text()) == json.loads((SHOP / "shop.json").read_text())
    assert [article.id for article in ARTICLES] == [piece.id for piece in list_pieces()]
    assert len(ARTICLES) >= 24
    assert {article.kind for article in ARTICLES} == set(all_kinds())
    assert all(article.title_en and article.title_ko for article in ARTICLES)


@pytest.mark.parametrize("article", [one for one in ARTICLES if one.photo], ids=lambda article: article.id)
def test_photo_shows_one_piece_on_an_even_pale_ground(article):
    picture = read_photo(article.photo)
    height, width = picture.shape[:2]
    assert (width, height) == (1200, 1600)
    rim = np.concatenate([picture[:12].reshape(-1, 3), picture[:, :12].reshape(-1, 3), picture[:, -12:].reshape(-1, 3)])
    assert rim.min() > 215 and rim.std(0).max() < 4
    middle = picture[height // 3 : height * 2 // 3, width * 2 // 5 : width * 3 // 5]
    assert middle.std() > 3, "a flat patch is not cloth"
    assert 60_000 < article.photo.stat().st_size < 700_000


def test_same_seed_makes_the_same_photo():
    tank = find_piece("scoop-tank")
    once, again = (picture_piece(tank, size_px=(120, 160), sharper=1.0, spacing_m=0.03, steps=20) for _ in range(2))
    assert (once == again).all()
    assert once[70:90, 50:70].mean() < once[:5].mean() - 40


def test_sewn_panels_share_the_points_of_their_seams():
    pattern = sew(Cut(), 0.5, spacing_m=0.03)
    edges = np.concatenate([pattern.faces[:, [0, 1]], pattern.faces[:, [1, 2]], pattern.faces[:, [2, 0]]])
    ends = np.sort(pattern.weld[edges], 1)
    _, counts = np.unique(ends, axis=0, return_counts=True)
    assert counts.max() == 2
    rim = np.unique(ends, axis=0)[counts == 1]
    degree = np.bincount(rim.ravel(), minlength=len(pattern.start_m))
    assert set(np.unique(degree)) == {0, 2}, "every opening is a closed line"
    assert count_loops(rim) == 4, "neck, hem and two cuffs are the only openings"


@pytest.mark.parametrize(
    ("name", "openings"),
    [
        pytest.param("leaf-skirt", 2, id="a skirt: waist and hem"),
        pytest.param("straight-jeans", 3, id="trousers: waist and two hems"),
        pytest.param("utility-jumpsuit", 5, id="a jumpsuit: neck, two cuffs, two hems"),
        pytest.param("open-cardigan", 3, id="an open front: two cuffs, and one edge round neck, fronts and hem"),
    ],
)
def test_each_cut_has_its_openings_and_no_others(name, openings):
    pattern = sew_piece(find_piece(name), 0.03)
    edges = np.concatenate([pattern.faces[:, [0, 1]], pattern.faces[:, [1, 2]], pattern.faces[:, [2, 0]]])
    _, place, counts = np.unique(np.sort(pattern.weld[edges], 1), axis=0, return_index=True, return_counts=True)
    assert counts.max() == 2
    assert count_loops(np.sort(pattern.weld[edges], 1)[place[counts == 1]]) == openings


def count_loops(edges):
    follow = {}
    for a, b in edges.tolist():
        follow.setdefault(a, []).append(b)
        follow.setdefault(b, []).append(a)
    loops = 0
    while follow:
        loops += 1
        ahead = [next(iter(follow))]
        while ahead:
            ahead += follow.pop(ahead.pop(), [])
    return loops


def test_clip_is_a_loop_of_the_shopper_in_whole():
    clip = cv2.VideoCapture(str(SHOP / "shopper.webm"))
    assert clip.isOpened()
    size = (clip.get(cv2.CAP_PROP_FRAME_WIDTH), clip.get(cv2.CAP_PROP_FRAME_HEIGHT))
    frames = read_frames(clip)
    assert size == (720, 1280)
    assert 15 <= clip.get(cv2.CAP_PROP_FPS) <= 24
    assert len(frames) / clip.get(cv2.CAP_PROP_FPS) == pytest.approx(CLIP_SECS, abs=0.1)
    steps = [np.abs(a.astype(int) - b).mean() for a, b in zip(frames[::8], frames[8::8], strict=False)]
    assert np.abs(frames[0].astype(int) - frames[-1]).mean() < 1.5 * max(steps)
    assert (SHOP / "shopper.webm").stat().st_size < 1_600_000


def read_frames(clip):
    frames = []
    while True:
        there, frame = clip.read()
        if not there:
            return frames
        frames.append(np.ascontiguousarray(frame[..., ::-1]))


@pytest.mark.skipif(not POSE_BUNDLE.exists(), reason="needs the pose model that `make setup` builds")
def test_pose_is_found_wherever_the_clip_is_looked_at():
    frames = read_frames(cv2.VideoCapture(str(SHOP / "shopper.webm")))
    pool = LandmarkerPool()
    detector = Detector(pool)
    poses = [detector.detect(frame, 0.5 * number) for number, frame in enumerate(frames[::8])]
    detector.close()
    pool.close()
    assert all(pose is not None for pose in poses)
    for pose in poses:
        points = pose.points_image_px
        assert points[11, 0] > points[12, 0], "the left shoulder is on the picture's right"
        assert points[0, 1] < points[11, 1] < points[23, 1] < points[25, 1] < points[27, 1]


def test_stance_ends_as_it_began():
    assert stand(0.0) == stand(CLIP_SECS)


def test_shopper_is_drawn_alike_twice_from_head_to_floor():
    studio = Studio((90, 160), sharper=1.0)
    once, again = studio.shoot(1.0), studio.shoot(1.0)
    assert (once == again).all()
    apart = (np.abs(once.astype(int) - studio.empty_room).max(2) > 60).sum(1)
    rows = np.flatnonzero(apart > 2)
    assert 15 < rows[0] < 35
    assert rows[-1] > 140


def test_unknown_piece_is_named_with_the_choices():
    with pytest.raises(KeyError, match=r"no piece 'cape'; there are: .*scoop-tank"):
        find_piece("cape")
