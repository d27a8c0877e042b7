"""Each system answers with all there is, and does not look at what is missing."""

from __future__ import annotations

from dataclasses import replace
from importlib import resources

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from syncalign.errors import ParameterError  # noqa: E402
from syncalign.models.fusion.answers import Member, without  # noqa: E402
from syncalign.models.fusion.networks import NETWORKS, Heard, built  # noqa: E402

FUSIONS = ("early", "mid", "late", "attention")


def heard_at(seed=0, count=5, rows=18, facts=2):
    rng = torch.Generator().manual_seed(seed)
    sound = torch.randn(count, 4 * rows, 40, generator=rng)
    mouth = torch.randn(count, rows, 84, generator=rng)
    there = torch.ones(count, dtype=torch.bool)
    return Heard(sound, mouth, torch.randn(count, facts, generator=rng), there, there.clone())


@pytest.mark.parametrize("system", NETWORKS)
@pytest.mark.parametrize("rows", [18, 29])
def test_every_system_answers_for_each_window(system, rows):
    said = built(system, 7, 2)(heard_at(rows=rows))
    assert said.logits.shape == (5, 7)
    said.logits.sum().backward()


@pytest.mark.parametrize("system", FUSIONS)
@pytest.mark.parametrize(("missing", "other"), [("audio", "sound"), ("video", "mouth")])
def test_what_is_missing_has_no_say(system, missing, other):
    network = built(system, 7, 2).eval()
    one, two = heard_at(0), heard_at(1)
    gone = without(one, missing)
    foreign = replace(gone, **{other: getattr(two, other)})
    with torch.no_grad():
        assert torch.equal(network(gone).logits, network(foreign).logits)
        assert not torch.equal(network(gone).logits, network(one).logits)


@pytest.mark.parametrize("system", FUSIONS)
def test_further_facts_have_a_say(system):
    network = built(system, 7, 2).eval()
    one = heard_at()
    with torch.no_grad():
        other = network(replace(one, facts=one.facts + 1)).logits
        assert not torch.allclose(network(one).logits, other)


def test_weights_follow_from_the_seed_and_torch_is_left_alone():
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    first, second = built("mid", 4, seed=3), built("mid", 4, seed=3)
    assert torch.equal(torch.rand(1), expected)
    assert all(
        torch.equal(a, b) for a, b in zip(first.parameters(), second.parameters(), strict=True)
    )
    with pytest.raises(ParameterError, match="no system 'middle'"):
        built("middle", 4)


def test_a_table_has_holes_where_a_modality_is_missing():
    member = Member({name: built(name, 7, 2).eval() for name in ("audio", "video")})
    table = member.columns(without(heard_at(), "video"))
    assert table.shape == (5, 2 * 192 + 2)
    assert np.isnan(table[:, 192:384]).all()
    assert np.isfinite(table[:, :192]).all()


def test_the_model_that_comes_with_the_package_is_small_and_whole():
    from syncalign.models.fusion.model import read_fusion_model

    held = read_fusion_model()
    assert len(held.classes) == 35
    assert held.systems == ("audio", "video", "mid", "table")
    assert len(held.members) == 3
    folder = resources.files("syncalign.models.fusion")
    file = folder / "letters_and_digits.safetensors"
    assert len(file.read_bytes()) < 5_000_000
    assert (folder / "letters_and_digits.md").read_text() == held.card


def test_the_lip_reader_that_comes_with_the_package_is_small_and_whole():
    from syncalign.models.fusion.model import BUILT_IN_LIPS, read_fusion_model

    held = read_fusion_model(BUILT_IN_LIPS)
    assert len(held.classes) == 35
    assert held.systems == ("video",)
    assert len(held.members) == 3
    folder = resources.files("syncalign.models.fusion")
    file = folder / "letters_and_digits_by_lips.safetensors"
    assert len(file.read_bytes()) < 1_000_000
    assert (folder / "letters_and_digits_by_lips.md").read_text() == held.card
