"""What is known of cloth and body on cells: where a sleeve goes round an arm, seen or hidden."""

import numpy as np

from fitting.sight import LOWER_LEFT, NO_PART, TRUNK, UPPER_LEFT, find_sleeved

FOREARM = {(UPPER_LEFT, LOWER_LEFT): np.array([[5, 10], [5, 30]], np.float32)}
"""From the elbow straight down to the wrist."""


def hanging_arm():
    """An arm beside the trunk, the inner half of its sleeve hidden by the trunk's cloth."""
    body, cloth = (np.full((40, 12), NO_PART, np.int8) for _ in range(2))
    body[2:10, 4:8], body[10:32, 4:8] = UPPER_LEFT, LOWER_LEFT
    cloth[2:20, 4:6], cloth[2:20, 6:12] = LOWER_LEFT, TRUNK
    return cloth, body


def test_an_arm_is_sleeved_up_to_the_cuff_also_where_the_trunk_hides_the_sleeve():
    cloth, body = hanging_arm()
    sleeved = find_sleeved(cloth, body, FOREARM, 5.0)
    assert sleeved[2:17, 4:8].all(), "upper arm and sleeved forearm, seen or hidden"
    assert not sleeved[21:].any(), "what comes out of the cuff is bare"
    assert not sleeved[:, 8:].any(), "where no arm is there is no sleeved arm"


def test_no_sleeve_is_guessed_where_none_is_seen_or_the_forearm_points_at_the_camera():
    cloth, body = hanging_arm()
    short = np.where(cloth == LOWER_LEFT, np.int8(TRUNK), cloth)
    assert not find_sleeved(short, body, FOREARM, 5.0).any()
    assert not find_sleeved(cloth, body, FOREARM, 25.0).any()
