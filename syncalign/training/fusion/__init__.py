"""Learning to tell classes apart by voice and mouth, and measuring how well that goes."""
