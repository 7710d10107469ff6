"""T-shirts: light jersey with sleeves of any length, pulled over the head."""

from garments.kinds.kind import SLEEVED_SIZES, TOP_LANDMARKS, Kind

KIND = Kind(
    name="t-shirt",
    title_en="T-shirt",
    title_ko="티셔츠",
    landmarks=TOP_LANDMARKS,
    ease=0.10,
    groups=("sleeved",),
    sizes=SLEEVED_SIZES,
)
