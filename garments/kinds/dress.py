"""Dresses of any length, with or without sleeves."""

from garments.kinds.kind import ANY_NECK, DRESS_SIZES, TOP_LANDMARKS, Kind

KIND = Kind(
    name="dress",
    title_en="Dress",
    title_ko="원피스",
    shape="dress",
    landmarks=TOP_LANDMARKS,
    ease=0.07,
    groups=("dress",),
    necks=ANY_NECK,
    sizes=DRESS_SIZES,
    layer=26,
    length_m=(0.75, 1.42),
)
