"""The networks against other people's building blocks and against the specifications written out as loops.

Unlike the reference vectors these cases need no files, and they reach sizes and settings that the vectors leave out.
"""

from dataclasses import replace

import numpy as np
import pytest
import torch
import torchvision
from conftest import assert_close
from torch import nn
from torch.nn import functional as F
from torchvision.models.resnet import Bottleneck
from vigil_models.modeling.tam import TAM, TANet, TANetConfig
from vigil_models.modeling.tra import TRAConfig
from vigil_models.modeling.tra.backbone import Backbone
from vigil_models.modeling.tra.postprocess import select
from vigil_models.modeling.tra.rpn import RPNHead
from vigil_models.modeling.tra.temporal_roi_align import TemporalRoIAlign


def randomised(module):
    """Gains, shifts and statistics that differ, so that a swapped norm shows."""
    torch.manual_seed(0)
    for layer in module.modules():
        if isinstance(layer, (nn.BatchNorm1d, nn.BatchNorm2d)):
            nn.init.normal_(layer.weight, 0.5, 0.1)
            for values in (layer.bias, layer.running_mean):
                nn.init.normal_(values, std=0.1)
            nn.init.uniform_(layer.running_var, 0.8, 1.2)
    return module.eval()


def dilated(resnet):
    """DC5: the last stage keeps its size, and every one of its 3x3 convolutions looks twice as far."""
    for block in resnet.layer4:
        block.conv2.stride, block.conv2.dilation, block.conv2.padding = (1, 1), (2, 2), (2, 2)
    resnet.layer4[0].downsample[0].stride = (1, 1)
    return resnet


@pytest.mark.parametrize(
    "config, blocks, grouping",
    [
        (TRAConfig.r50_dc5, (3, 4, 6, 3), {}),
        (TRAConfig.r101_dc5, (3, 4, 23, 3), {}),
        (TRAConfig.x101_dc5, (3, 4, 23, 3), {"groups": 64, "width_per_group": 4}),
    ],
)
@torch.no_grad()
def test_dilated_backbones_are_torchvisions_with_a_changed_last_stage(config, blocks, grouping):
    ours = randomised(Backbone(config()))
    theirs = dilated(torchvision.models.ResNet(Bottleneck, blocks, **grouping)).eval()
    theirs.load_state_dict(ours.state_dict(), strict=False)
    images = torch.randn(2, 3, 48, 80)
    x = theirs.maxpool(theirs.relu(theirs.bn1(theirs.conv1(images))))
    x = theirs.layer4(theirs.layer3(theirs.layer2(theirs.layer1(x))))
    found = ours(images)
    assert found.shape == (2, 2048, 3, 5)
    assert_close(found, x, 1e-4, 1e-4)


class GroupedConvolutionTAM(nn.Module):
    """TAM as its authors wrote it: one group per clip and channel, kernels computed at run time."""

    def __init__(self, tam: TAM):
        super().__init__()
        self.tam, self.segments = tam, tam.segments

    def forward(self, x):
        t, (c, h, w) = self.segments, x.shape[1:]
        clips = x.view(-1, t, c, h, w).permute(0, 2, 1, 3, 4).contiguous()  # [N, C, T, H, W]
        pooled = F.adaptive_avg_pool2d(clips, 1).flatten(2)
        kernels = self.tam.G(pooled.view(-1, t)).view(-1, 1, 3, 1)
        weighted = clips * self.tam.L(pooled)[..., None, None]
        filtered = F.conv2d(weighted.view(1, -1, t, h * w), kernels, padding=(1, 0), groups=len(kernels))
        return filtered.view(-1, c, t, h, w).permute(0, 2, 1, 3, 4).reshape(-1, c, h, w)


@pytest.mark.parametrize("config", [TANetConfig.r50(7, 8), TANetConfig.r50(7, 16), TANetConfig.r101(7, 8)])
@torch.no_grad()
def test_tanet_is_torchvisions_resnet_with_a_module_after_each_first_activation(config):
    ours = randomised(TANet(config))
    theirs = torchvision.models.ResNet(Bottleneck, config.blocks, num_classes=7).eval()
    for stage in range(1, 5):
        for block, mine in zip(getattr(theirs, f"layer{stage}"), getattr(ours.base_model, f"layer{stage}")):
            block.load_state_dict(mine.net.state_dict())
            block.bn1 = nn.Sequential(block.bn1, nn.ReLU(), GroupedConvolutionTAM(mine.tam))  # nowhere negative
    theirs.conv1, theirs.bn1, theirs.fc = ours.base_model.conv1, ours.base_model.bn1, ours.new_fc
    clips = torch.randn(2, config.segments, 3, 40, 56)
    assert_close(ours(clips), theirs(clips.flatten(0, 1)).view(2, config.segments, 7).mean(1), 1e-5)


def looped_temporal_roi_align(roi_features, maps, embed, points, blocks):
    """Section 6 of the specification, one bin and one support at a time, in double precision."""
    x0, maps = roi_features.double().numpy(), maps.double().numpy()
    n, c, s, _ = x0.shape

    def unit(v):
        return v / max(np.linalg.norm(v), 1e-12)

    frames = [x0]
    for support in maps:
        pixels = support.reshape(c, -1).T
        similar = np.zeros_like(x0)
        for i, y, x in np.ndindex(n, s, s):
            cosine = np.array([unit(pixel) @ unit(x0[i, :, y, x]) for pixel in pixels])
            best = np.argsort(-cosine, kind="stable")[:points]
            weights = np.exp(cosine[best]) / np.exp(cosine[best]).sum()
            similar[i, :, y, x] = weights @ pixels[best]
        frames.append(similar)
    frames = np.stack(frames)
    if blocks == 0:
        return frames.mean(0)
    embedded = np.stack([embed(torch.from_numpy(f)).detach().numpy() for f in frames])
    result = np.zeros_like(x0)
    width = c // blocks
    for i, block, y, x in np.ndindex(n, blocks, s, s):
        group = slice(block * width, (block + 1) * width)
        logits = np.array([e[i, group, y, x] @ embedded[0, i, group, y, x] for e in embedded]) / np.sqrt(width)
        weights = np.exp(logits - logits.max())
        weights /= weights.sum()
        result[i, group, y, x] = sum(w * frame[i, group, y, x] for w, frame in zip(weights, frames))
    return result


@pytest.mark.parametrize(
    "supports, points, blocks, height, width",
    [(1, 1, 1, 3, 5), (2, 2, 4, 5, 7), (5, 4, 2, 4, 3), (3, 3, 8, 1, 7), (2, 2, 0, 3, 3), (2, 2, 4, 1, 1)],
)
def test_temporal_roi_align_follows_the_specification_at_any_setting(supports, points, blocks, height, width):
    torch.manual_seed(supports)
    config = replace(TRAConfig.r50_dc5(), channels=8, similar_points=points, attention_blocks=blocks, roi_size=3)
    module = TemporalRoIAlign(config).eval()
    roi_features, maps = torch.randn(2, 8, 3, 3).relu(), torch.randn(supports, 8, height, width).relu()
    maps[0, :, 0, 0] = 0  # a dead pixel, at most
    embed = None
    if blocks:
        embed = nn.Conv2d(8, 8, 3, padding=1).double()
        embed.load_state_dict(module.embed_network.conv.state_dict())
    expected = looped_temporal_roi_align(roi_features, maps, embed, points, blocks)
    with torch.no_grad():
        assert_close(module(roi_features, *module.support(maps)), expected, 2e-5)


def suppressed(boxes, scores, limit_iou):
    """Greedy suppression; equal scores in their given order."""
    kept = []
    for i in np.argsort(-scores, kind="stable"):
        for k in kept:
            low, high = np.maximum(boxes[i, :2], boxes[k, :2]), np.minimum(boxes[i, 2:], boxes[k, 2:])
            common = np.prod(np.clip(high - low, 0, None))
            union = np.prod(boxes[i, 2:] - boxes[i, :2]) + np.prod(boxes[k, 2:] - boxes[k, :2]) - common
            if union > 0 and common / union > limit_iou:
                break
        else:
            kept.append(i)
    return kept


def decoded(box, delta, height, width):
    w, h = box[2] - box[0], box[3] - box[1]
    dw, dh = np.clip(delta[2:], np.log(16 / 1000), -np.log(16 / 1000))
    cx, cy = (box[0] + box[2]) / 2 + delta[0] * w, (box[1] + box[3]) / 2 + delta[1] * h
    half_w, half_h = w * np.exp(dw) / 2, h * np.exp(dh) / 2
    corners = np.array([cx - half_w, cy - half_h, cx + half_w, cy + half_h])
    return corners.clip(0, [width, height, width, height])


@pytest.mark.parametrize("saturated", [False, True])
@torch.no_grad()
def test_proposals_follow_the_specification_on_odd_sizes(saturated):
    torch.manual_seed(1)
    config = replace(TRAConfig.r50_dc5(), channels=8, candidates=300, proposals=40)
    head = RPNHead(config).eval()
    nn.init.normal_(head.rpn_reg.weight, std=0.3)
    head.rpn_reg.bias[2] = 9.0  # wider than the clamp allows
    head.rpn_cls.bias.fill_(60.0 if saturated else 0.0)  # all scores 1: order decides
    features = torch.randn(1, 8, 5, 7)
    height, width = 71.0, 99.0
    x = head.rpn_conv(features).relu()
    logits, deltas = head.rpn_cls(x)[0].numpy(), head.rpn_reg(x)[0].numpy()
    boxes, scores = [], []
    for cy, cx in np.ndindex(5, 7):
        anchor = 0
        for ratio in (0.5, 1, 2):
            for scale in (4, 8, 16, 32):
                w, h = 16 * scale / np.sqrt(ratio), 16 * scale * np.sqrt(ratio)
                box = np.array([16 * cx - w / 2, 16 * cy - h / 2, 16 * cx + w / 2, 16 * cy + h / 2])
                boxes.append(decoded(box, deltas[4 * anchor : 4 * anchor + 4, cy, cx], height, width))
                scores.append(torch.tensor(logits[anchor, cy, cx]).sigmoid().item())
                anchor += 1
    boxes, scores = np.array(boxes), np.array(scores, np.float32)
    best = np.argsort(-scores, kind="stable")[:300]
    boxes, scores = boxes[best], scores[best]
    real = ((boxes[:, 2:] - boxes[:, :2]) > 0).all(1)
    boxes, scores = boxes[real], scores[real]
    kept = suppressed(boxes, scores, 0.7)[:40]
    (found,) = head.proposals(features, torch.tensor([height, width]), 40)
    assert_close(found, np.column_stack((boxes[kept], scores[kept])), 2e-3)


def test_detections_are_suppressed_per_class_in_source_pixels():
    random = np.random.default_rng(0)
    corner = random.uniform(0, 60, (40, 3, 2))
    boxes = np.concatenate((corner, corner + random.uniform(0, 40, (40, 3, 2))), 2)
    probabilities = random.dirichlet(np.ones(4) * 0.5, 40)
    expected = []
    for label in range(3):
        scaled = boxes[:, label] / [0.5, 0.8, 0.5, 0.8]
        strong = np.flatnonzero(probabilities[:, label] > 1e-4)
        kept = strong[suppressed(scaled[strong], probabilities[strong, label], 0.5)]
        expected += [(*scaled[i], probabilities[i, label], label) for i in kept]
    expected = np.array(sorted(expected, key=lambda row: -row[4])[:20])
    found = select(torch.from_numpy(boxes), torch.from_numpy(probabilities), (0.5, 0.8), limit=20)
    assert_close(found.boxes, expected[:, :4], 1e-9)
    assert_close(found.scores, expected[:, 4], 1e-12)
    assert found.labels.tolist() == expected[:, 5].tolist()
