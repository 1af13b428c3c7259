"""The recognizer against vectors of the released implementation."""

import numpy as np
import pytest
import torch
from conftest import assert_close
from vigil_models.modeling.tam import TAM, TANet, TANetConfig


def module_of(case, channels, segments):
    tam = TAM(channels, segments)
    tam.load_state_dict({key[6:]: torch.from_numpy(case[key]) for key in case if key.startswith("state/")})
    return tam


@pytest.mark.parametrize("channels, segments", [(16, 8), (64, 16)])
def test_module_matches_every_intermediate(shared, channels, segments):
    case = shared.vectors(f"tam/tam_module_c{channels}_t{segments}.npz")
    tam = module_of(case, channels, segments).eval()
    x = torch.from_numpy(case["x"])
    pooled = tam.pooled(x)
    assert_close(pooled, case["pooled"], 2e-5)
    assert_close(tam.kernel(pooled), case["kernel"], 2e-5)
    assert_close(tam.importance(pooled), case["importance"], 2e-5)
    assert_close(tam(x), case["y"], 2e-5)


def test_training_step_matches_gradients_and_running_statistics(shared):
    case = shared.vectors("tam/tam_module_train_c16_t8.npz")
    tam = module_of(case, 16, 8).train()
    x = torch.from_numpy(case["x"]).requires_grad_()
    y = tam(x)
    assert_close(y, case["y"], 2e-5)
    (y * torch.from_numpy(case["grad_y"])).sum().backward()
    assert_close(x.grad, case["grad_x"], 5e-5, 1e-4)
    for name, parameter in tam.named_parameters():
        assert_close(parameter.grad, case[f"grad/{name}"], 5e-5, 1e-4)
    for name, buffer in tam.named_buffers():
        assert_close(buffer, case[f"after/{name}"], 5e-5, 1e-4)


@pytest.fixture(scope="module")
def r50(shared):
    model = TANet(TANetConfig.r50())
    model.load_state_dict(shared.seeded_state("tam", shared.json("specs/tam-r50-keys-official.json")))
    return model.eval()


@torch.no_grad()
def test_network_matches_logits_and_stages(shared, r50):
    case = shared.vectors("tam/tanet_r50_8f_112.npz")
    clip = torch.from_numpy(shared.module("tam/make_weights").make_clip("clip112", 1, 8, 112, 112))
    assert_close(r50(clip), case["logits"], 1e-4)
    assert_close(r50(clip.flip(1)), case["logits_reversed_clip"], 1e-4)
    assert_close(r50(clip[:, :1].expand_as(clip)), case["logits_first_frame_repeated"], 1e-4)
    net = r50.base_model
    x = net.stem(clip[0])
    for stage in ("stem", "layer1", "layer2", "layer3", "layer4"):
        x = x if stage == "stem" else getattr(net, stage)(x)
        assert list(x.shape) == case[f"{stage}/shape"].tolist()
        assert_close(x.mean((0, 2, 3)), case[f"{stage}/channel_mean"], 1e-4, 1e-4)
        assert_close(x[:, :4, :2, :2], case[f"{stage}/slice"], 1e-4, 1e-4)


def test_reversed_kernel_would_be_noticed(shared, r50):
    """The vectors tell previous from next frame: flipping the taps moves logits as far as the reference says."""
    case = shared.vectors("tam/tanet_r50_8f_112.npz")
    clip = torch.from_numpy(shared.module("tam/make_weights").make_clip("clip112", 1, 8, 112, 112))
    original = TAM.kernel
    TAM.kernel = lambda self, pooled: original(self, pooled).flip(-1)
    try:
        with torch.no_grad():
            moved = np.abs(r50(clip).numpy() - case["logits"]).max()
    finally:
        TAM.kernel = original
    assert moved == pytest.approx(shared.json("golden/tam/negative_controls_112.json")["kernel flipped"], abs=1e-3)


def test_clip_of_another_length_is_refused():
    with pytest.raises(ValueError, match="clip has 4 frames, the network was built for 8"):
        TANet(TANetConfig.small(3))(torch.zeros(1, 4, 3, 32, 32))


def test_small_network_sees_the_order_of_frames():
    torch.manual_seed(0)
    model = TANet(TANetConfig.small(3)).eval()
    clip = torch.randn(1, 8, 3, 64, 64)
    with torch.no_grad():
        forward, backward = (model.base_model(c[0]).mean((0, 2, 3)) for c in (clip, clip.flip(1)))
    assert (forward - backward).abs().max() > 1e-3
