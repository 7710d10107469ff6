"""Jumpsuits, rompers and dungarees: a top and legs in one."""

from garments.kinds.kind import JUMPSUIT_LANDMARKS, JUMPSUIT_SIZES, NO_HOOD, Kind

KIND = Kind(
    name="jumpsuit",
    title_en="Jumpsuit",
    title_ko="점프수트",
    shape="jumpsuit",
    landmarks=JUMPSUIT_LANDMARKS,
    ease=0.09,
    groups=("jumpsuit",),
    necks=NO_HOOD,
    sizes=JUMPSUIT_SIZES,
    layer=26,
    length_m=(0.8, 1.55),
)
