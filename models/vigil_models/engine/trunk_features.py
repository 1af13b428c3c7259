"""What a detector's trunk, which stays as it is, gives for sequences: computed once, read by every training of a head."""

from pathlib import Path
from typing import Callable, Dict, List, NamedTuple, Sequence, Tuple

import numpy as np
import torch
from torch import Tensor

from ..data.detection import DetectionSequence
from ..modeling.tra import TRA
from ..modeling.tra.losses import Truth
from ..modeling.tra.preprocess import normalise
from .common import Every, Progress


class TrunkSequence(NamedTuple):
    """F frames of one camera as the RoI head sees them."""

    features: Tensor  # float32 [F, C, h, w]
    proposals: List[Tensor]  # F boxes [n, 4], best first
    truths: List[Truth]


class TrunkFeatures:
    """Feature maps, in half precision, proposals and annotations of sequences, in a folder of this trunk and these sequences."""

    def __init__(self, folder: Path):
        self.features = np.load(folder / "features.npy", mmap_mode="r")  # [S, F, C, h, w]
        self.proposals = np.load(folder / "proposals.npy")  # [S, F, limit, 4], filled up with empty boxes
        with np.load(folder / "annotations.npz") as stored:
            self.disturbed = stored["disturbed"]  # bool [S, F]
            ends = np.cumsum(stored["counts"])[:-1]
            self._annotations = list(zip(*(np.split(stored[name], ends) for name in ("boxes", "labels", "ignore"))))

    @staticmethod
    @torch.no_grad()
    def of(model: TRA, sequences: Sequence[DetectionSequence], folder: Path, say: Callable[[str], None] = print) -> "TrunkFeatures":
        """Those in the folder, computed first where they are not there yet. All sequences have the same size and frames."""
        if not (folder / "annotations.npz").exists():
            folder.mkdir(parents=True, exist_ok=True)
            _compute(model.eval(), sequences, folder, say)
        return TrunkFeatures(folder)

    def __len__(self) -> int:
        return len(self.features)

    def disturbed_keys(self) -> List[Tuple[int, int]]:
        """Sequence and frame of every disturbed picture that has at least as many undisturbed supports as disturbed ones."""
        supports = self.disturbed.shape[1] - 1
        disturbed_supports = self.disturbed.sum(1, keepdims=True) - 1
        found = np.argwhere(self.disturbed & (2 * disturbed_supports <= supports))
        return [(int(sequence), int(frame)) for sequence, frame in found]

    def __getitem__(self, index: int) -> TrunkSequence:
        frames = self.features.shape[1]
        boxes = [frame[frame[:, 2] > frame[:, 0]] for frame in self.proposals[index]]
        truths = self._annotations[index * frames : (index + 1) * frames]
        return TrunkSequence(
            torch.from_numpy(self.features[index].astype(np.float32)),
            [torch.from_numpy(b) for b in boxes],
            [Truth(*(torch.from_numpy(part) for part in truth)) for truth in truths],
        )


def _compute(model: TRA, sequences: Sequence[DetectionSequence], folder: Path, say: Callable[[str], None]):
    device, limit = next(model.parameters()).device, model.config.training_proposals
    report, progress = Every(20), Progress(len(sequences))
    features, proposals, disturbed = None, None, []
    annotations: Dict[str, List[np.ndarray]] = {"boxes": [], "labels": [], "ignore": []}
    for number in range(len(sequences)):
        sequence = sequences[number]
        image_size = torch.tensor(sequence.images.shape[1:3], dtype=torch.float32, device=device)
        maps = model.features(normalise(torch.from_numpy(sequence.images).to(device)))
        found = model.detector.rpn_head.proposals(maps, image_size, limit)
        if features is None:
            shape = (len(sequences), *maps.shape)
            features = np.lib.format.open_memmap(folder / "features.npy", "w+", np.float16, shape)
            proposals = np.zeros((*shape[:2], limit, 4), np.float32)
        features[number] = maps.half().cpu().numpy()
        for frame, boxes in enumerate(found):
            proposals[number, frame, : len(boxes)] = boxes[:, :4].cpu().numpy()
        disturbed.append([bool(kind) for kind in sequence.disturbances or [""] * len(sequence.images)])
        for name, values in annotations.items():
            values.extend(getattr(sequence, name))
        if report.due():
            say(f"trunk features: {progress.text(number + 1)}")
    features.flush()
    np.save(folder / "proposals.npy", proposals)
    counts = [len(boxes) for boxes in annotations["boxes"]]
    # last: with it, the folder is complete
    merged = {name: np.concatenate(values) for name, values in annotations.items()}
    np.savez(folder / "annotations.npz", counts=counts, disturbed=np.array(disturbed), **merged)
