"""The tops of the demo shop: how each is cut, of what cloth, how finished."""

from collections.abc import Callable
from dataclasses import dataclass

from garments.demo import cloth, prints
from garments.demo.cloth import Cloth
from garments.demo.pattern import Cut
from garments.demo.trim import Trim


@dataclass(frozen=True)
class Top:
    """One top of the shop."""

    id: str
    kind: str
    title_en: str
    title_ko: str
    price_won: int
    cut: Cut
    make_cloth: Callable[[], Cloth]
    trim: Trim
    collar: bool = False
    bend: float = 0.03
    """How stiff the cloth is."""
    arms_rad: float = 0.54
    """Angle between the mannequin's arms and the vertical."""


LONG_SLEEVE = {"sleeve": 0.575, "cuff_half": 0.112, "elbow_half": 0.152, "cap": 0.135}
HANGING_RAD = 0.36
BUTTONS = (1.300, 1.215, 1.130, 1.045, 0.960, 0.875)


def list_tops() -> tuple[Top, ...]:
    """Every top of the shop, in the order of the rail."""
    return (
        Top(
            "breton-tee",
            "t-shirt",
            "Breton stripe tee",
            "브르통 스트라이프 티셔츠",
            29000,
            Cut(),
            lambda: Cloth(cloth.striped("ddd2be", "2b3450", 0.026, 0.010), cloth.jersey),
            Trim(contrast="ddd2be"),
        ),
        Top(
            "graphic-tee",
            "t-shirt",
            "Slow Tide graphic tee",
            "슬로 타이드 그래픽 티셔츠",
            32000,
            Cut(sleeve=0.235, cuff_half=0.185, hem_half=0.282, waist_half=0.276, armpit_half=0.278, hem_height=0.77),
            lambda: Cloth(cloth.placed(cloth.plain("3b3f45"), prints.draw_sunset(), (0.0, 1.165), 0.27), cloth.jersey),
            Trim(neck_band_m=0.022),
        ),
        Top(
            "v-neck-tee",
            "t-shirt",
            "Relaxed V-neck tee",
            "릴랙스 브이넥 티셔츠",
            27000,
            Cut(
                neck_power=1.1,
                front_drop=0.165,
                neck_half=0.092,
                sleeve=0.33,
                cuff_half=0.155,
                hem_height=0.72,
                hem_half=0.285,
                waist_half=0.268,
                armpit_half=0.27,
            ),
            lambda: Cloth(cloth.plain("8a9a80"), cloth.jersey),
            Trim(neck_band_m=0.013),
        ),
        Top(
            "cropped-tee",
            "t-shirt",
            "Cropped boxy tee",
            "크롭 박시 티셔츠",
            25000,
            Cut(
                hem_height=0.955,
                waist_height=1.05,
                waist_half=0.268,
                hem_half=0.268,
                armpit_half=0.272,
                sleeve=0.19,
                cuff_half=0.18,
            ),
            lambda: Cloth(cloth.plain("d9a441"), cloth.jersey),
            Trim(contrast="f3ede0", ribbed=False, neck_band_m=0.02),
        ),
        Top(
            "flannel-shirt",
            "shirt",
            "Checked flannel shirt",
            "체크 플란넬 셔츠",
            59000,
            Cut(
                neck_half=0.075,
                neck_height=1.436,
                front_drop=0.066,
                hem_height=0.755,
                hem_curve=0.045,
                waist_half=0.272,
                hem_half=0.282,
                armpit_half=0.275,
                **LONG_SLEEVE,
            ),
            lambda: Cloth(
                cloth.checked("a8332f", [(0.0, 0.34, "23283a"), (0.46, 0.03, "e8ddc8"), (0.83, 0.03, "e8ddc8")], 0.075),
                cloth.woven,
                0.02,
            ),
            Trim(
                neck_band_m=0.0,
                placket_m=0.0175,
                buttons_m=BUTTONS,
                cuff_m=0.055,
                hem_m=0.010,
                pocket=True,
                button="3a3230",
            ),
            collar=True,
            bend=0.06,
            arms_rad=HANGING_RAD,
        ),
        Top(
            "chambray-shirt",
            "shirt",
            "Sky chambray shirt",
            "스카이 샴브레이 셔츠",
            55000,
            Cut(
                neck_half=0.075,
                neck_height=1.436,
                front_drop=0.066,
                hem_height=0.765,
                hem_curve=0.05,
                waist_half=0.262,
                hem_half=0.272,
                armpit_half=0.268,
                **LONG_SLEEVE,
            ),
            lambda: Cloth(cloth.heather("a9c1dc", "dbe6f0", 0.6), cloth.woven),
            Trim(neck_band_m=0.0, placket_m=0.0175, buttons_m=BUTTONS, cuff_m=0.055, hem_m=0.010, pocket=True),
            collar=True,
            bend=0.06,
            arms_rad=HANGING_RAD,
        ),
        Top(
            "leaf-shirt",
            "shirt",
            "Leaf print linen shirt",
            "리프 프린트 린넨 셔츠",
            49000,
            Cut(
                neck_half=0.077,
                neck_height=1.436,
                front_drop=0.070,
                hem_height=0.80,
                waist_half=0.285,
                hem_half=0.29,
                armpit_half=0.282,
                sleeve=0.255,
                cuff_half=0.19,
            ),
            lambda: Cloth(cloth.tiled(cloth.plain("f1e9da"), prints.draw_leaves(5), 0.26), cloth.linen),
            Trim(neck_band_m=0.0, placket_m=0.0165, buttons_m=BUTTONS[:-1], button="8a6a48"),
            collar=True,
            bend=0.06,
        ),
        Top(
            "cable-knit",
            "knit",
            "Cable-knit sweater",
            "케이블 니트 스웨터",
            79000,
            Cut(
                neck_half=0.086,
                front_drop=0.07,
                hem_height=0.79,
                waist_half=0.268,
                hem_half=0.255,
                armpit_half=0.275,
                sleeve=0.55,
                cuff_half=0.114,
                elbow_half=0.158,
                cap=0.135,
            ),
            lambda: Cloth(cloth.plain("e9dfcc", 0.05), cloth.cable, 0.05),
            Trim(neck_band_m=0.030, hem_m=0.062, cuff_m=0.062, ribbed=True, rib_m=0.0042),
            bend=0.16,
            arms_rad=HANGING_RAD,
        ),
        Top(
            "mock-neck-knit",
            "knit",
            "Ribbed mock-neck knit",
            "골지 반목 니트",
            45000,
            Cut(
                neck_half=0.078,
                neck_height=1.43,
                stand=0.055,
                hem_height=0.83,
                waist_half=0.222,
                hem_half=0.24,
                armpit_half=0.24,
                shoulder_half=0.185,
                sleeve=0.31,
                cuff_half=0.125,
                cap=0.125,
            ),
            lambda: Cloth(cloth.plain("7a2a38", 0.05), cloth.rib(), 0.04),
            Trim(neck_band_m=0.0, hem_m=0.03, cuff_m=0.022, ribbed=True, rib_m=0.0036),
            bend=0.08,
        ),
        Top(
            "striped-knit",
            "knit",
            "Striped merino knit",
            "스트라이프 메리노 니트",
            69000,
            Cut(
                neck_half=0.10,
                front_drop=0.10,
                hem_height=0.81,
                waist_half=0.255,
                hem_half=0.25,
                armpit_half=0.265,
                sleeve=0.535,
                cuff_half=0.110,
                elbow_half=0.145,
                cap=0.135,
            ),
            lambda: Cloth(cloth.striped("3d5a50", "e6dcc6", 0.075, 0.024, 0.01), cloth.stocking(), 0.04),
            Trim(neck_band_m=0.022, hem_m=0.05, cuff_m=0.05, ribbed=True, contrast="3d5a50", rib_m=0.0036),
            bend=0.12,
            arms_rad=HANGING_RAD,
        ),
        Top(
            "scoop-tank",
            "sleeveless-top",
            "Ribbed scoop tank",
            "골지 스쿱 탱크톱",
            22000,
            Cut(
                neck_half=0.092,
                front_drop=0.112,
                back_drop=0.016,
                shoulder_half=0.138,
                shoulder_height=1.402,
                armpit_half=0.228,
                armpit_height=1.17,
                waist_half=0.212,
                hem_half=0.236,
                hem_height=0.83,
                sleeve=0.0,
            ),
            lambda: Cloth(cloth.plain("c39a92", 0.05), cloth.rib(0.0036, 0.0004)),
            Trim(neck_band_m=0.011, armhole_band_m=0.011),
        ),
        Top(
            "dotted-top",
            "sleeveless-top",
            "Dotted sleeveless top",
            "도트 민소매 톱",
            34000,
            Cut(
                neck_half=0.088,
                front_drop=0.075,
                shoulder_half=0.168,
                shoulder_height=1.388,
                armpit_half=0.25,
                armpit_height=1.155,
                waist_half=0.262,
                hem_half=0.292,
                hem_height=0.82,
                sleeve=0.0,
            ),
            lambda: Cloth(cloth.tiled(cloth.plain("b5553f"), prints.draw_dots((244, 232, 214)), 0.042), cloth.woven),
            Trim(neck_band_m=0.009, armhole_band_m=0.009, contrast=""),
            bend=0.02,
        ),
    )


def find_top(name: str) -> Top:
    """The top with an id."""
    for top in list_tops():
        if top.id == name:
            return top
    raise KeyError(f"no top '{name}'; there are: {', '.join(top.id for top in list_tops())}")
