"""From a trained model to its use: verdicts, reasons, the proof for each site, the watch, the signed file."""
