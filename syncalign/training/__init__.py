"""Learning from data: data sets, the one loop, checkpoints. Modules that need torch import it."""
