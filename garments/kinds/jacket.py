"""Jackets and blazers: worn over everything but a coat."""

from garments.kinds.kind import ANY_NECK, OPENING_LANDMARKS, SLEEVED_SIZES, Kind

KIND = Kind(
    name="jacket",
    title_en="Jacket",
    title_ko="재킷",
    shape="top",
    landmarks=OPENING_LANDMARKS,
    ease=0.20,
    groups=("sleeved",),
    necks=ANY_NECK,
    sizes=SLEEVED_SIZES,
    layer=60,
    length_m=(0.45, 0.85),
    opens=True,
)
