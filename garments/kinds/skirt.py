"""Skirts of any length: one tube from the waist."""

from garments.kinds.kind import SKIRT_LANDMARKS, SKIRT_SIZES, Kind

KIND = Kind(
    name="skirt",
    title_en="Skirt",
    title_ko="스커트",
    shape="skirt",
    landmarks=SKIRT_LANDMARKS,
    ease=0.06,
    groups=("skirt",),
    necks=(),
    sizes=SKIRT_SIZES,
    layer=12,
    length_m=(0.3, 1.02),
)
