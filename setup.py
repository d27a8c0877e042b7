"""The one thing that pyproject.toml cannot say for good: extensions that may fail to build."""

from setuptools import Extension, setup

# Errors and traps of arithmetic are not looked at; infinities and their order are.
OPTIONS = ["-std=c++17", "-O3", "-fno-math-errno", "-fno-trapping-math"]

setup(
    ext_modules=[
        Extension(
            "syncalign.alignment.warping._native",
            ["syncalign/alignment/warping/_native.cpp"],
            depends=["syncalign/alignment/warping/_native_strip.h"],
            extra_compile_args=OPTIONS,
            optional=True,  # without a compiler numba does the same, more slowly
        ),
        Extension(
            "syncalign.alignment._placement",
            ["syncalign/alignment/_placement.cpp"],
            extra_compile_args=OPTIONS,
            optional=True,  # without a compiler numpy does the same, more slowly
        ),
    ]
)
