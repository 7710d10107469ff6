"""What the project knows of one kind of garment."""

from dataclasses import dataclass
from typing import Literal

from garments.finding.landmark_input import LEG_POINTS, OPENING_POINTS, TOP_POINTS, WAISTBAND_POINTS

Shape = Literal["top", "dress", "skirt", "trousers", "jumpsuit"]
"""How a garment is put together: a top ends above the crotch or a little below, a dress is one tube to its hem,
a jumpsuit has legs."""


@dataclass(frozen=True)
class Kind:
    """One kind of garment that a product photo can become."""

    name: str
    """As it is typed: `t-shirt`."""
    title_en: str
    """As an English page calls it."""
    title_ko: str
    """As a Korean page calls it."""
    shape: Shape
    """How it is put together."""
    landmarks: tuple[str, ...]
    """Names of the points to be found on its photo, in the order of `Landmarks.names`."""
    ease: float
    """Share by which its chest girth (for what hangs from the waist: its hip girth) exceeds the body's, where no size
    table says otherwise."""
    groups: tuple[str, ...]
    """The outlines it may have, of `GROUPS`."""
    necks: tuple[str, ...]
    """The necks it may have, of `NECKS`; none for what hangs from the waist."""
    sizes: tuple[str, ...]
    """Columns a size table may have for it, in centimetres, garment laid flat and girths doubled."""
    layer: int
    """Its place from the skin outwards."""
    length_m: tuple[float, float]
    """Least and greatest usual length on the resting body, from the neck (else from the waistband) to the hem."""
    opens: bool = False
    """Whether it can be worn open in front."""

    @property
    def hangs_from(self) -> Literal["shoulders", "waist"]:
        """What holds it up."""
        return "waist" if self.shape in ("skirt", "trousers") else "shoulders"

    @property
    def covers(self) -> frozenset[str]:
        """Which of `upper` and `lower` it dresses."""
        by_shape = {"top": {"upper"}, "skirt": {"lower"}, "trousers": {"lower"}}
        return frozenset(by_shape.get(self.shape, {"upper", "lower"}))


TOP_LANDMARKS = TOP_POINTS
OPENING_LANDMARKS = (*TOP_POINTS, *OPENING_POINTS)
SKIRT_LANDMARKS = (*WAISTBAND_POINTS, "hem_left", "hem_right")
TROUSERS_LANDMARKS = (*WAISTBAND_POINTS, *LEG_POINTS)
JUMPSUIT_LANDMARKS = (*(name for name in TOP_POINTS if not name.startswith("hem")), *LEG_POINTS)
TOP_SIZES = ("chest_cm", "length_cm", "shoulder_cm", "waist_cm", "hem_cm")
SLEEVED_SIZES = (*TOP_SIZES, "sleeve_cm", "cuff_cm")
DRESS_SIZES = (*SLEEVED_SIZES, "hip_cm")
SKIRT_SIZES = ("waist_cm", "hip_cm", "length_cm", "hem_cm")
TROUSERS_SIZES = ("waist_cm", "hip_cm", "length_cm", "rise_cm", "inseam_cm", "thigh_cm", "hem_cm")
JUMPSUIT_SIZES = (*DRESS_SIZES, "rise_cm", "inseam_cm", "thigh_cm")
NO_HOOD = ("open", "collar", "high")
ANY_NECK = (*NO_HOOD, "hood")
