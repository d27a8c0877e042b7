"""Parts of :func:`syncalign.pipelines.text.align_text`: hearing, saying, following, judging."""
