"""Shirts and blouses: woven, with sleeves, most of them with a collar and buttons."""

from garments.kinds.kind import SLEEVED_SIZES, TOP_LANDMARKS, Kind

KIND = Kind(
    name="shirt",
    title_en="Shirt",
    title_ko="셔츠",
    landmarks=TOP_LANDMARKS,
    ease=0.14,
    groups=("sleeved",),
    sizes=SLEEVED_SIZES,
)
