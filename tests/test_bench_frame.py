"""The frame benchmark: its material is what it says, and its figures have the promised form."""

import json
import sys

import numpy as np
import pytest

from bench import frame, layers, material
from bench.machine import name_machine
from body_model.load import load_template
from garments.kinds import get_kind


def test_machine_has_a_name_and_cores():
    machine = name_machine()
    assert machine["cpu"] and machine["cores"] >= 1
    json.dumps(machine)


def test_missing_clip_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(material, "CLIP", tmp_path / "shopper.webm")
    with pytest.raises(FileNotFoundError, match=r"shopper\.webm"):
        material.shopper_frames(1, "full")


def test_same_frames_come_every_time_and_the_close_view_is_closer():
    if not material.CLIP.exists():
        pytest.skip("needs the demo shopper's clip, which set-up renders")
    (full,), (again,), (close,) = (material.shopper_frames(1, view) for view in ("full", "full", "close"))
    assert full.shape == close.shape == (1280, 720, 3)
    assert np.array_equal(full, again) and not np.array_equal(full, close)


def test_shell_top_is_a_sound_garment():
    top = material.shell_top(load_template())
    assert top.faces.max() < len(top.vertices_rest_m)
    assert top.uv.min() >= 0 and top.uv.max() <= 1
    assert np.allclose(top.weights.sum(axis=1), 1, atol=1e-3)


def test_box_share_is_of_the_box_and_not_of_the_area():
    mask = np.zeros((100, 50), np.uint8)
    assert frame.box_share(mask) == frame.box_share(None) == 0
    mask[10, 5] = mask[59, 29] = 1
    assert frame.box_share(mask) == 50 * 25 / 5000


def test_figures_are_what_the_last_line_of_the_measuring_process_says(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/echo")
    with pytest.raises(json.JSONDecodeError):
        frame.measure_frame()


def test_layers_are_trousers_shirt_and_jacket_with_or_without_a_shop(monkeypatch, tmp_path):
    template = load_template()
    for shop in (layers.SHOP, tmp_path):
        monkeypatch.setattr(layers, "SHOP", shop)
        worn = layers.choose_layers(template)
        assert [get_kind(garment.kind).layer for garment in worn][::2] == [10, 60]
        assert get_kind(worn[1].kind).shape == "top"
