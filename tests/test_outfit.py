"""Worn together: the order, the rules in words, and layers that lie over each other."""

import time
from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial import cKDTree

from bench.material import shell_top, shell_trousers
from body_model.load import load_template
from garments.construct.form import vertex_normals
from garments.errors import RefusedError
from garments.kinds import all_kinds
from garments.outfits.layering import find_place, open_cloth, surface_of
from garments.outfits.outfit import Worn, arrange, put_in_order

TEMPLATE = load_template()
TROUSERS = shell_trousers(TEMPLATE)
SHIRT = replace(shell_top(TEMPLATE, push_m=0.03), kind="shirt", name="shirt")
JACKET = replace(shell_top(TEMPLATE, push_m=0.02, sleeve=1.0), kind="jacket", name="jacket")


def made_of(kind):
    return replace(SHIRT, kind=kind, name=f"some {kind}")


def names(garments):
    return [garment.name for garment in garments]


# --- order and rules


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_layers_are_put_in_order_whatever_order_they_come_in(order):
    worn = [Worn(TROUSERS), Worn(SHIRT), Worn(JACKET)]
    assert names(arrange([worn[k] for k in order], TEMPLATE)) == ["shell-trousers", "shirt", "jacket"]


def test_a_tucked_top_goes_under_the_waistband_with_all_that_is_under_it():
    tee = made_of("t-shirt")
    worn = put_in_order([Worn(TROUSERS), Worn(tee), Worn(SHIRT, tucked=True), Worn(JACKET)])
    assert [one.garment.kind for one in worn] == ["t-shirt", "shirt", "trousers", "jacket"]
    assert [one.tucked for one in worn] == [True, True, False, False]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("trousers", "shorts"),
        ("trousers", "skirt"),
        ("dress", "skirt"),
        ("dress", "jumpsuit"),
        ("jumpsuit", "trousers"),
        ("jumpsuit", "skirt"),
        ("jumpsuit", "shorts"),
    ],
)
def test_two_pieces_for_one_place_are_refused_with_what_to_take_off(first, second):
    for pair in ((first, second), (second, first)):
        with pytest.raises(RefusedError) as refusal:
            put_in_order([Worn(made_of(kind)) for kind in pair])
        assert refusal.value.code == "cannot-wear-together"
        said = "some {0} ({0}) and some {1} ({1}) are worn in the same place: take one of them off".format(*pair)
        assert refusal.value.sentence == said


@pytest.mark.parametrize("kind", sorted(all_kinds()))
def test_two_of_a_kind_are_refused(kind):
    with pytest.raises(RefusedError, match=f"both of the kind {kind}: take one of them off"):
        put_in_order([Worn(made_of(kind)), Worn(replace(made_of(kind), name="another"))])


def test_one_piece_is_not_put_on_twice():
    with pytest.raises(RefusedError, match="cannot be put on twice"):
        put_in_order([Worn(SHIRT), Worn(SHIRT)])


@pytest.mark.parametrize("kind", ["jacket", "coat", "vest", "dress"])
def test_what_is_not_tucked_in_is_refused(kind):
    with pytest.raises(RefusedError, match=f"of the kind {kind}, which is not tucked in"):
        put_in_order([Worn(made_of(kind), tucked=True), Worn(made_of("trousers"))])


def test_a_tucked_top_needs_something_to_be_tucked_into():
    with pytest.raises(RefusedError, match="neither trousers nor a skirt is worn: put one on, or let it hang out"):
        put_in_order([Worn(SHIRT, tucked=True), Worn(JACKET)])


@pytest.mark.parametrize(
    "kinds",
    [
        ("dress", "coat"),
        ("dress", "trousers"),
        ("t-shirt", "shirt", "knit", "vest", "jacket", "coat", "trousers"),
        ("jumpsuit", "jacket"),
        ("skirt", "sleeveless-top", "hoodie"),
    ],
)
def test_what_is_worn_over_each_other_is_not_refused(kinds):
    ordered = put_in_order([Worn(made_of(kind)) for kind in kinds])
    layers = [all_kinds()[one.garment.kind].layer for one in ordered]
    assert layers == sorted(layers)


# --- cloth over cloth


def test_one_garment_is_worn_as_it_is():
    assert arrange([Worn(SHIRT)], TEMPLATE) == (SHIRT,)
    assert arrange([], TEMPLATE) == ()


def test_the_same_outfit_gives_the_same_objects():
    worn = [Worn(TROUSERS), Worn(SHIRT)]
    first, again = arrange(worn, TEMPLATE), arrange(worn[::-1], TEMPLATE)
    assert all(a is b for a, b in zip(first, again, strict=True))
    assert arrange([Worn(SHIRT, tucked=True), Worn(TROUSERS)], TEMPLATE)[0] is not first[1]


def height_over(outer, inner):
    """How far each vertex of the outer layer lies outside of the inner one, where that is near."""
    normals = vertex_normals(inner.vertices_rest_m, inner.faces)
    distance, near = cKDTree(inner.vertices_rest_m).query(outer.vertices_rest_m)
    away = np.einsum("nd,nd->n", outer.vertices_rest_m - inner.vertices_rest_m[near], normals[near])
    return away[distance < 0.012]


def test_a_wide_shirt_lies_under_a_narrow_jacket():
    assert (height_over(JACKET, SHIRT) < 0).mean() > 0.7
    shirt, jacket = arrange([Worn(SHIRT), Worn(JACKET)], TEMPLATE)
    # In the armpits cloth of sleeve and trunk meet, so there is no outside.
    assert (height_over(jacket, shirt) > 0.002).mean() > 0.9


def test_a_sleeve_that_hangs_beside_a_vest_does_not_lie_under_it():
    trunk_only = np.zeros_like(SHIRT.segments)
    trunk_only[:] = TEMPLATE.segment_index["chest"]
    vest = surface_of(open_cloth(replace(SHIRT, segments=trunk_only), is_open=False))
    beside = vest.points_m + 0.03 * vest.normals
    assert (find_place(beside, np.zeros(len(beside)), vest).same == 1).all()
    for arm in (1.0, -1.0):
        assert (find_place(beside, np.full(len(beside), arm), vest).same == 0).all()


def test_an_inner_layer_stays_out_of_the_skin():
    shirt, _ = arrange([Worn(SHIRT), Worn(JACKET)], TEMPLATE)
    normals = vertex_normals(TEMPLATE.vertices_rest_m, TEMPLATE.faces)
    near = cKDTree(TEMPLATE.vertices_rest_m).query(shirt.vertices_rest_m)[1]
    out = np.einsum("nd,nd->n", shirt.vertices_rest_m - TEMPLATE.vertices_rest_m[near], normals[near])
    assert (out > 0).mean() > 0.99


def test_what_nobody_can_see_under_a_jacket_is_left_away_and_what_shows_at_its_edges_is_not():
    shirt, jacket = arrange([Worn(SHIRT), Worn(JACKET)], TEMPLATE)
    assert len(shirt.faces) < 0.6 * len(SHIRT.faces)
    assert len(jacket.faces) == len(JACKET.faces)
    assert shirt.faces.max() + 1 == len(shirt.vertices_rest_m) == len(shirt.uv) == len(shirt.weights)
    for edge in (shirt.vertices_rest_m[:, 2].max(), -shirt.vertices_rest_m[:, 2].min()):
        whole = SHIRT.vertices_rest_m[:, 2].max() if edge > 0 else -SHIRT.vertices_rest_m[:, 2].min()
        assert abs(edge - whole) < 0.02


def test_nothing_is_left_away_under_cloth_that_can_be_seen_through():
    lace = replace(JACKET, texture_rgba=JACKET.texture_rgba.copy())
    lace.texture_rgba[..., 3] = 120
    shirt, _ = arrange([Worn(SHIRT), Worn(lace)], TEMPLATE)
    assert len(shirt.faces) == len(SHIRT.faces)


def test_an_open_front_moves_and_shows_what_is_under_it():
    x = JACKET.vertices_rest_m[:, 0]
    front = (JACKET.vertices_rest_m[:, 1] < 0) & (np.abs(x) < 0.1)
    offsets = np.zeros_like(JACKET.vertices_rest_m)
    offsets[front, 0] = np.where(x[front] > 0, 0.08, -0.08)
    middle = front[JACKET.faces].any(axis=1) & (np.abs(x[JACKET.faces]).min(axis=1) < 0.02)
    opening = replace(JACKET, open_offsets_m=offsets, faces=JACKET.faces[~middle])
    closed = arrange([Worn(SHIRT), Worn(opening)], TEMPLATE)
    opened = arrange([Worn(SHIRT), Worn(opening, is_open=True)], TEMPLATE)
    assert not closed[1].is_open and opened[1].is_open and opened[1].open_offsets_m is None
    assert len(opened[0].faces) > len(closed[0].faces)
    as_photographed = arrange([Worn(SHIRT), Worn(replace(opening, is_open=True))], TEMPLATE)
    assert as_photographed[1].is_open
    (alone,) = arrange([Worn(opening, is_open=True)], TEMPLATE)
    assert np.allclose(alone.vertices_rest_m, (opening.vertices_rest_m + offsets)[np.unique(opening.faces)], atol=1e-4)


def test_what_does_not_open_stays_closed():
    assert arrange([Worn(SHIRT, is_open=True)], TEMPLATE) == (SHIRT,)


def test_a_tucked_shirt_ends_below_the_waistband_and_lies_inside_it():
    _, out = arrange([Worn(SHIRT), Worn(TROUSERS)], TEMPLATE)
    tucked, trousers = arrange([Worn(SHIRT, tucked=True), Worn(TROUSERS)], TEMPLATE)
    band = trousers.vertices_rest_m[:, 2].max()
    assert out.vertices_rest_m[:, 2].min() < band - 0.1
    assert band - 0.12 < tucked.vertices_rest_m[:, 2].min() < band
    at_band = height_over(trousers, tucked)
    assert len(at_band) and (at_band > 0).mean() > 0.95


def test_a_lining_moves_with_the_cloth_that_it_lines():
    tight = replace(shell_top(TEMPLATE, push_m=0.001, sleeve=1.0), kind="jacket")
    at, count = tight.vertices_rest_m, len(tight.vertices_rest_m)
    nape = ((at[:, 2] > 1.33) & (at[:, 1] > 0) & (np.abs(at[:, 0]) < 0.12))[tight.faces].all(axis=1)
    inside = at - 0.002 * vertex_normals(at, tight.faces).astype(np.float32)
    lined = replace(
        tight,
        vertices_rest_m=np.vstack([at, inside]),
        faces=np.vstack([tight.faces, tight.faces[nape][:, ::-1] + count]).astype(np.int32),
        uv=np.tile(tight.uv, (2, 1)),
        segments=np.tile(tight.segments, (2, 1)),
        weights=np.tile(tight.weights, (2, 1)),
    )
    _, jacket = arrange([Worn(replace(SHIRT)), Worn(lined)], TEMPLATE)
    twins = np.unique(lined.faces[len(tight.faces) :]) - count
    moved = jacket.vertices_rest_m[:count][twins] - at[twins]
    assert np.linalg.norm(moved, axis=1).max() > 0.004
    lining = jacket.vertices_rest_m[count:]
    assert np.allclose(lining - inside[twins], moved, atol=3e-3)


def test_three_layers_are_arranged_while_nobody_notices():
    fresh = [replace(one) for one in (TROUSERS, SHIRT, JACKET)]
    arrange([Worn(replace(one)) for one in fresh], TEMPLATE)
    start = time.process_time()
    arrange([Worn(one) for one in fresh], TEMPLATE)
    assert time.process_time() - start < 0.5


def test_cloth_of_one_triangle_is_no_trouble():
    scrap = replace(JACKET, vertices_rest_m=JACKET.vertices_rest_m[:3], faces=np.array([[0, 1, 2]], np.int32))
    scrap = replace(scrap, uv=JACKET.uv[:3], segments=JACKET.segments[:3], weights=JACKET.weights[:3])
    shirt, jacket = arrange([Worn(SHIRT), Worn(scrap)], TEMPLATE)
    assert len(shirt.faces) and len(jacket.faces) == 1
