"""The trousers, shorts and skirts of the demo shop."""

from garments.demo import cloth, prints
from garments.demo.cloth import Cloth
from garments.demo.lower import Skirt, Trousers
from garments.demo.piece import Piece
from garments.demo.trim import Trim


def list_bottoms() -> tuple[Piece, ...]:
    """Everything that hangs from the waist."""
    return (
        Piece(
            "straight-jeans",
            "trousers",
            "Straight indigo jeans",
            "스트레이트 인디고 청바지",
            69000,
            Trousers(hem_height=0.12),
            lambda: Cloth(cloth.denim("26324c", "8794aa"), cloth.twill),
            Trim(
                fly=True,
                slant_pockets=True,
                button="8a8378",
                thread="b07a3e",
                hem_m=0.018,
                waistband_m=0.036,
                loops=True,
            ),
            bend=0.07,
        ),
        Piece(
            "tailored-trousers",
            "trousers",
            "Wide tailored trousers",
            "와이드 슬랙스",
            75000,
            Trousers(thigh=0.335, knee=0.285, hem=0.275, hip_half=0.262, hem_height=0.12),
            lambda: Cloth(cloth.heather("8c857a", "a59d90", 0.55), cloth.woven),
            Trim(waistband_m=0.034, loops=True, fly=True, slant_pockets=True, crease=True, hem_m=0.03, button="4a443c"),
            colours=("navy", "charcoal"),
            bend=0.08,
        ),
        Piece(
            "chino-shorts",
            "shorts",
            "Stone chino shorts",
            "스톤 치노 반바지",
            39000,
            Trousers(thigh=0.335, hem=0.295, hem_height=0.535, hip_half=0.258),
            lambda: Cloth(cloth.plain("c9b691"), cloth.twill),
            Trim(waistband_m=0.034, loops=True, fly=True, slant_pockets=True, hem_m=0.024, button="efe6d2"),
            bend=0.08,
        ),
        Piece(
            "leaf-skirt",
            "skirt",
            "Leaf print midi skirt",
            "리프 프린트 미디 스커트",
            52000,
            Skirt(hem_half=0.42, hem_height=0.34, hem_curve=0.066, hip_half=0.268, waist_half=0.190),
            lambda: Cloth(cloth.tiled(cloth.plain("2f4a4b"), prints.draw_leaves(9), 0.30), cloth.woven),
            Trim(waistband_m=0.030, hem_m=0.02, neck_band_m=0.0),
            bend=0.03,
        ),
        Piece(
            "cord-skirt",
            "skirt",
            "Corduroy A-line skirt",
            "코듀로이 A라인 스커트",
            45000,
            Skirt(hem_half=0.315, hem_height=0.58, hem_curve=0.038, hip_half=0.256),
            lambda: Cloth(cloth.plain("8e4a2c", 0.05), cloth.cord),
            Trim(
                waistband_m=0.034,
                hem_m=0.02,
                placket_m=0.015,
                buttons_m=(1.015, 0.945, 0.875, 0.805, 0.735, 0.665),
                button="d9c7a5",
            ),
            bend=0.12,
        ),
    )
