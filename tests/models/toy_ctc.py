"""A small wav2vec 2.0 of random weights, in torchaudio's form."""

from __future__ import annotations

from pathlib import Path

SHAPE = {
    "extractor_mode": "group_norm",
    "extractor_conv_layer_config": [(8, 10, 5), *[(8, 3, 2)] * 4, *[(8, 2, 2)] * 2],
    "extractor_conv_bias": False,
    "encoder_embed_dim": 128,
    "encoder_projection_dropout": 0.1,
    "encoder_pos_conv_kernel": 16,
    "encoder_pos_conv_groups": 4,
    "encoder_num_layers": 2,
    "encoder_num_heads": 2,
    "encoder_attention_dropout": 0.1,
    "encoder_ff_interm_features": 32,
    "encoder_ff_interm_dropout": 0.1,
    "encoder_dropout": 0.1,
    "encoder_layer_norm_first": False,
    "encoder_layer_drop": 0.05,
    "aux_num_out": 29,
}
#: The same in the manner of MMS_FA.
NORMED = {
    **SHAPE,
    "extractor_mode": "layer_norm",
    "extractor_conv_bias": True,
    "encoder_layer_norm_first": True,
    "aux_num_out": 28,
}


def write_checkpoint(path: Path, shape: dict = SHAPE):
    """Write the weights of a random network and return it."""
    import torch
    from torchaudio.models import wav2vec2_model

    torch.manual_seed(0)
    network = wav2vec2_model(**shape).eval()
    torch.save(network.state_dict(), path)
    return network
