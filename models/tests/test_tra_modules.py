"""Parts of the detector against vectors of the original implementation."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from conftest import assert_close
from torch.nn import functional as F
from torchvision.ops import roi_align
from vigil_models.modeling.tra import preprocess
from vigil_models.modeling.tra.config import TRAConfig
from vigil_models.modeling.tra.memory import FixedStrideMemory, uniform_supports
from vigil_models.modeling.tra.selsa import SelsaAggregator, SelsaBBoxHead
from vigil_models.modeling.tra.similarity import ExactCosines, RoundedCosines
from vigil_models.modeling.tra.temporal_roi_align import TemporalRoIAlign, align

SMALL = replace(TRAConfig.r50_dc5(), channels=32)


def seeded(shared, case, prefix):
    state = shared.seeded_state("tra", shared.json("golden/tra/module-keys.json")[case])
    return {key[len(prefix) + 1 :]: value for key, value in state.items()}


def temporal(shared, supports, similar_points, **changes):
    module = TemporalRoIAlign(replace(SMALL, similar_points=similar_points, **changes)).eval()
    module.load_state_dict(seeded(shared, "tra_module_T3_K4_B4", "troi_small353"))
    inputs = shared.module("tra/make_inputs")
    key = torch.from_numpy(inputs.named_relu("troi_small353/feat_key", (1, 32, 12, 16)))
    frames = torch.from_numpy(inputs.named_relu("troi_small353/feat_ref", (supports, 32, 12, 16)))
    return module, key, frames


def test_roi_align_matches_on_regular_outside_and_empty_boxes(shared):
    case = shared.vectors("tra/roi_align_s16_sr2.npz")
    features, rois = torch.from_numpy(case["feat"]), torch.from_numpy(case["rois"])
    assert_close(roi_align(features, rois, 7, 1 / 16, 2, aligned=True), case["expected_output"], 1e-6)
    first = rois[:, 0] == 0
    assert_close(align(features[:1], rois[first, 1:], SMALL), case["expected_output"][first.numpy()], 1e-6)


@pytest.mark.parametrize("supports, similar_points", [(1, 4), (3, 4), (3, 2)])
@torch.no_grad()
def test_temporal_roi_align_matches_every_intermediate(shared, supports, similar_points):
    case = shared.vectors(f"tra/tra_module_T{supports}_K{similar_points}_B4.npz")
    module, key, frames = temporal(shared, supports, similar_points)
    roi_features = align(key, torch.from_numpy(case["rois"])[:, 1:], SMALL)
    assert_close(roi_features, case["roi_feats"], 2e-5)
    pixels, inverse_norms = module.support(frames)
    found = module.explain(roi_features, pixels, inverse_norms)
    assert_close(found.similarity.flatten(1, 3).transpose(0, 1), case["topk_similarity"], 2e-5)
    np.testing.assert_array_equal(found.index.flatten(1, 3).transpose(0, 1), case["topk_index"])
    assert_close(found.attention, case["attention_weights"], 2e-5)
    similar = module.most_similar(roi_features, pixels, inverse_norms)
    assert_close(similar.unflatten(0, (7, 7)).permute(3, 2, 4, 0, 1), case["most_similar_feats"], 2e-5)
    assert_close(module(roi_features, pixels, inverse_norms), case["expected_output"], 2e-5)


def zero_support_pixel(case, frames):
    frame, y, x = case["zero_support_pixel"]
    frames[frame, :, y, x] = 0


@torch.no_grad()
def test_zero_support_pixel_is_harmless_unless_the_defect_is_asked_for(shared):
    case = shared.vectors("tra/tra_module_nan_T2_K2_B4.npz")
    rois = torch.from_numpy(case["rois"])[:, 1:]
    module, key, frames = temporal(shared, 2, 2)
    zero_support_pixel(case, frames)
    assert module(align(key, rois, SMALL), *module.support(frames)).isfinite().all()
    module, _, _ = temporal(shared, 2, 2, reproduce_zero_norm=True)
    output = module(align(key, rois, SMALL), *module.support(frames))
    np.testing.assert_array_equal(output.isnan(), case["output_is_nan"])


@torch.no_grad()
def test_zero_key_bins_are_harmless_unless_the_defect_is_asked_for(shared):
    case = shared.vectors("tra/tra_module_nan_T2_K2_B4.npz")
    rois = torch.from_numpy(case["rois"])[:, 1:]
    module, key, frames = temporal(shared, 2, 2)
    top, bottom, left, right = case["zero_key_area"]
    key[:, :, top:bottom, left:right] = 0
    assert module(align(key, rois, SMALL), *module.support(frames)).isfinite().all()
    module, _, _ = temporal(shared, 2, 2, reproduce_zero_norm=True)
    output = module(align(key, rois, SMALL), *module.support(frames))
    np.testing.assert_array_equal(output.isnan(), case["output2_is_nan"])
    finite = ~case["output2_is_nan"]
    assert_close(output.numpy()[finite], case["output2"][finite], 2e-5)


def test_no_supports_and_no_rois_are_defined(shared):
    module, key, frames = temporal(shared, 2, 2)
    roi_features = align(key, torch.tensor([[10.0, 20, 100, 90]]), SMALL)
    assert torch.equal(module(roi_features, *module.support(frames[:0])), roi_features)
    assert module(roi_features[:0], *module.support(frames)).shape == (0, 32, 7, 7)


@torch.no_grad()
def test_rounded_search_finds_what_is_as_similar_to_a_hundredth():
    torch.manual_seed(0)
    units = F.normalize(torch.rand(4, 300, 64), dim=-1)
    bins = F.normalize(torch.rand(3, 5, 64), dim=-1)
    exact, rounded = ExactCosines(units).most_similar(bins, 2), RoundedCosines(units).most_similar(bins, 2)
    assert_close(rounded.cosine, exact.cosine, 0.01)
    cosines = (bins.flatten(0, 1) @ units.flatten(0, 1).T).view(3, 5, 4, 300)
    assert_close(cosines.gather(-1, rounded.index), exact.cosine, 0.01)
    assert not torch.equal(rounded.index, exact.index)


@torch.no_grad()
def test_rounded_search_takes_the_first_of_equals_and_bears_zeros():
    pixels = torch.tensor([[[0.0, 0], [1, 0], [0.6, 0.8], [0.6, 0.8], [0.6, 0.8]], [[0.0, 0]] * 5])
    found = RoundedCosines(pixels).most_similar(torch.tensor([[[0.6, 0.8], [0, 0]]]), 2)
    assert found.index.tolist() == [[[[2, 3], [0, 1]], [[0, 1], [0, 1]]]]
    assert_close(found.cosine, torch.tensor([[[[1.0, 1], [0, 0]], [[0, 0], [0, 0]]]]), 0.01)


def test_nan_cannot_be_rounded():
    with pytest.raises(ValueError, match="exclude each other"):
        replace(SMALL, rounded_search=True, reproduce_zero_norm=True)


@torch.no_grad()
def test_without_attention_blocks_frames_are_averaged(shared):
    _, key, frames = temporal(shared, 2, 2)
    module = TemporalRoIAlign(replace(SMALL, attention_blocks=0)).eval()
    assert not module.state_dict()
    roi_features = align(key, torch.tensor([[10.0, 20, 100, 90]]), SMALL)
    similar = module.most_similar(roi_features, *module.support(frames))
    expected = (roi_features + similar.sum(2).unflatten(0, (7, 7)).permute(2, 3, 0, 1)) / 3
    assert_close(module(roi_features, *module.support(frames)), expected, 1e-6)


@torch.no_grad()
def test_aggregator_matches_with_many_one_and_no_references(shared):
    case = shared.vectors("tra/selsa_aggregator_full.npz")
    aggregator = SelsaAggregator(1024, 16).eval()
    aggregator.load_state_dict(seeded(shared, "selsa_aggregator_full", "selsa_agg"))
    inputs = shared.module("tra/make_inputs")
    x = torch.from_numpy(inputs.named("selsa_agg/x", (20, 1024)))
    r = torch.from_numpy(inputs.named("selsa_agg/ref_x", (50, 1024)))
    assert_close(aggregator(x, r), case["expected_output"], 2e-5)
    assert_close(aggregator(x, r[:1]), case["expected_output_single_ref"], 2e-5)
    assert_close(aggregator(x, r[:0]), aggregator.fc.bias.expand(20, -1), 1e-6)
    assert aggregator(x[:0], r).shape == (0, 1024)


@torch.no_grad()
def test_hidden_references_count_as_absent():
    torch.manual_seed(0)
    aggregator = SelsaAggregator(16, 2)
    x, r = torch.randn(3, 16), torch.randn(5, 16)
    hidden = torch.tensor([[False, False, True, True, True]]).expand(3, -1)
    assert_close(aggregator.attend(x, *aggregator.support(r), hidden), aggregator(x, r[:2]), 1e-6)


@torch.no_grad()
def test_box_head_matches_every_layer(shared):
    case = shared.vectors("tra/selsa_head_small_3fc.npz")
    config = replace(TRAConfig.r50_dc5(), labels=tuple("abcde"), channels=8, head_width=64, head_heads=4)
    head = SelsaBBoxHead(config).eval()
    head.load_state_dict(seeded(shared, "selsa_head_small_3fc", "selsa_small3"))
    x, references = torch.from_numpy(case["x"]), torch.from_numpy(case["ref_x"])
    keys, values = head.support(references)
    for layer, output in enumerate(head.layers(x, keys, values)):
        assert_close(keys[:, layer], head.aggregator[layer].ref_fc_embed(torch.from_numpy(case[f"ref_fc{layer}"])), 2e-5)
        assert_close(output, case[f"x{layer}"], 2e-5)
    logits, deltas = head(x, keys, values)
    assert_close(logits, case["cls_score"], 2e-5)
    assert_close(deltas, case["bbox_pred"], 2e-5)


@pytest.mark.parametrize("picture", ["up", "down", "portrait"])
def test_pictures_are_fitted_normalised_and_padded(shared, picture):
    case = shared.vectors("tra/preprocess.npz")
    prepared = preprocess.prepare(case[f"{picture}_bgr"], (160, 100))
    assert_close(prepared.image, case[f"{picture}_tensor"], 1e-5)
    assert_close([*prepared.scale, *prepared.scale], case[f"{picture}_scale_factor"], 1e-6)
    assert prepared.image_size == case[f"{picture}_resized_bgr"].shape[:2]


def test_picture_of_floats_is_refused():
    with pytest.raises(ValueError, match=r"must be uint8 \[h, w, 3\], not float32"):
        preprocess.prepare(np.zeros((4, 4, 3), np.float32), (160, 100))


@pytest.mark.parametrize("stride", [1, 2])
def test_original_fixed_stride_memory_is_reproduced_on_request(shared, stride):
    case = shared.vectors("tra/tra_r50_e2e_fixstride.npz")
    memory = FixedStrideMemory(6, stride, 2, 2, reproduce_aliasing=True)
    for frame in range(6):
        assert memory.supports(frame) == case[f"s{stride}_support_frames"][frame].tolist()
        assert memory.window == case[f"s{stride}_memory_after"][frame].tolist()


def test_fixed_stride_memory_keeps_strided_frames_by_default():
    memory = FixedStrideMemory(6, 2, 2, 2)
    assert [memory.supports(frame) for frame in range(6)] == [
        [0, 0, 0, 2, 4],
        [0, 0, 1, 2, 4],
        [0, 0, 2, 4, 5],
        [0, 0, 3, 4, 5],
        [0, 2, 4, 5, 5],
        [0, 2, 5, 5, 5],
    ]


def test_fixed_stride_memory_refuses_frames_out_of_order():
    memory = FixedStrideMemory(6, 2, 2, 2)
    memory.supports(0)
    with pytest.raises(ValueError, match="frame 3 asked for, but the next of 6 frames is 1"):
        memory.supports(3)


def test_uniform_supports_round_half_to_even_and_repeat_in_short_videos():
    assert uniform_supports(6, 3) == [0, 2, 5]
    assert uniform_supports(3, 5) == [0, 0, 1, 2, 2]
    assert uniform_supports(1, 3) == [0, 0, 0]
