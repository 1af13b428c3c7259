"""Which frames of a stored video support a key frame (spec section 9). Frames are numbers, counted from 0."""

from typing import List


def uniform_supports(length: int, count: int) -> List[int]:
    """`count` frames spread over a video of `length` frames, first and last included; duplicates where it is short.

    Adaptive stride, the published test protocol; the key frame is appended by the caller.
    """
    if length < 1 or count < 1:
        raise ValueError(f"length and count must be positive, not {length} and {count}")
    if count == 1:
        return [0]
    return [round(i * (length - 1) / (count - 1)) for i in range(count)]


class FixedStrideMemory:
    """A sliding window of `left` + 1 + `right` frames, `stride` apart, around the key frame.

    Call `supports` for frames 0, 1, 2, ... in order. With `right` > 0 it looks `right * stride` frames ahead.

    :param reproduce_aliasing: keep the last in-between key frame in the window, as the original code does by mistake
    """

    def __init__(self, length: int, stride: int, left: int, right: int, reproduce_aliasing: bool = False):
        if length < 1 or stride < 1 or left < 0 or right < 0:
            raise ValueError(
                f"length and stride must be positive, left and right not negative: {length}, {stride}, {left}, {right}"
            )
        self.last = length - 1
        self.stride = stride
        self.left = left
        self.right = right
        self.reproduce_aliasing = reproduce_aliasing
        self.next = 0
        self.window: List[int] = []

    def supports(self, frame: int) -> List[int]:
        """Support frames of key frame `frame`, oldest first; the key itself is in slot `left`."""
        if frame != self.next or frame > self.last:
            raise ValueError(f"frame {frame} asked for, but the next of {self.last + 1} frames is {self.next}")
        self.next += 1
        if frame == 0:
            ahead = [min(i * self.stride, self.last) for i in range(1, self.right + 1)]
            self.window = [0] * (self.left + 1) + ahead
        elif frame % self.stride == 0:
            self.window = self.window[1:] + [min(frame + self.right * self.stride, self.last)]
        supports = self.window if self.reproduce_aliasing else list(self.window)
        supports[self.left] = frame
        return list(supports)
