"""The pieces of the demo shop that are sold as glTF: sewn and draped like the others, then kept as meshes."""

from garments.demo import cloth
from garments.demo.cloth import Cloth
from garments.demo.lower import Skirt, Trousers
from garments.demo.pattern import Cut
from garments.demo.piece import Piece
from garments.demo.trim import Trim

RESTING_RAD = 0.72
"""How far the resting body's arms are from the vertical."""


def list_models() -> tuple[Piece, ...]:
    """Every piece that comes as a mesh."""
    return (
        Piece(
            "quilted-vest",
            "vest",
            "Quilted zip vest",
            "퀼팅 집업 조끼",
            69000,
            Cut(
                neck_half=0.086,
                neck_height=1.432,
                front_drop=0.075,
                stand=0.045,
                shoulder_half=0.170,
                shoulder_height=1.385,
                armpit_half=0.262,
                armpit_height=1.13,
                waist_half=0.258,
                hem_half=0.270,
                hem_height=0.80,
                sleeve=0.0,
            ),
            lambda: Cloth(cloth.plain("2f4b57", 0.03), cloth.quilted(0.068)),
            Trim(neck_band_m=0.0, armhole_band_m=0.010, placket_m=0.010, hem_m=0.016, zip_m=0.0045),
            bend=0.12,
            arms_rad=RESTING_RAD,
        ),
        Piece(
            "bomber-jacket",
            "jacket",
            "Olive bomber jacket",
            "올리브 보머 재킷",
            109000,
            Cut(
                neck_half=0.084,
                neck_height=1.434,
                front_drop=0.075,
                stand=0.032,
                hem_height=0.845,
                waist_half=0.288,
                hem_half=0.262,
                armpit_half=0.292,
                sleeve=0.56,
                cuff_half=0.108,
                elbow_half=0.168,
                cap=0.135,
            ),
            lambda: Cloth(cloth.plain("59603f", 0.03), cloth.satin),
            Trim(
                neck_band_m=0.030,
                hem_m=0.062,
                cuff_m=0.060,
                ribbed=True,
                rib_m=0.0042,
                placket_m=0.013,
                zip_m=0.0045,
                contrast="3b4030",
            ),
            bend=0.12,
            arms_rad=RESTING_RAD,
        ),
        Piece(
            "pleated-skirt",
            "skirt",
            "Pleated midi skirt",
            "플리츠 미디 스커트",
            59000,
            Skirt(waist_half=0.190, hip_half=0.262, hem_half=0.36, hem_height=0.34, hem_curve=0.045),
            lambda: Cloth(cloth.plain("b9a7b8", 0.02), cloth.pleated(0.030)),
            Trim(neck_band_m=0.0, waistband_m=0.036, elastic=True, hem_m=0.012),
            bend=0.05,
            arms_rad=RESTING_RAD,
        ),
        Piece(
            "jersey-joggers",
            "trousers",
            "Jersey joggers",
            "저지 조거 팬츠",
            42000,
            Trousers(thigh=0.340, knee=0.265, hem=0.185, hip_half=0.270, hem_height=0.115),
            lambda: Cloth(cloth.heather("6f7377", "8d9194", 0.5), cloth.jersey),
            Trim(
                neck_band_m=0.0,
                waistband_m=0.045,
                elastic=True,
                slant_pockets=True,
                hem_m=0.055,
                ribbed=True,
                rib_m=0.004,
            ),
            bend=0.08,
            arms_rad=RESTING_RAD,
        ),
    )
