"""What the project knows of one kind of garment."""

from dataclasses import dataclass

from garments.landmark_input import POINTS


@dataclass(frozen=True)
class Kind:
    """One kind of garment that a product photo can become."""

    name: str
    """As it is typed: `t-shirt`."""
    title_en: str
    """As an English page calls it."""
    title_ko: str
    """As a Korean page calls it."""
    landmarks: tuple[str, ...]
    """Names of the points to be found on its photo, in the order of `Landmarks.names`."""
    ease: float
    """Share by which its chest girth exceeds the body's, where no size table says otherwise."""
    groups: tuple[str, ...]
    """The outlines it may have: `sleeved`, `sleeveless`."""
    sizes: tuple[str, ...]
    """Columns a size table may have for it, in centimetres, garment laid flat and girths doubled."""


TOP_LANDMARKS = POINTS
TOP_SIZES = ("chest_cm", "length_cm", "shoulder_cm", "waist_cm", "hem_cm")
SLEEVED_SIZES = (*TOP_SIZES, "sleeve_cm", "cuff_cm")
