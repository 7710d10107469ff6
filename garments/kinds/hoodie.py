"""Hoodies: sweatshirts with a hood, pulled over the head or with a zip."""

from garments.kinds.kind import OPENING_LANDMARKS, SLEEVED_SIZES, Kind

KIND = Kind(
    name="hoodie",
    title_en="Hoodie",
    title_ko="후드티",
    shape="top",
    landmarks=OPENING_LANDMARKS,
    ease=0.20,
    groups=("sleeved",),
    necks=("hood", "high", "open"),
    sizes=SLEEVED_SIZES,
    layer=45,
    length_m=(0.45, 0.8),
    opens=True,
)
