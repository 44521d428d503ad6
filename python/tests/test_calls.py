"""Calls and their records; the truth of values is numpy's."""

import pathlib

import numpy
import pytest

import whygrad

cross_entropy = "softmax-cross-entropy"


def test_a_derivation():
    d = whygrad.derive("dL/dz_i", document=cross_entropy)
    assert d.result.text == "p_i - y_i"
    assert d.verdict == "proved" and d.points > 0 and d.max_error < 1e-9
    assert [axis.index for axis in d.result.axes] == ["i"]
    assert {g.kind for g in d.givens} == {"definition", "assumption"}
    assert "result     ∂L/∂zᵢ = pᵢ − yᵢ" in str(d)


def test_givens_and_routes():
    given = ["p_j = exp(o_j)/sum_k exp(o_k)"]
    d = whygrad.derive("dp_j/do_i", given=given, by="log", detail="all")
    assert whygrad.check(f"dp_j/do_i = {d.result.text}", given=given)
    assert any("log" in step.title for step in d.steps)


def test_a_file_is_a_document(tmp_path: pathlib.Path):
    file = tmp_path / "notes.md"
    file.write_text("$s = 1/(1 + e^{-a})$\n")
    assert "s" in whygrad.derive("ds/da", document=file).result.text
    assert whygrad.lint(file)[0].file == str(file)


def test_claims():
    assert whygrad.check("dL/dz_i = p_i - y_i", document=cross_entropy)
    wrong = whygrad.check("dL/dz_i = y_i - p_i", document=cross_entropy)
    assert not wrong and wrong.verdict == "slip" and wrong.counterexample is not None


def test_steps():
    given = ["p_j = exp(z_j)/sum_k exp(z_k)", "L = -sum_j y_j log(p_j)"]
    open_step = whygrad.check_step("dL/dz_i", "p_i - y_i", given=given)
    assert not open_step and "sum_k y_k = 1" in open_step.needs
    step = whygrad.check_step("dL/dz_i", "p_i - y_i", given=[*given, open_step.needs[0]], goal="p_i - y_i")
    assert step and step.equals_goal
    wrong = whygrad.check_step("-y_i + p_i", "p_i + y_i", given=given)
    assert wrong.verdict == "slip" and wrong.mistake == "sign" and wrong.fix


@pytest.mark.parametrize("kind", [list, numpy.array, tuple])
def test_values(kind):
    z = [0.3, -1.2, 2.0]
    got = whygrad.evaluate("exp(z_j)/sum_k exp(z_k)", {"z": kind(z)})
    assert got.axes == ("j",)
    numpy.testing.assert_allclose(got.value, numpy.exp(z) / numpy.exp(z).sum(), rtol=1e-14)


def test_values_that_json_has_no_word_for():
    assert whygrad.evaluate("log(x)", {"x": 0.0}).value == -numpy.inf
    assert whygrad.evaluate("x + 1", {"x": numpy.inf}).value == numpy.inf
    assert numpy.isnan(whygrad.evaluate("x_i", {"x": [1.0, numpy.nan]}).value[1])


def test_axes_of_a_derivation_order_the_value():
    d = whygrad.derive("dp_j/dz_i", document="softmax")
    z = numpy.array([0.1, 0.7, -0.4])
    value = whygrad.evaluate(d.result.text, {"z": z}, document="softmax", axes=d.result.axes).value
    p = numpy.exp(z) / numpy.exp(z).sum()
    numpy.testing.assert_allclose(value, numpy.diag(p) - numpy.outer(p, p), atol=1e-15)


def test_a_document_judged():
    text = "Let $p_j = e^{z_j}/\\sum_k e^{z_k}$. Then $\\partial p_j/\\partial z_i = p_j (1 - p_i)$ <b>."
    claims = whygrad.lint(text)
    assert [c.verdict for c in claims] == ["definition", "slip"]
    assert claims.slips[0].fix is not None
    assert "<code>" in claims._repr_html_() and "<b>" not in claims._repr_html_()


def test_errors_point():
    with pytest.raises(whygrad.WhygradError) as caught:
        whygrad.derive("dL/dq_i", document=cross_entropy)
    assert caught.value.code == "unknown-name" and caught.value.span == (4, 5)
    assert "^" in str(caught.value) and caught.value.hint
    with pytest.raises(TypeError):
        whygrad.evaluate("x", {"x": object()})


def test_the_catalogue_and_the_library():
    names = whygrad.library()
    assert cross_entropy in names and "$" in whygrad.document(cross_entropy)
    with pytest.raises(whygrad.WhygradError):
        whygrad.explain("no-such-mistake")


def test_the_version_is_the_project_s():
    manifest = pathlib.Path(__file__).parents[2] / "package.json"
    assert f'"version": "{whygrad.__version__}"' in manifest.read_text()
