"""What a job works on: sound on one clock, text as spoken words, words as phones."""
