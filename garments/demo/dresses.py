"""The dresses and the jumpsuit of the demo shop."""

from garments.demo import cloth, prints
from garments.demo.cloth import Cloth
from garments.demo.lower import Jumpsuit, Trousers
from garments.demo.pattern import Cut
from garments.demo.piece import Piece
from garments.demo.trim import Trim


def list_dresses() -> tuple[Piece, ...]:
    """Everything that covers the whole body."""
    return (
        Piece(
            "dotted-dress",
            "dress",
            "Dotted summer dress",
            "도트 썸머 원피스",
            65000,
            Cut(
                neck_half=0.092,
                front_drop=0.10,
                sleeve=0.19,
                cuff_half=0.17,
                armpit_half=0.242,
                waist_half=0.205,
                waist_height=1.055,
                hem_half=0.40,
                hem_height=0.50,
                hem_curve=0.065,
            ),
            lambda: Cloth(cloth.tiled(cloth.plain("33445f"), prints.draw_dots((238, 232, 220)), 0.036), cloth.woven),
            Trim(neck_band_m=0.010, hem_m=0.022, cuff_m=0.016),
            bend=0.03,
        ),
        Piece(
            "slip-dress",
            "dress",
            "Sage slip dress",
            "세이지 슬립 원피스",
            72000,
            Cut(
                neck_half=0.088,
                neck_power=1.2,
                neck_height=1.42,
                front_drop=0.165,
                back_drop=0.06,
                shoulder_half=0.122,
                shoulder_height=1.408,
                armpit_half=0.226,
                armpit_height=1.185,
                waist_half=0.215,
                waist_height=1.04,
                hem_half=0.335,
                hem_height=0.28,
                hem_curve=0.035,
                sleeve=0.0,
            ),
            lambda: Cloth(cloth.plain("9aa890", 0.02), cloth.satin),
            Trim(neck_band_m=0.007, armhole_band_m=0.007, hem_m=0.012),
            bend=0.02,
        ),
        Piece(
            "utility-jumpsuit",
            "jumpsuit",
            "Utility jumpsuit",
            "유틸리티 점프수트",
            89000,
            Jumpsuit(
                Cut(
                    neck_half=0.080,
                    neck_height=1.434,
                    front_drop=0.068,
                    sleeve=0.245,
                    cuff_half=0.175,
                    armpit_half=0.268,
                    waist_half=0.232,
                    waist_height=1.06,
                    hem_half=0.228,
                    hem_height=1.02,
                ),
                Trousers(waist_half=0.228, hip_half=0.268, thigh=0.335, knee=0.26, hem=0.225, hem_height=0.12),
            ),
            lambda: Cloth(cloth.plain("5c6650"), cloth.twill),
            Trim(
                neck_band_m=0.0,
                placket_m=0.0165,
                buttons_m=(1.315, 1.245, 1.175, 1.105),
                button="d8cfb8",
                waistband_m=0.038,
                slant_pockets=True,
                hem_m=0.028,
                cuff_m=0.035,
                flaps_m=1.245,
                thread="7d866e",
            ),
            collar=True,
            bend=0.07,
        ),
    )
