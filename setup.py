"""The one thing that pyproject.toml cannot say for good: an extension that may fail to build."""

from setuptools import Extension, setup

setup(
    ext_modules=[
        Extension(
            "syncalign.alignment.warping._native",
            ["syncalign/alignment/warping/_native.cpp"],
            depends=["syncalign/alignment/warping/_native_strip.h"],
            # Errors and traps of arithmetic are not looked at; infinities and their order are.
            extra_compile_args=["-std=c++17", "-O3", "-fno-math-errno", "-fno-trapping-math"],
            optional=True,  # without a compiler numba does the same, more slowly
        )
    ]
)
