"""Shirts and blouses: woven, with sleeves, most of them with a collar and buttons."""

from garments.kinds.kind import NO_HOOD, OPENING_LANDMARKS, SLEEVED_SIZES, Kind

KIND = Kind(
    name="shirt",
    title_en="Shirt",
    title_ko="셔츠",
    shape="top",
    landmarks=OPENING_LANDMARKS,
    ease=0.14,
    groups=("sleeved",),
    necks=NO_HOOD,
    sizes=SLEEVED_SIZES,
    layer=30,
    length_m=(0.45, 0.85),
    opens=True,
)
