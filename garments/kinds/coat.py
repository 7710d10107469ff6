"""Coats: outermost, to the thigh or longer."""

from garments.kinds.kind import ANY_NECK, OPENING_LANDMARKS, SLEEVED_SIZES, Kind

KIND = Kind(
    name="coat",
    title_en="Coat",
    title_ko="코트",
    shape="dress",
    landmarks=OPENING_LANDMARKS,
    ease=0.24,
    groups=("sleeved", "dress"),
    necks=ANY_NECK,
    sizes=SLEEVED_SIZES,
    layer=70,
    length_m=(0.72, 1.3),
    opens=True,
)
