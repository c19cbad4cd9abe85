"""One step of training, the whole of it: draw a batch, forward, backward, Adam."""
