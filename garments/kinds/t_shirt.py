"""T-shirts: light jersey with sleeves of any length, pulled over the head."""

from garments.kinds.kind import NO_HOOD, SLEEVED_SIZES, TOP_LANDMARKS, Kind

KIND = Kind(
    name="t-shirt",
    title_en="T-shirt",
    title_ko="티셔츠",
    shape="top",
    landmarks=TOP_LANDMARKS,
    ease=0.10,
    groups=("sleeved",),
    necks=NO_HOOD,
    sizes=SLEEVED_SIZES,
    layer=22,
    length_m=(0.4, 0.8),
)
